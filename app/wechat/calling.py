"""How every call of the API is made: the token added, the answer read, the refusal reported."""

from __future__ import annotations

import logging
import mimetypes
import time
from collections.abc import Awaitable, Callable
from pathlib import PurePath
from typing import Any, ParamSpec, TypeVar

import httpx
import structlog
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_base, wait_random_exponential

from app.wechat.answers import decode, encode
from app.wechat.errors import ApiError, Busy, NoMenu, TransportFailed
from app.wechat.token import Token, TokenAuth, TokenStore, fetch_token

_log = structlog.get_logger()
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")
# Faults before a byte of the request could have been read by anybody.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class _WithoutQuery(logging.Filter):
    """httpx logs whole URLs at level INFO; ours carry the access token in the query."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                arg.copy_with(query=None) if isinstance(arg, httpx.URL) else arg
                for arg in record.args
            )
        return True


logging.getLogger("httpx").addFilter(_WithoutQuery())


class Caller:
    """One account's access. `wait` is tenacity's pause between tries, for tests."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        app_id: str,
        secret: str,
        store: TokenStore,
        *,
        clock: Callable[[], float] = time.time,
        wait: wait_base | None = None,
    ) -> None:
        self._http = http
        self._app_id = app_id
        self._secret = secret
        self._clock = clock
        self._wait = wait or wait_random_exponential(multiplier=0.3, max=3)
        self._auth = TokenAuth(store, self._fetch)

    async def _fetch(self) -> Token:
        path = "/cgi-bin/stable_token"
        try:
            return await self._repeat(
                fetch_token, self._http, self._app_id, self._secret, self._clock
            )
        except ApiError as exc:
            _report(path, exc)
            raise

    async def _repeat(
        self, call: Callable[_Asked, Awaitable[_Answer]], *args: _Asked.args, **more: _Asked.kwargs
    ) -> _Answer:
        """Up to 3 tries while WeChat is busy; only for what may be done twice."""
        again = AsyncRetrying(
            stop=stop_after_attempt(3),
            wait=self._wait,
            retry=retry_if_exception_type(Busy),
            reraise=True,
        )
        return await again(call, *args, **more)

    async def _get(self, path: str, params: dict[str, str] | None = None) -> dict[str, Any]:
        return await self._call(path, "GET", params=params)

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return await self._call(path, "POST", content=encode(body))

    async def _upload(
        self, path: str, params: dict[str, str], filename: str, data: bytes, content_type: str
    ) -> dict[str, Any]:
        files = {"media": (_ascii_name(filename, content_type), data, content_type)}
        return await self._call(path, "POST", params=params, files=files)

    async def _call(self, path: str, method: str, **options: Any) -> dict[str, Any]:
        return self._decode(path, await self._send(path, method, **options))

    async def _send(self, path: str, method: str, **options: Any) -> httpx.Response:
        try:
            return await self._http.request(method, path, **{"auth": self._auth, **options})
        except httpx.RequestError as exc:
            # Only the kind of fault: the request in `exc` has the token in its URL.
            _log.warning("wechat_unreachable", path=path, fault=type(exc).__name__)
            reached = not isinstance(exc, _UNSENT)
            raise TransportFailed(type(exc).__name__, reached=reached) from exc

    @staticmethod
    def _decode(path: str, response: httpx.Response) -> dict[str, Any]:
        try:
            return decode(response)
        except NoMenu:
            raise  # an ordinary answer, see menu_get
        except ApiError as exc:
            _report(path, exc)
            raise


def _report(path: str, error: ApiError) -> None:
    _log.warning(
        "wechat_api_error",
        path=path,
        errcode=error.errcode,
        errmsg=error.errmsg,
        rid=error.rid,
        permanent=error.permanent,
    )


def _ascii_name(filename: str, content_type: str) -> str:
    """`media` and an extension: a name that is not ASCII makes WeChat see no file (41005)."""
    suffix = PurePath(filename).suffix.lower()
    if not (suffix.isascii() and suffix[1:].isalnum()):
        suffix = mimetypes.guess_extension(content_type) or ".bin"
    return f"media{suffix}"
