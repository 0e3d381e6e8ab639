"""What every push has in common, and the key that makes a delivery unique."""

from __future__ import annotations

import hashlib
from typing import TypedDict

from app.wechat.errors import Malformed
from app.wechat.fields import Fields, text, whole

_KEY_LENGTH = 200  # characters; real keys have under 120


class Head(TypedDict):
    """The fields of `Message`."""

    to: str
    from_: str
    created: int
    key: str


def head(fields: Fields, key: str) -> Head:
    """Raises Malformed when an address or the time is missing or odd."""
    to, sender = text(fields, "ToUserName"), text(fields, "FromUserName")
    if not to or not sender:
        raise Malformed("ToUserName or FromUserName is empty")
    return Head(to=to, from_=sender, created=whole(fields, "CreateTime"), key=_bounded(key))


class UserHead(Head):
    """The fields of `UserMessage`."""

    msg_id: str
    article: str


def user_head(fields: Fields) -> UserHead:
    """Raises Malformed when there is no MsgId, without which a retry cannot be known."""
    msg_id = text(fields, "MsgId")
    if not msg_id:
        raise Malformed("MsgId is empty")
    common = head(fields, f"m:{msg_id}")
    return UserHead(**common, msg_id=msg_id, article=text(fields, "MsgDataId", ""))


def unknown_head(fields: Fields, kind: str) -> Head:
    """For types that we do not know: by MsgId if there is one, else as an event is."""
    if text(fields, "MsgId", ""):
        return head(fields, f"m:{text(fields, 'MsgId')}")
    return event_head(fields, kind)


def event_head(fields: Fields, name: str, *more: str) -> Head:
    """From+CreateTime alone is not enough: following by a QR code and reporting the position
    are two events of one user in the same second. `more` are ids inside the event.
    """
    words = (
        text(fields, "FromUserName"),
        text(fields, "CreateTime"),
        name,
        text(fields, "EventKey", ""),
        text(fields, "MsgID", "") or text(fields, "MsgId", ""),
        *more,
    )
    return head(fields, "e:" + "+".join(word for word in words if word))


def _bounded(key: str) -> str:
    if len(key) <= _KEY_LENGTH:
        return key
    start = _KEY_LENGTH - 64
    return key[:start] + hashlib.sha256(key[start:].encode("utf-8", "replace")).hexdigest()
