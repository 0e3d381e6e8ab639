"""Typed events (`MsgType` = event), and the base of everything that is pushed.

Source: the inventory of the official documentation. Event names are matched without regard
to case, because WeChat itself writes both `TEMPLATESENDJOBFINISH` and lower case.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.wechat.fields import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One push. `to` is our gh_ id, `from_` the sender's openid, `created` Unix seconds.

    `key` is what makes a delivery unique: a retry has the same one, nothing else has. It has
    at most 200 characters.
    """

    to: str
    from_: str
    created: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(Message):
    """A message (`event` is "") or event that we have no type for: answer `success`."""

    type: str
    event: str = ""
    fields: Fields = field(repr=False, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Message):
    """Base of the events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe(Event):
    """A new follower; by QR code, `scene` is the code's scene without `qrscene_`."""

    scene: str
    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe(Event):
    """Official rule: delete all information about this user. A reply is not delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan(Event):
    """A follower scanned our QR code."""

    scene: str
    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(Event):
    """Event LOCATION, reported by the phone itself. Degrees (GCJ-02), precision in metres.

    A place that the user sent by hand is the message `Location`.
    """

    lat: float
    lng: float
    precision: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Click(Event):
    """A menu button with a key."""

    event_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Event):
    """A menu button that opened `url`; the user is on the page already."""

    url: str
    menu_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewMiniProgram(Event):
    """A menu button that opened a mini program."""

    path: str
    menu_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanCode(Event):
    """A menu button that scanned something. `waiting` (scancode_waitmsg) wants a reply.

    `result` of a barcode begins with its symbology: `EAN_13,690…`.
    """

    event_key: str
    waiting: bool
    scan_type: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Photos(Event):
    """A menu button that sent photos; each follows as an `Image`.

    `source` is sysphoto, photo_or_album or weixin; `md5s` one hex digest for each photo.
    """

    event_key: str
    source: str
    count: int
    md5s: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationSelect(Event):
    """A menu button that sent a place; a `Location` follows. `poi` may be empty."""

    event_key: str
    lat: float
    lng: float
    scale: int
    label: str
    poi: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSent(Event):
    """The fate of a template message: `success`, `failed:user block`, `failed: system failed`."""

    msg_id: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MassSent(Event):
    """The fate of a mass send: `send success`, `send fail` or `err(num)`, with its counts."""

    msg_id: str
    status: str
    total: int
    filtered: int
    sent: int
    errors: int
    copyright_check: Fields = field(hash=False)
    article_urls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Event):
    """The end of a freepublish task. `status` 0 is published, others say why not."""

    publish_id: str
    status: int
    article_id: str
    article_urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One template in a subscription event.

    `status` is accept or reject; `scene` is 1 for H5 and 2 for an article; `msg_id`,
    `error_code` and `error` are those of a sent notification.
    """

    template_id: str
    status: str
    scene: str
    msg_id: str
    error_code: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionEvent(Event):
    """Base of the three subscription events."""

    items: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionAsked(SubscriptionEvent):
    """The user answered a subscription pop-up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionChanged(SubscriptionEvent):
    """The user changed subscriptions in the settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionSent(SubscriptionEvent):
    """A subscription notification arrived or failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationChange(Event):
    """A privacy duty: delete or anonymise what is kept of this person.

    `kind` is modified, revoke or cancellation; `openid` is the person's, `app_id` the
    account's; `revoke_info` lists the numbers of what was revoked.
    """

    kind: str
    openid: str
    union_id: str
    app_id: str
    revoke_info: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification(Event):
    """The account's own verification; `kind` is the event's name. Times in Unix seconds, or 0."""

    kind: str
    expires: int
    failed: int
    reason: str
