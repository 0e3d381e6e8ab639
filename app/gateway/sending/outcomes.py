"""What comes of one try to tell somebody: the platform's answer as a verdict. Pure.

`doubt` is the heart of it: once an answer failed to come, the message may have been told, and
from then on a refusal of a repeat proves nothing. Such a delivery is asked again under the same
key while the platform remembers the key, ends as UNSURE after that, and never takes another road.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.campus.notify.models import State
from app.kit.clock import SHANGHAI
from app.wechat import errors
from app.wechat.errors import ApiError, WeChatError


class Channel(StrEnum):
    """By which a delivery is told; `AFTER` says what is tried next."""

    TEMPLATE = "template"
    SUBSCRIBE = "subscribe"
    CUSTOM = "custom"
    MASS = "mass"


AFTER = {
    Channel.TEMPLATE: Channel.SUBSCRIBE,
    Channel.SUBSCRIBE: Channel.CUSTOM,
    Channel.MASS: Channel.CUSTOM,
}
# How long the platform remembers the key of a send, less a minute for slow clocks.
REMEMBERS = {Channel.TEMPLATE: timedelta(minutes=9), Channel.MASS: timedelta(hours=23)}


class Reason(StrEnum):
    """Why somebody was not told, or not yet."""

    GONE = "gone"  # follows no more
    REFUSES = "refuses"  # has blocked us, or is on the account's blacklist
    UNMAPPED = "unmapped"  # the notice has no template
    TEMPLATE = "template"  # the template is wrong, restricted, or not ours
    DATA = "data"  # the platform found fault with a value
    SUBSCRIPTION = "subscription"  # nothing left of what they subscribed to
    WINDOW = "window"  # has not written to us lately
    PERMISSION = "permission"  # the account may not use this channel
    CONFIG = "config"  # app id, secret or address list
    BUSY = "busy"  # the platform was busy, slow or out of reach
    LIMIT = "limit"  # of the minute, the day or the person
    PLATFORM = "platform"  # the receipt says that the platform failed
    OTHER = "other"  # a refusal that we do not know


OF_TEMPLATE = (40036, 40037, 43116)  # the template is wrong or restricted; others may be well
OF_PERSON = (43117,)  # too often to this person
PASSING = frozenset({Reason.BUSY, Reason.LIMIT, Reason.CONFIG})


@dataclass(frozen=True, slots=True)
class Stop:
    """The whole channel rests until then. `alert`: somebody has to do something about it."""

    until: datetime
    why: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` and `reason` for the delivery; while it waits, until `due_at`.

    `doubt`: it may have been told. `onward`: the next channel may try. `unasked`: the platform
    was not even asked. `gone`: the follower is.
    """

    state: State
    reason: str = ""
    told_as: str | None = None
    due_at: datetime | None = None
    doubt: bool = False
    onward: bool = False
    unasked: bool = False
    gone: bool = False
    stop: Stop | None = None


class Unfit(Exception):
    """Nothing was asked of the platform; the next channel may try."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Try:
    """The circumstances: the how-manieth try it is, whether an earlier one is in doubt, and a
    number from 0 to 1 that spreads repeats.
    """

    now: datetime
    tries: int = 1
    doubt: bool = False
    jitter: float = 0.0


def told(told_as: str | None) -> Verdict:
    return Verdict(State.SENT, told_as=told_as)


def judge(error: WeChatError | Unfit, made: Try) -> Verdict:
    """What follows from `error`: the first row of the table that it fits."""
    if isinstance(error, Unfit):
        on = Verdict(State.WAITING, error.reason, due_at=made.now, onward=True, unasked=True)
        return _settled(made, on)
    if isinstance(error, errors.TransportFailed):
        return _later(made, Reason.BUSY, doubt=error.reached)
    if isinstance(error, ApiError):
        follow = next((follow for kind, follow in _TABLE if isinstance(error, kind)), _unknown)
        return follow(error, made)
    return _settled(made, Verdict(State.FAILED, Reason.OTHER))


def given_up(made: Try, since: datetime, channel: Channel) -> bool:
    """Whether a delivery in doubt since then can no longer be asked about."""
    return made.doubt and made.now - since >= REMEMBERS.get(channel, timedelta(0))


def midnight(now: datetime) -> datetime:
    """When the platform's day ends."""
    tomorrow = now.astimezone(SHANGHAI) + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)


