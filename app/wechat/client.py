"""The API client: one thin typed method for each call that is needed.

Every method raises an `ApiError` or `TransportFailed`. Only calls that may be repeated are
repeated, and only when WeChat says that it is busy (-1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from app.wechat.answers import required
from app.wechat.articles import Articles
from app.wechat.errors import NoMenu, TransportFailed
from app.wechat.followers import Followers
from app.wechat.oauth import Visitor, visitor
from app.wechat.sending import Sending
from app.wechat.templates import Templates
from app.wechat.token import Token, lifetime

API_URL = "https://api.weixin.qq.com"
MAX_SCENE_SECONDS = 2_592_000  # 30 days


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
    base_url: str = API_URL,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    connections: int = 20,
) -> httpx.AsyncClient:
    """The HTTP client for one process: 3 s to connect, 10 s to answer."""
    return httpx.AsyncClient(
        base_url=base_url,
        timeout=httpx.Timeout(10.0, connect=3.0),
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        transport=transport,
    )


class Client(Sending, Templates, Articles, Followers):
    """The API of one account."""

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
        path = "/cgi-bin/media/upload"
        answer = await self._upload(path, {"type": kind}, filename, data, content_type)
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


def _is_text(content_type: str) -> bool:
    return content_type in ("", "text/plain", "application/json")
