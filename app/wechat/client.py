"""The API client: one thin typed method for each call that is needed.

Every method raises an `ApiError` or `TransportFailed`. Only calls that may be repeated are
repeated, and only when WeChat says that it is busy (-1).
"""

from __future__ import annotations

import logging
import mimetypes
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, ParamSpec, TypeVar
from urllib.parse import quote

import httpx
import structlog
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_base, wait_random_exponential

from app.wechat.answers import decode, encode, required
from app.wechat.custom import Sendable, payload
from app.wechat.errors import ApiError, Busy, NoMenu, TransportFailed
from app.wechat.oauth import Visitor, visitor
from app.wechat.token import Token, TokenAuth, TokenStore, fetch_token, lifetime

API_URL = "https://api.weixin.qq.com"
MAX_SCENE_SECONDS = 2_592_000  # 30 days

_log = structlog.get_logger()
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


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


@dataclass(frozen=True, slots=True)
class Qr:
    """A code with a scene. `url` is what the code says, `image_url` a picture of it."""

    ticket: str
    url: str

    @property
    def image_url(self) -> str:
        return f"https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket={quote(self.ticket, safe='')}"


@dataclass(frozen=True, slots=True)
class Media:
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class VideoLink:
    """Videos are not given as bytes but as an address to load them from."""

    url: str


def open_client(
    base_url: str = API_URL, *, transport: httpx.AsyncBaseTransport | None = None
) -> httpx.AsyncClient:
    """The HTTP client for one process: 3 s to connect, 10 s to answer, 20 connections."""
    return httpx.AsyncClient(
        base_url=base_url,
        timeout=httpx.Timeout(10.0, connect=3.0),
        limits=httpx.Limits(max_connections=20, max_keepalive_connections=10),
        transport=transport,
    )


class Client:
    """The API of one account. `wait` is tenacity's pause between tries, for tests."""

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

    async def menu_create(self, menu: dict[str, Any]) -> None:
        """Replaces the menu: `{"button": [...]}`, at most 3 by 5."""
        await self._repeat(self._post, "/cgi-bin/menu/create", menu)

    async def menu_get(self) -> dict[str, Any] | None:
        """`{"menu": {...}}` as pushed through the API, or None when there is none."""
        try:
            return await self._repeat(self._get, "/cgi-bin/menu/get")
        except NoMenu:
            return None

    async def menu_delete(self) -> None:
        """Deletes the menu and the conditional ones with it."""
        await self._repeat(self._get, "/cgi-bin/menu/delete")

    async def send_custom(self, openid: str, message: Sendable) -> None:
        """One customer-service message. Never repeated: a busy answer may have sent it."""
        await self._post("/cgi-bin/message/custom/send", payload(openid, message))

    async def qr_create(self, scene: str, seconds: int | None = None) -> Qr:
        """A code for `scene` (1-64 characters), for `seconds` (up to 30 days) or for good.

        Permanent codes are limited to 100,000 for each account. Raises ValueError.
        """
        if not 1 <= len(scene) <= 64:
            raise ValueError("a scene has 1 to 64 characters")
        body: dict[str, Any] = {"action_info": {"scene": {"scene_str": scene}}}
        if seconds is None:
            body["action_name"] = "QR_LIMIT_STR_SCENE"
        elif 1 <= seconds <= MAX_SCENE_SECONDS:
            body |= {"action_name": "QR_STR_SCENE", "expire_seconds": seconds}
        else:
            raise ValueError("a temporary code lives 1 second to 30 days")
        answer = await self._post("/cgi-bin/qrcode/create", body)
        return Qr(required(answer, "ticket"), required(answer, "url"))

    async def media_upload(self, kind: str, filename: str, data: bytes, content_type: str) -> str:
        """The media_id, good for 3 days. `kind` is image, voice, video or thumb."""
        files = {"media": (_ascii_name(filename, content_type), data, content_type)}
        path = "/cgi-bin/media/upload"
        answer = await self._call(path, "POST", params={"type": kind}, files=files)
        return required(answer, "thumb_media_id" if kind == "thumb" else "media_id")

    async def media_get(self, media_id: str) -> Media | VideoLink:
        """Temporary media: the bytes, or for a video the address of it."""
        path = "/cgi-bin/media/get"
        response = await self._send(path, "GET", params={"media_id": media_id})
        content_type = response.headers.get("content-type", "").partition(";")[0].strip()
        if response.is_success and not _is_text(content_type):
            return Media(content_type, response.content)
        return VideoLink(required(self._decode(path, response), "video_url"))

    async def callback_ips(self) -> list[str]:
        """The addresses that pushes come from; they change, refresh daily."""
        answer = await self._repeat(self._get, "/cgi-bin/getcallbackip")
        listed = answer.get("ip_list")
        if not isinstance(listed, list):
            raise TransportFailed("the answer has no ip_list")
        return [str(address) for address in listed]

    async def exchange(self, code: str) -> Visitor:
        """Whose login `code` is. Once for each code, so never repeated.

        Raises CodeInvalid for a code that is unknown, used or older than five minutes.
        """
        params = {
            "appid": self._app_id,
            "secret": self._secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        return visitor(
            await self._call("/sns/oauth2/access_token", "GET", auth=None, params=params)
        )

    async def jsapi_ticket(self) -> Token:
        """A ticket to sign pages with: for all processes and some two hours, keep it."""
        asked = self._clock()
        path, params = "/cgi-bin/ticket/getticket", {"type": "jsapi"}
        answer = await self._repeat(self._get, path, params)
        seconds = answer.get("expires_in")
        if not isinstance(seconds, int):
            raise TransportFailed("the answer has no expires_in")
        return Token(required(answer, "ticket"), asked + lifetime(seconds))

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

    async def _call(self, path: str, method: str, **options: Any) -> dict[str, Any]:
        return self._decode(path, await self._send(path, method, **options))

    async def _send(self, path: str, method: str, **options: Any) -> httpx.Response:
        try:
            return await self._http.request(method, path, **{"auth": self._auth, **options})
        except httpx.RequestError as exc:
            # Only the kind of fault: the request in `exc` has the token in its URL.
            _log.warning("wechat_unreachable", path=path, fault=type(exc).__name__)
            raise TransportFailed(type(exc).__name__) from exc

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


def _is_text(content_type: str) -> bool:
    return content_type in ("", "text/plain", "application/json")


def _ascii_name(filename: str, content_type: str) -> str:
    """`media` and an extension: a name that is not ASCII makes WeChat see no file (41005)."""
    suffix = PurePath(filename).suffix.lower()
    if not (suffix.isascii() and suffix[1:].isalnum()):
        suffix = mimetypes.guess_extension(content_type) or ".bin"
    return f"media{suffix}"