def next_minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _later(made: Try, reason: Reason, *, doubt: bool = False) -> Verdict:
    """Again after 1, 2, 4 … 60 seconds, spread by up to a half more."""
    pause = min(2.0 ** min(made.tries - 1, 6), 60.0) * (1 + made.jitter / 2)
    due = made.now + timedelta(seconds=pause)
    return Verdict(State.WAITING, reason, due_at=due, doubt=doubt or made.doubt)


def _busy(_: ApiError, made: Try) -> Verdict:
    return _later(made, Reason.BUSY, doubt=True)


def _token(_: ApiError, made: Try) -> Verdict:
    return _later(made, Reason.CONFIG)


def _limited(error: ApiError, made: Try) -> Verdict:
    if error.errcode in OF_PERSON:  # the others are not concerned
        due = made.now + timedelta(hours=1)
        return Verdict(State.WAITING, Reason.LIMIT, due_at=due, doubt=made.doubt)
    daily = isinstance(error, errors.QuotaExceeded)
    stop = Stop(midnight(made.now) if daily else next_minute(made.now), str(error.errcode))
    return Verdict(State.WAITING, Reason.LIMIT, due_at=stop.until, doubt=made.doubt, stop=stop)


def _gone(_: ApiError, made: Try) -> Verdict:
    return _settled(made, Verdict(State.FAILED, Reason.GONE, gone=True))


def _refuses(_: ApiError, made: Try) -> Verdict:
    return _settled(made, Verdict(State.BLOCKED, Reason.REFUSES))


def _not_permitted(error: ApiError, made: Try) -> Verdict:
    if error.errcode in OF_TEMPLATE:
        return _onward(made, Reason.TEMPLATE)
    stop = Stop(made.now + timedelta(hours=1), str(error.errcode), alert=True)
    return _onward(made, Reason.PERMISSION, stop)


def _config(error: ApiError, made: Try) -> Verdict:
    if error.errcode in OF_TEMPLATE:
        return _onward(made, Reason.TEMPLATE)
    stop = Stop(made.now + timedelta(minutes=10), str(error.errcode), alert=True)
    return Verdict(State.WAITING, Reason.CONFIG, due_at=stop.until, doubt=made.doubt, stop=stop)


def _unknown(error: ApiError, made: Try) -> Verdict:
    return _settled(made, Verdict(State.FAILED, f"{Reason.OTHER}:{error.errcode}"))


_TABLE: tuple[tuple[type[ApiError], Callable[[ApiError, Try], Verdict]], ...] = (
    (errors.Busy, _busy),
    (errors.TokenRejected, _token),
    (errors.RateLimited, _limited),
    (errors.FollowerGone, _gone),
    (errors.NotSubscribed, lambda _, made: _onward(made, Reason.SUBSCRIPTION)),
    (errors.RecipientRefused, _refuses),
    (errors.DataInvalid, lambda _, made: _onward(made, Reason.DATA)),
    (errors.WindowClosed, lambda _, made: _onward(made, Reason.WINDOW)),
    (errors.NotPermitted, _not_permitted),
    (errors.ConfigError, _config),
)


def _onward(made: Try, reason: Reason, stop: Stop | None = None) -> Verdict:
    onward = Verdict(State.WAITING, reason, due_at=made.now, onward=True, stop=stop)
    return _settled(made, onward)


def _settled(made: Try, verdict: Verdict) -> Verdict:
    """`verdict`, unless an earlier try may have told it already."""
    if not made.doubt:
        return verdict
    return Verdict(State.UNSURE, verdict.reason, gone=verdict.gone, stop=verdict.stop)


def fate(status: str) -> tuple[State, str]:
    """State and reason by the status of a template message's receipt."""
    words = status.lower().replace(" ", "")
    if words == "success":
        return State.DELIVERED, ""
    if "block" in words:
        return State.BLOCKED, Reason.REFUSES
    return State.FAILED, Reason.PLATFORM
