"""Customer-service messages: the window, the count, and what each kind must carry."""

from collections.abc import Callable
from typing import Any

from app.sandbox.api.call import OK, Call, Endpoint
from app.sandbox.errors import ApiError
from app.sandbox.people import Person
from app.sandbox.platform import Platform

MAX_TEXT = 2048  # bytes of UTF-8
TYPING_WINDOW = 30
Part = dict[str, Any]
Reader = Callable[[Platform, Part], dict[str, Any]]


async def send(call: Call) -> dict[str, Any]:
    """custom/send. 40003 nobody, 43004 does not follow, 45015 window shut, 45047 all used up."""
    body = call.json()
    person = _receiver(call, body)
    kind = str(body.get("msgtype", ""))
    reader, part = _KINDS.get(kind), body.get(kind)
    if reader is None:
        raise ApiError(40008)
    if not isinstance(part, dict):
        raise ApiError(44004)
    data = reader(call.platform, part)
    person.spend(call.platform.now())
    call.platform.letters.told.add(person.openid, "custom", kind, data)
    call.platform.add_line(person, "them", kind, data)
    return OK


async def typing(call: Call) -> dict[str, Any]:
    """custom/typing: only within 30 s of the follower's last act."""
    body = call.json()
    person = _receiver(call, body)
    if body.get("command") not in ("Typing", "CancelTyping"):
        raise ApiError(45072)
    if call.platform.now() - person.seen > TYPING_WINDOW:
        raise ApiError(45080)
    return OK


def _receiver(call: Call, body: dict[str, Any]) -> Person:
    openid = str(body.get("touser", ""))
    person = call.platform.follower(openid)
    call.platform.letters.check(openid, person)
    if person is None:
        raise ApiError(40003)
    return person


def _text(platform: Platform, part: Part) -> dict[str, Any]:
    content = part.get("content")
    if not isinstance(content, str) or not content:
        raise ApiError(44004)
    if len(content.encode()) > MAX_TEXT:
        raise ApiError(45002)
    return {"text": content}


def _media(platform: Platform, part: Part) -> dict[str, Any]:
    item = platform.media.get(str(part.get("media_id", "")))
    if item is None or item.until <= platform.now():
        raise ApiError(40007)
    names = ("title", "description")
    return {"media_id": item.id, **{name: str(part.get(name, "")) for name in names}}


def _music(platform: Platform, part: Part) -> dict[str, Any]:
    names = {"title": "title", "description": "description", "url": "musicurl"}
    return {key: str(part.get(name, "")) for key, name in names.items()}


def _news(platform: Platform, part: Part) -> dict[str, Any]:
    articles = part.get("articles")
    if not isinstance(articles, list) or len(articles) != 1 or not isinstance(articles[0], dict):
        raise ApiError(45008)
    names = ("title", "description", "picurl", "url")
    return {"articles": [{name: str(articles[0].get(name, "")) for name in names}]}


def _msgmenu(platform: Platform, part: Part) -> dict[str, Any]:
    rows = part.get("list")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise ApiError(44004)
    items = [{"id": str(row.get("id", "")), "content": str(row.get("content", ""))} for row in rows]
    return {
        "head": str(part.get("head_content", "")),
        "items": items,
        "tail": str(part.get("tail_content", "")),
    }


_KINDS: dict[str, Reader] = {
    "text": _text, "image": _media, "voice": _media, "video": _media,
    "music": _music, "news": _news, "msgmenu": _msgmenu,
}  # fmt: skip

ENDPOINTS = [
    Endpoint("/cgi-bin/message/custom/send", send),
    Endpoint("/cgi-bin/message/custom/typing", typing),
]
