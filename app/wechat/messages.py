"""Everything that WeChat pushes, typed: `parse` gives one of the messages or events below.

The events live in `events.py` and are offered here too. Text fields may be empty strings;
what a message cannot do without is required, and its absence is Malformed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.wechat.errors import Malformed
from app.wechat.event_readers import EVENTS
from app.wechat.events import (
    AuthorizationChange,
    Click,
    Event,
    LocationSelect,
    MassSent,
    Message,
    Photos,
    Position,
    Published,
    Scan,
    ScanCode,
    Subscribe,
    Subscription,
    SubscriptionAsked,
    SubscriptionChanged,
    SubscriptionEvent,
    SubscriptionSent,
    TemplateSent,
    Unknown,
    Unsubscribe,
    Verification,
    View,
    ViewMiniProgram,
)
from app.wechat.fields import Fields, decimal, text, whole
from app.wechat.heads import UserHead, event_head, unknown_head, user_head

__all__ = [
    "AuthorizationChange",
    "Click",
    "Event",
    "Image",
    "Link",
    "Location",
    "LocationSelect",
    "MassSent",
    "Message",
    "Photos",
    "Position",
    "Published",
    "Scan",
    "ScanCode",
    "ShortVideo",
    "Subscribe",
    "Subscription",
    "SubscriptionAsked",
    "SubscriptionChanged",
    "SubscriptionEvent",
    "SubscriptionSent",
    "TemplateSent",
    "Text",
    "Unknown",
    "Unsubscribe",
    "UserMessage",
    "Verification",
    "Video",
    "View",
    "ViewMiniProgram",
    "Voice",
    "parse",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMessage(Message):
    """Base of what a user sends. `article` is MsgDataId when it was sent from an article."""

    msg_id: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(UserMessage):
    """`menu_id` is the item tapped in a customer-service menu, or ""."""

    content: str
    menu_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(UserMessage):
    """`pic_url` is WeChat's copy; `media_id` lives 3 days."""

    pic_url: str
    media_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice(UserMessage):
    """`format` is amr or speex; `recognition` is "" unless the account has the feature."""

    media_id: str
    format: str
    recognition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Video(UserMessage):
    media_id: str
    thumb_media_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortVideo(Video):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(UserMessage):
    """A place that the user sent. Degrees (GCJ-02)."""

    lat: float
    lng: float
    scale: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(UserMessage):
    title: str
    description: str
    url: str


def parse(fields: Fields) -> Message:
    """The typed value of a body's fields. Raises Malformed, and nothing else."""
    kind = text(fields, "MsgType").lower()
    if kind == "event":
        return _event(fields)
    if (read := _MESSAGES.get(kind)) is not None:
        return read(fields, user_head(fields))
    if not kind:
        raise Malformed("MsgType is empty")
    return Unknown(**unknown_head(fields, kind), type=kind, fields=fields)


def _event(fields: Fields) -> Message:
    name = text(fields, "Event")
    if (read := EVENTS.get(name.lower())) is not None:
        return read(fields, name)
    return Unknown(**event_head(fields, name), type="event", event=name, fields=fields)


def _text(fields: Fields, head: UserHead) -> Text:
    return Text(
        **head, content=text(fields, "Content", ""), menu_id=text(fields, "bizmsgmenuid", "")
    )


def _image(fields: Fields, head: UserHead) -> Image:
    return Image(**head, pic_url=text(fields, "PicUrl", ""), media_id=text(fields, "MediaId"))


def _voice(fields: Fields, head: UserHead) -> Voice:
    return Voice(
        **head,
        media_id=text(fields, "MediaId"),
        format=text(fields, "Format", ""),
        recognition=text(fields, "Recognition", ""),
    )


def _video(fields: Fields, head: UserHead) -> Video:
    thumb = text(fields, "ThumbMediaId", "")
    return Video(**head, media_id=text(fields, "MediaId"), thumb_media_id=thumb)


def _short_video(fields: Fields, head: UserHead) -> ShortVideo:
    thumb = text(fields, "ThumbMediaId", "")
    return ShortVideo(**head, media_id=text(fields, "MediaId"), thumb_media_id=thumb)


def _location(fields: Fields, head: UserHead) -> Location:
    return Location(
        **head,
        lat=decimal(fields, "Location_X"),
        lng=decimal(fields, "Location_Y"),
        scale=whole(fields, "Scale", 0),
        label=text(fields, "Label", ""),
    )


def _link(fields: Fields, head: UserHead) -> Link:
    return Link(
        **head,
        title=text(fields, "Title", ""),
        description=text(fields, "Description", ""),
        url=text(fields, "Url"),
    )


_MESSAGES: dict[str, Callable[[Fields, UserHead], UserMessage]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "shortvideo": _short_video,
    "location": _location,
    "link": _link,
}
