"""When a bathhouse is open, how old a figure may be, and what is usual."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app.kit.clock import WEEKDAYS

HORIZON = 75  # days searched for the next opening: longer than any vacation
MEMORY = timedelta(hours=4)  # of watching one hour of the day until half of what is usual is new
LONGEST_GAP = timedelta(minutes=10)  # one figure speaks for no longer than this


class Sex(StrEnum):
    MEN = "男"
    WOMEN = "女"


class Water(StrEnum):
    HOT = "hot"
    WARM = "warm"
    OFF = "off"

    @property
    def label(self) -> str:
        return {"hot": "热水足", "warm": "水温偏低", "off": "没热水"}[self]


@dataclass(frozen=True, slots=True)
class Hours:
    """Open from `opens` to `closes`; to the next morning if `closes` is not later."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Closure:
    """Shut from `start` to `end`; without an `end` nobody knows yet."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Status:
    """Open `since` and `until`; or shut, because of `reason` (may be empty), until `opens`.

    `opens` is None where no opening is known.
    """

    since: datetime | None = None
    until: datetime | None = None
    opens: datetime | None = None
    reason: str = ""

    @property
    def open(self) -> bool:
        return self.until is not None


Span = tuple[datetime, datetime]


def status(
    now: datetime, hours_on: Callable[[date], Sequence[Hours]], closures: Sequence[Closure]
) -> Status:
    """What holds at `now` (its time zone is the campus's); `hours_on` tells a date's hours.

    Begins with yesterday, whose last hours may reach over midnight.
    """
    today = now.date()
    for ahead in range(-1, HORIZON):
        day = today + timedelta(days=ahead)
        for since, until in _without(spans(day, hours_on(day), now), closures):
            if since <= now < until:
                return Status(since=since, until=until)
            if since > now:
                return Status(opens=since, reason=_reason(now, closures))
    return Status(reason=_reason(now, closures))


def spans(day: date, hours: Iterable[Hours], now: datetime) -> list[Span]:
    """A date's hours as moments, earliest first."""
    found = []
    for one in hours:
        since = datetime.combine(day, one.opens, now.tzinfo)
        until = datetime.combine(day, one.closes, now.tzinfo)
        found.append((since, until if until > since else until + timedelta(days=1)))
    return sorted(found)


def _without(spans: Sequence[Span], closures: Sequence[Closure]) -> Iterator[Span]:
    """What closures leave of `spans`."""
    for since, until in spans:
        start = since
        for closure in sorted(closures, key=lambda closure: closure.start):
            if closure.start >= until or (closure.end is not None and closure.end <= start):
                continue
            if closure.start > start:
                yield start, closure.start
            start = until if closure.end is None else closure.end
        if start < until:
            yield start, until


def _reason(now: datetime, closures: Iterable[Closure]) -> str:
    return next((c.reason for c in closures if c.start <= now and (not c.end or now < c.end)), "")


def say_when(then: datetime, now: datetime) -> str:
    """「今天 14:00」, 「明天 14:00」, 「周三 14:00」, 「11月2日 周一 14:00」; both in Shanghai."""
    days = (then.date() - now.date()).days
    clock = f"{then.hour}:{then.minute:02}"
    weekday = WEEKDAYS[then.weekday()]
    if days <= 1:
        return f"{'今天' if days == 0 else '明天'} {clock}"
    if days < 7:
        return f"{weekday} {clock}"
    return f"{then.month}月{then.day}日 {weekday} {clock}"


def say_end(until: datetime) -> str:
    """「22:00」; midnight is 「24:00」."""
    return f"{until.hour or (24 if until.minute == 0 else 0)}:{until.minute:02}"


def say_status(status: Status, now: datetime) -> str:
    """「开到 22:00」, 「还没开，今天 14:00 开」, 「换水泵，周三 14:00 再开」."""
    if status.until is not None:
        return f"开到 {say_end(status.until)}"
    if status.opens is None:
        return f"{status.reason or '停了'}，哪天开还没定"
    when = say_when(status.opens, now)
    if status.reason:
        return f"{status.reason}，{when} 再开"
    later_today = status.opens.date() == now.date()
    return f"{'还没开' if later_today else '关了'}，{when} 开"


def weight(gap: timedelta | None) -> float:
    """How much of a figure enters what is usual, 0..1, if the last figure is `gap` old.

    By time watched, not by count: a counter that reports each second moves the average no
    faster than one that reports each minute. None: the first figure.
    """
    if gap is None:
        return 1.0
    watched = min(gap, LONGEST_GAP)
    return watched / (watched + MEMORY)


def quiet_after(shares: Mapping[int, float], busy: float = 60.0) -> int | None:
    """The hour from which it usually stays under `busy` percent until closing, if it is ever
    over it; `shares` by hour in the order of opening."""
    hours = list(shares)
    last_busy = max((i for i, hour in enumerate(hours) if shares[hour] >= busy), default=None)
    if last_busy is None or last_busy + 1 >= len(hours):
        return None
    return hours[last_busy + 1]
