"""`/wechat`: where WeChat pushes what users say. A bare ASGI app: this is the hot path."""

import asyncio
import time
from datetime import datetime
from urllib.parse import parse_qsl

import psycopg
import structlog
from prometheus_client import Counter, Histogram
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Receive, Scope, Send

from app.gateway import owed
from app.gateway.inbox import Inbox
from app.gateway.outbound import Speaker
from app.gateway.translate import to_ask
from app.kit.answers import Parts
from app.kit.chat import Ask
from app.kit.clock import SHANGHAI
from app.wechat.callback import Callback, Incoming
from app.wechat.errors import MAX_BODY, CallbackError
from app.wechat.messages import UserMessage
from app.wechat.replies import NOTHING, render

log = structlog.get_logger()
heard = Counter("wechat_messages_total", "Deliveries of messages and events", ["outcome"])
took = Histogram("wechat_answer_seconds", "From a delivery to its answer")

BUDGET = 4.6  # seconds: WeChat hangs up after 5
HANG_UP = 1.0  # seconds after the budget in which WeChat has surely hung up
AGED = 4.0  # seconds after which a message can have had an earlier delivery
Body = tuple[int, bytes]


class Desk:
    """The ASGI app of the callback. `budget` is in seconds, for tests."""

    def __init__(
        self, codec: Callback, inbox: Inbox, speaker: Speaker, budget: float = BUDGET
    ) -> None:
        self.codec, self.inbox, self.speaker, self.budget = codec, inbox, speaker, budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = time.monotonic()
        query = _query(scope["query_string"].decode("latin-1"))
        try:
            if scope["method"] == "GET":
                status, body = 200, self.codec.echo(query, time.time()).encode()
            elif scope["method"] == "POST":
                content_type = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
                raw = await _read(receive)
                incoming = self.codec.open(query, raw, content_type, time.time())
                status, body = await self.deliver(incoming, begun)
            else:
                status, body = 405, b""
        except CallbackError as error:
            log.warning("delivery_refused", error=type(error).__name__)
            heard.labels(type(error).__name__).inc()
            status, body = error.status, b""
        took.observe(time.monotonic() - begun)
        await _respond(send, status, body)

    async def deliver(self, incoming: Incoming, begun: float) -> Body:
        """Answer one delivery that began at `begun` (monotonic seconds): status and body."""
        message = incoming.message
        now = datetime.now(SHANGHAI)
        ask = to_ask(message, now)
        try:
            async with asyncio.timeout(self.budget):
                if ask is None:
                    await self.inbox.acknowledge(message, now)
                    return self._sealed(incoming, None)
                parts = await self.inbox.answer(message.key, ask)
                if now.timestamp() - message.created >= AGED:
                    await self._told(message.key)
            return self._sealed(incoming, parts)
        except TimeoutError:
            return await self._late(incoming, ask, begun)
        except (psycopg.Error, SQLAlchemyError, OSError) as error:
            return await self._failed(error, begun)

    async def _told(self, key: str) -> None:
        async with self.inbox.database.session() as db:
            await owed.told(db, key)

    async def _late(self, incoming: Incoming, ask: Ask | None, begun: float) -> Body:
        """Not in time: leave it to WeChat's retry, and after the last one to a job.

        The retry comes only if this delivery ends without an answer, so the connection is held
        until WeChat has hung up.
        """
        heard.labels("late").inc()
        if ask is None:
            return 200, NOTHING.encode()
        key = incoming.message.key
        try:
            async with self.inbox.database.session() as db:
                misses = await owed.missed(db, key, ask)
            if misses < owed.DELIVERIES:
                left = begun + self.budget + HANG_UP - time.monotonic()
                await asyncio.sleep(max(left, 0))
        except (psycopg.Error, SQLAlchemyError, OSError) as error:
            return await self._failed(error, begun)
        return 200, NOTHING.encode()

    async def _failed(self, error: Exception, begun: float) -> Body:
        """The database does not answer: say nothing until WeChat hangs up, so that it retries."""
        log.error("delivery_failed", error=type(error).__name__)
        heard.labels("failed").inc()
        await asyncio.sleep(max(begun + self.budget + HANG_UP - time.monotonic(), 0))
        return 503, b""

    def _sealed(self, incoming: Incoming, parts: Parts | None) -> Body:
        heard.labels("answered" if parts else "acknowledged").inc()
        if not parts:
            return 200, NOTHING.encode()
        message = incoming.message
        most = 1 if isinstance(message, UserMessage) else 8
        now = time.time()
        reply = self.speaker.reply(parts, most)
        xml = render(reply, message.from_, message.to, int(now), max_articles=most)
        return 200, self.codec.seal(xml, now, incoming)


def _query(text: str) -> dict[str, str]:
    """The query's parameters; WeChat's own need no unquoting, which costs more than the rest."""
    if "%" in text or "+" in text:
        return dict(parse_qsl(text, keep_blank_values=True))
    return dict(pair.partition("=")[::2] for pair in text.split("&"))


async def _read(receive: Receive) -> bytes:
    """The body; stops reading one byte over the limit, which the codec then refuses."""
    chunks, size = [], 0
    while True:
        event = await receive()
        chunk = event.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BODY or not event.get("more_body", False):
            return b"".join(chunks)


async def _respond(send: Send, status: int, body: bytes) -> None:
    kind = b"text/xml; charset=utf-8" if body.startswith(b"<") else b"text/plain; charset=utf-8"
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
