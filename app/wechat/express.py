"""A client whose template messages take the short road: a campaign sends tens of thousands.

httpx costs about a millisecond of CPU a request, most of it for what these requests do not need.
They are always the same POST with a ready body, so they are written to kept connections as they
are, and the answers are read by httptools. Token, errors and doubt are those of `Client`.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote
from urllib.request import getproxies

import httptools
import httpx

from app.wechat.answers import number
from app.wechat.client import Client
from app.wechat.errors import MAX_BODY, TransportFailed
from app.wechat.sending import Letter
from app.wechat.token import REJECTED, Token, TokenStore

PATH = "/cgi-bin/message/template/send"
CONNECT, ANSWER = 3.0, 10.0  # seconds, as `open_client` has them
Answer = tuple[int, bytes]


class Line(asyncio.Protocol):
    """One connection, with one request on it at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body = bytearray()
        self._answer: asyncio.Future[Answer] | None = None
        self.open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 a stream is one
        self._transport = transport

    async def ask(self, request: bytes, patience: float) -> Answer:
        """Status and body. Raises ConnectionError, TimeoutError, and HttpParserError."""
        assert self._transport is not None  # noqa: S101 it is connected
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        async with asyncio.timeout(patience):
            return await self._answer

    @property
    def free(self) -> bool:
        """Whether the last answer has come, so that another may be asked for."""
        return self._answer is None or (self._answer.done() and not self._answer.cancelled())

    def close(self) -> None:
        self.open = False
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(error)

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) > MAX_BODY:
            self._fail(ConnectionError("the answer is too long"))

    def on_message_complete(self) -> None:
        if not self._parser.should_keep_alive():
            self.close()
        self._done()

    def connection_lost(self, exc: Exception | None) -> None:
        self.open = False
        if self._body:  # it may be whole, without a length: whoever reads it will see
            self._done()
        self._fail(exc or ConnectionError("closed"))

    def _done(self) -> None:
        answer = (self._parser.get_status_code(), bytes(self._body))
        self._body.clear()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    def _fail(self, error: Exception) -> None:
        self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


class Road:
    """Kept connections to one address, as many as are asked for at a time; close it.

    `patience`: seconds for an answer.
    """

    def __init__(self, base_url: str, patience: float = ANSWER) -> None:
        url, self._patience = httpx.URL(base_url), patience
        self._secure = url.scheme == "https"
        self._host, self._port = url.host, url.port or (443 if self._secure else 80)
        self._ssl: ssl.SSLContext | None = httpx.create_ssl_context() if self._secure else None
        self._path = url.raw_path.rstrip(b"/").decode() + PATH
        self._name = url.netloc.decode()
        self._idle: list[Line] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for line in self._idle:
            line.close()

    async def post(self, token: str, body: bytes) -> Answer:
        """Status and body of the answer. Raises TransportFailed."""
        line = await self._line()
        request = (
            f"POST {self._path}?access_token={quote(token, safe='')} HTTP/1.1\r\n"
            f"Host: {self._name}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        try:
            answer = await line.ask(request, self._patience)
        except (OSError, httptools.HttpParserError) as error:  # TimeoutError is an OSError
            raise TransportFailed(type(error).__name__) from error
        finally:
            if line.open and line.free:
                self._idle.append(line)
            else:
                line.close()
        return answer

    async def _line(self) -> Line:
        while self._idle:
            if (line := self._idle.pop()).open:
                return line
        loop = asyncio.get_running_loop()
        name = self._host if self._secure else None
        try:
            async with asyncio.timeout(CONNECT):
                _, line = await loop.create_connection(
                    Line, self._host, self._port, ssl=self._ssl, server_hostname=name
                )
        except OSError as error:
            raise TransportFailed(type(error).__name__, reached=False) from error
        return line


class Express(Client):
    """`Client`, with a `road` for template messages."""

    def __init__(
        self, http: httpx.AsyncClient, app_id: str, secret: str, store: TokenStore, road: Road
    ) -> None:
        super().__init__(http, app_id, secret, store)
        self._store, self._road = store, road

    async def send_template(self, openid: str, letter: Letter, key: str) -> str:
        body = letter.to(openid, key)
        token = await self._store.current() or await self._store.renew(None, self._fetch)
        answer = await self._ask(token, body)
        if answer.get("errcode", 0) in REJECTED:  # once, as TokenAuth does it
            token = await self._store.renew(token.value, self._fetch)
            answer = await self._ask(token, body)
        if answer.get("errcode"):
            self._decode(PATH, httpx.Response(200, json=answer))  # raises, and reports
        return number(answer, "msgid")

    async def _ask(self, token: Token, body: bytes) -> dict[str, Any]:
        status, content = await self._road.post(token.value, body)
        if status != httpx.codes.OK:
            raise TransportFailed(f"HTTP {status}")
        try:
            answer = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise TransportFailed("the answer is not JSON") from error
        if not isinstance(answer, dict) or not isinstance(answer.get("errcode", 0), int):
            raise TransportFailed("the answer is not one of WeChat's")
        return answer


def direct(url: str) -> bool:
    """Whether `url` is reached without a proxy: the road knows none."""
    return not getproxies().keys() & {httpx.URL(url).scheme, "all"}
