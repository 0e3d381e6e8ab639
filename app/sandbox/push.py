"""Delivering a message to the callback: five seconds, three tries, the same message each time.

A try that got no answer, or an answer of 5xx, is repeated; any other answer is final. The first
final one is what the follower sees; when there is none, or it cannot be read, it is the error
bubble. That 4xx is not repeated is our reading: the documentation speaks of missing answers only.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import httpx

from app.sandbox.envelope import Sealed, seal
from app.sandbox.messages import QUIET_EVENTS, RECEIPTS, Message, key_of, title_of
from app.sandbox.people import Person
from app.sandbox.platform import Platform
from app.sandbox.replies import BadReply, Reply, read_reply
from app.sandbox.wire import Exchange, Tone, request_line

TROUBLE = "该公众号提供的服务出现故障，请稍后再试"
MAX_REPLY = 1 << 20
Outcome = Literal["answered", "silent", "malformed", "refused", "failed", "timeout", "lost"]
_FINAL = {"answered", "silent", "malformed", "refused"}


@dataclass(frozen=True)
class Attempt:
    """One try. `body` is the raw answer, `reply` its clear text, `why` what was wrong."""

    number: int
    outcome: Outcome
    ms: int
    status: int | None = None
    body: str = ""
    reply: str = ""
    why: str = ""
    said: Reply | None = field(default=None, repr=False)

    def as_json(self) -> dict[str, Any]:
        shown = asdict(self) | {"kind": None, "data": None}
        shown.pop("said")
        return shown | ({"kind": self.said.kind, "data": self.said.data} if self.said else {})


@dataclass(frozen=True)
class Plan:
    """How to deliver: seconds between the starts of two tries, and what goes wrong.

    `repeat` tries again although answered, `overlap` does not wait for the answer either;
    `slow` is how many seconds after the first start an answer counts at the earliest.
    """

    tries: int
    gap: float
    repeat: bool = False
    overlap: bool = False
    lose_first: bool = False
    wrong: bool = False
    age: float = 0.0
    slow: float = 0.0


def plan_for(platform: Platform) -> Plan:
    """The plan of the next message, from the settings and the switches."""
    settings, faults = platform.settings, platform.faults
    gap = settings.timeout if settings.retry_gap is None else settings.retry_gap
    overlap = faults.take("overlap") is not None
    old, slow = faults.take("old_timestamp"), faults.take("slow")
    return Plan(
        tries=settings.tries,
        gap=settings.overlap_gap if overlap else gap,
        repeat=overlap or faults.take("duplicate") is not None,
        overlap=overlap,
        lose_first=faults.take("drop") is not None,
        wrong=faults.take("bad_signature") is not None,
        age=old.seconds if old else 0.0,
        slow=slow.seconds if slow else 0.0,
    )


async def deliver(
    platform: Platform, person: Person, message: Message, plan: Plan
) -> list[Attempt]:
    """Push by plan, show the follower what comes of it, and return the tries in their order."""
    push = _Push(platform, message, plan)
    shown = False
    done: list[Attempt] = []

    def settle(attempt: Attempt) -> None:
        nonlocal shown
        done.append(attempt)
        platform.summary = summarise(message, done)
        if attempt.outcome in _FINAL and not shown:
            shown = True
            _show(platform, person, message, attempt)

    attempts = await (push.overlapping(settle) if plan.overlap else push.in_turn(settle))
    if not shown:
        _show(platform, person, message, attempts[-1])
    platform.touch()
    return attempts


Settle = Callable[[Attempt], None]


class _Push:
    """One message on its way."""

    def __init__(self, platform: Platform, message: Message, plan: Plan) -> None:
        self.platform = platform
        self.message = message
        self.plan = plan
        self.started = time.perf_counter()

    async def in_turn(self, settle: Settle) -> list[Attempt]:
        attempts: list[Attempt] = []
        for number in range(1, self.plan.tries + 1):
            begun = time.perf_counter()
            attempts.append(await self._try(number, settle))
            if attempts[-1].outcome in _FINAL and not self.plan.repeat:
                break
            if number < self.plan.tries:
                await asyncio.sleep(max(0.0, begun + self.plan.gap - time.perf_counter()))
        return attempts

    async def overlapping(self, settle: Settle) -> list[Attempt]:
        async def later(number: int) -> Attempt:
            await asyncio.sleep((number - 1) * self.plan.gap)
            return await self._try(number, settle)

        return await asyncio.gather(*(later(n) for n in range(1, self.plan.tries + 1)))

    async def _try(self, number: int, settle: Settle) -> Attempt:
        settings = self.platform.settings
        stamp = int(self.platform.now() - self.plan.age)
        sealed = seal(self.message, settings, stamp, wrong=self.plan.wrong)
        begun = time.perf_counter()
        attempt = Attempt(number, "lost", 0, why="没有送到")
        if not (number == 1 and self.plan.lose_first):
            attempt = await self._post(number, sealed, begun)
        self._log(attempt, sealed)
        settle(attempt)
        return attempt

    async def _post(self, number: int, sealed: Sealed, begun: float) -> Attempt:
        limit = self.platform.settings.timeout
        try:
            async with asyncio.timeout(limit):
                status, body = await self._exchange(sealed)
                ready = self.started + self.plan.slow
                await asyncio.sleep(max(0.0, ready - time.perf_counter()))
        except TimeoutError:
            return Attempt(number, "timeout", _ms(begun), why=f"{limit:g} 秒没有答")
        except (httpx.HTTPError, OSError) as error:
            return Attempt(number, "failed", _ms(begun), why=f"没连上：{type(error).__name__}")
        return self._read(number, status, body, _ms(begun))

    async def _exchange(self, sealed: Sealed) -> tuple[int, bytes]:
        headers = {"Content-Type": sealed.content_type, "User-Agent": "Mozilla/4.0"}
        url = self.platform.settings.callback_url
        request = self.platform.client.build_request(
            "POST", url, params=sealed.query, content=sealed.body, headers=headers
        )
        response = await self.platform.client.send(request, stream=True)
        try:
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_REPLY:
                    break
            return response.status_code, body
        finally:
            await response.aclose()

    def _read(self, number: int, status: int, body: bytes, ms: int) -> Attempt:
        raw = body.decode(errors="replace")
        if status != 200:
            outcome: Outcome = "failed" if status >= 500 else "refused"
            return Attempt(number, outcome, ms, status, raw, why=f"应答 {status}")
        try:
            said = read_reply(body, self.message, self.platform.settings)
            if said and said.data.get("media_id", "") not in {"", *self.platform.media}:
                raise BadReply("没有这个 MediaId")
        except BadReply as bad:
            return Attempt(number, "malformed", ms, status, raw, why=str(bad))
        if said is None:
            return Attempt(number, "silent", ms, status, raw)
        return Attempt(number, "answered", ms, status, raw, said.shown, said=said)

    def _log(self, attempt: Attempt, sealed: Sealed) -> None:
        platform = self.platform
        kind = "推事件" if self.message.get("MsgType") == "event" else "推消息"
        name = " MsgId" if "MsgId" in self.message else "事件"
        if receipt := RECEIPTS.get(str(self.message.get("Event"))):
            kind = f"{receipt} {self.message.get('Status', '')}".rstrip()
        again = f"第 {attempt.number} 次，同一{name}" if attempt.number > 1 else "第 1 次"
        path = httpx.URL(platform.settings.callback_url).path
        tone: Tone = "ok" if attempt.outcome in ("answered", "silent") else "bad"
        exchange = Exchange(
            id=0, at=platform.now(), direction="push", title=kind, note=again,
            status=_status(attempt), tone=tone, ms=attempt.ms,
            request=request_line("POST", path, sealed.query), sent=sealed.shown,
            reply=_received(attempt, platform.settings.mode != "plain"),
            received=attempt.reply or attempt.body[:2000], key=key_of(self.message),
        )  # fmt: skip
        platform.record(exchange)


def summarise(message: Message, attempts: list[Attempt]) -> dict[str, str]:
    """One line on what the tries of a message came to; `tone` is ok or bad.

    It says what a platform can know: how often it sent, and whether the answers agree.
    """
    title, sent = f"「{title_of(message)}」", len(attempts)
    good = [a for a in attempts if a.outcome in ("answered", "silent")]
    kinds = {(a.said.kind, repr(a.said.data)) if a.said else ("", "") for a in good}
    if not good:
        return {"text": f"{title}送了 {sent} 次，{attempts[-1].why}", "tone": "bad"}
    if len(kinds) > 1:
        text = f"{title}送了 {sent} 次，答了 {len(kinds)} 种话"
        return {"text": text, "tone": "bad"}
    if sent == 1:
        return {"text": f"{title}送了 1 次，{good[0].ms} 毫秒答上", "tone": "ok"}
    same = f"{len(good)} 次答得一样" if len(good) > 1 else f"第 {good[0].number} 次答上"
    return {"text": f"{title}送了 {sent} 次，{same}", "tone": "ok"}


def _show(platform: Platform, person: Person, message: Message, attempt: Attempt) -> None:
    if message.get("Event") in QUIET_EVENTS or not person.follows:
        return
    if attempt.outcome in ("answered", "silent"):
        said = attempt.said
        if said and said.kind == "transfer_customer_service":
            platform.add_line(person, "note", "note", said.data)
        elif said:
            platform.add_line(person, "them", said.kind, said.data)
        return
    platform.add_line(person, "note", "error", {"text": TROUBLE, "why": attempt.why})


def _status(attempt: Attempt) -> str:
    words = {"timeout": "超时", "lost": "丢了", "malformed": "读不通"}
    return words.get(attempt.outcome) or (str(attempt.status) if attempt.status else "断了")


def _received(attempt: Attempt, sealed: bool) -> str:
    if attempt.status is None:
        return attempt.why
    size = f"← {attempt.status}，{len(attempt.body.encode())} 字节"
    secret = "，已加密" if sealed and attempt.said else ""
    return f"{size}{secret}" + (f"，{attempt.why}" if attempt.why else "")


def _ms(begun: float) -> int:
    return round((time.perf_counter() - begun) * 1000)
