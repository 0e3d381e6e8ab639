"""What every API path shares: reading the request, the checks before, the answer after."""

import asyncio
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.sandbox.errors import ApiError
from app.sandbox.platform import Platform
from app.sandbox.wire import Exchange, Tone, body_shown, request_line

MAX_BODY = 12 << 20
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[01])[0-9a-fA-F]{4}")


@dataclass(frozen=True)
class Call:
    """One request to the API, its body read."""

    platform: Platform
    request: Request
    body: bytes
    token: str

    def arg(self, name: str) -> str:
        """A query argument, empty if missing."""
        return str(self.request.query_params.get(name, ""))

    def json(self) -> dict[str, Any]:
        r"""The body as an object; 44002 empty, 40033 with \uXXXX escapes, 47001 otherwise wrong."""
        if not self.body:
            raise ApiError(44002)
        if escaped(self.body):
            raise ApiError(40033)
        try:
            value = json.loads(self.body)
        except ValueError as error:
            raise ApiError(47001) from error
        if not isinstance(value, dict):
            raise ApiError(47001)
        return value


Answer = dict[str, Any] | Response
Handler = Callable[[Call], Awaitable[Answer]]
OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}


@dataclass(frozen=True)
class Endpoint:
    """A path of the API; `token` says whether it wants an access_token."""

    path: str
    handler: Handler
    method: Literal["GET", "POST", "ANY"] = "POST"
    token: bool = True


class Dropped(Response):
    """An answer that begins and never ends: the server then cuts the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"64")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": True})


def route(endpoint: Endpoint) -> Route:
    """The endpoint behind all that the platform does around it."""

    async def answer(request: Request) -> Response:
        platform: Platform = request.app.state.platform
        started = time.perf_counter()
        body = await _read(request)
        call = Call(platform, request, body, str(request.query_params.get("access_token", "")))
        slow = platform.faults.take("api_slow", endpoint.path)
        if slow:
            await asyncio.sleep(slow.seconds)
        rid = new_rid(platform)
        if platform.faults.take("api_drop", endpoint.path):
            _log(call, endpoint, started, "断了", b"")
            return Dropped()
        response, errcode = await _respond(call, endpoint, rid)
        if not errcode and (late := platform.faults.take("api_late", endpoint.path)):
            await asyncio.sleep(late.seconds)
        platform.rids[rid] = _trace(call, response, started)
        _log(call, endpoint, started, str(errcode), bytes(response.body))
        if not errcode and platform.faults.take("api_cut", endpoint.path):
            return Dropped()
        return response

    return Route(endpoint.path, answer, methods=["GET", "POST"])


def escaped(body: bytes) -> bool:
    r"""Whether a body has \uXXXX escapes, which the platform refuses or shows literally."""
    return b"\\u" in body and _ESCAPED.search(body) is not None


def text_json(payload: dict[str, Any]) -> Response:
    """JSON as the platform sends it: text/plain, not escaped."""
    return Response(json.dumps(payload, ensure_ascii=False), media_type="text/plain")


async def _respond(call: Call, endpoint: Endpoint, rid: str) -> tuple[Response, int]:
    try:
        _check(call, endpoint)
        answer = await endpoint.handler(call)
    except ApiError as error:
        return text_json(error.payload(rid)), error.errcode
    return (answer if isinstance(answer, Response) else text_json(answer)), 0


def _check(call: Call, endpoint: Endpoint) -> None:
    platform, method = call.platform, call.request.method
    if len(call.body) > MAX_BODY:
        raise ApiError(45001)
    if endpoint.method not in ("ANY", method):
        raise ApiError(43001 if endpoint.method == "GET" else 43002)
    if endpoint.token:
        platform.tokens.check(call.token)
        struck(platform, endpoint.path, call.token)
        spent(platform, endpoint.path)
    else:
        busy = platform.faults.take("busy", endpoint.path)
        if busy:
            raise ApiError(busy.errcode)


def spent(platform: Platform, path: str) -> None:
    """Count a call; 45009 and 45011 when there were too many."""
    if path != "/cgi-bin/clear_quota":
        platform.quotas.spend(path)


def struck(platform: Platform, path: str, token: str) -> None:
    """Errors switched on; the two of the token also end that token, so that a new one helps."""
    fault = platform.faults.take_error(path)
    if fault is None:
        return
    if fault.name == "token_invalid":
        platform.tokens.revoke(token)
    if fault.name == "token_expired":
        platform.tokens.expire(token)
    raise ApiError(fault.errcode)


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        if len(body) <= MAX_BODY:
            body += chunk
    return bytes(body)


def new_rid(platform: Platform) -> str:
    """A trace's number; old traces are forgotten."""
    while len(platform.rids) > 500:
        platform.rids.pop(next(iter(platform.rids)))
    return f"{int(platform.now()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"


def _trace(call: Call, response: Response, started: float) -> dict[str, Any]:
    return {
        "invoke_time": int(call.platform.now()),
        "cost_in_ms": round((time.perf_counter() - started) * 1000),
        "request_url": "access_token=***",
        "request_body": _shown(call.body),
        "response_body": _shown(bytes(response.body)),
        "client_ip": call.request.client.host if call.request.client else "",
    }


def _log(call: Call, endpoint: Endpoint, started: float, status: str, body: bytes) -> None:
    query = dict(call.request.query_params)
    tone: Tone = "ok" if status == "0" else "warn" if status.startswith(("4", "-")) else "bad"
    exchange = Exchange(
        id=0, at=call.platform.now(), direction="api", title=endpoint.path.lstrip("/"), note="",
        status=status, tone=tone, ms=round((time.perf_counter() - started) * 1000),
        request=request_line(call.request.method, endpoint.path, query),
        sent=_shown(call.body), reply=f"← text/plain，{len(body)} 字节", received=_shown(body),
    )  # fmt: skip
    call.platform.record(exchange)


def _shown(body: bytes) -> str:
    try:
        return body_shown(body.decode())
    except UnicodeDecodeError:
        return f"（{len(body)} 字节）"
