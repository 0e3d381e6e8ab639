"""POST /cgi-bin/message/template/send without a framework: thousands a second on one core.

It keeps the rules of every other path (see api/call.py): the token, the quotas and the faults.
"""

import asyncio
import json
import time
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Receive, Scope, Send

from app.sandbox import receipts
from app.sandbox.api.call import MAX_BODY, escaped, new_rid, spent, struck
from app.sandbox.errors import ApiError
from app.sandbox.letters import Shown, Taken
from app.sandbox.platform import Platform
from app.sandbox.wire import Exchange, body_shown, request_line

PATH = "/cgi-bin/message/template/send"
_TOKEN = b"access_token="


class Front:
    """Takes what goes to PATH; everything else goes on to `app`."""

    def __init__(self, app: ASGIApp, platform: Platform) -> None:
        self._app = app
        self._platform = platform

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._app(scope, receive, send)
            return
        platform, faults = self._platform, self._platform.faults
        started = time.perf_counter()
        body = await _read(receive)
        if slow := faults.take("api_slow", PATH):
            await asyncio.sleep(slow.seconds)
        answer: dict[str, Any]
        if faults.take("api_drop", PATH):
            await _cut(send)
            return
        try:
            token = _token(scope["query_string"])
            taken = await self._take(scope["method"], token, body)
            answer = {"errcode": 0, "errmsg": "ok", "msgid": taken.msg_id}
            loud = taken.openid in platform.people
        except ApiError as error:
            answer, loud = error.payload(new_rid(platform)), True
        if loud:
            self._log(scope, body, answer, started)
        if not answer["errcode"]:
            if late := faults.take("api_late", PATH):
                await asyncio.sleep(late.seconds)
            if faults.take("api_cut", PATH):
                await _cut(send)
                return
        await _answer(send, json.dumps(answer, ensure_ascii=False).encode())

    async def _take(self, method: str, token: str, body: bytes) -> Taken:
        platform = self._platform
        if method != "POST":
            raise ApiError(43002)
        platform.tokens.check(token)
        struck(platform, PATH, token)
        spent(platform, PATH)
        fields = _fields(body)
        person = platform.people.get(str(fields.get("touser", "")))
        taken, shown = platform.letters.template(fields, person)
        if taken.again:
            return taken
        if person and shown:
            show(platform, taken, shown)
        status = platform.letters.fate(taken.openid)
        await receipts.tell(
            platform, taken.openid, "TEMPLATESENDJOBFINISH", MsgID=taken.msg_id, Status=status
        )
        return taken

    def _log(self, scope: Scope, body: bytes, answer: dict[str, Any], started: float) -> None:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        errcode = int(answer["errcode"])
        received = json.dumps(answer, ensure_ascii=False)
        exchange = Exchange(
            id=0, at=self._platform.now(), direction="api", title=PATH.lstrip("/"), note="",
            status=str(errcode), tone="warn" if errcode else "ok",
            ms=round((time.perf_counter() - started) * 1000),
            request=request_line(scope["method"], PATH, query),
            sent=body_shown(body.decode(errors="replace")),
            reply=f"← text/plain，{len(received.encode())} 字节", received=received,
        )  # fmt: skip
        self._platform.record(exchange)


def show(platform: Platform, taken: Taken, shown: Shown) -> None:
    """Put the card on the phone, which rings."""
    data = {"title": shown.title, "rows": shown.rows, "url": shown.url, "msg_id": taken.msg_id}
    platform.add_line(platform.people[taken.openid], "them", "template", data)


def _fields(body: bytes) -> dict[str, Any]:
    if not body:
        raise ApiError(44002)
    if escaped(body):
        raise ApiError(40033)
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise ApiError(47001) from error
    if not isinstance(fields, dict):
        raise ApiError(47001)
    return fields


def _token(query: bytes) -> str:
    """The access_token of the query, of whose characters none is escaped."""
    for part in query.split(b"&"):
        if part.startswith(_TOKEN):
            return part[len(_TOKEN) :].decode("latin-1")
    return ""


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body") or len(body) > MAX_BODY:
            return bytes(body)


async def _answer(send: Send, content: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(content)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def _cut(send: Send) -> None:
    """An answer that begins and never ends: the server then cuts the connection."""
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"64")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": True})
