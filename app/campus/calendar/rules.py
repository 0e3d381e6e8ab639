"""Counting working time, weeks, and saying a deadline. Pure.

Working time of a date is a list of spans (first, last) in minutes after its midnight. A span
begins on its date and may end on the next: (1320, 1800) is 22:00 to 6:00.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from app.kit.clock import SHANGHAI, WEEKDAYS

Span = tuple[int, int]
Spans = Callable[[date], Sequence[Span]]
DAY = 24 * 60
FARTHEST = 800  # days without enough working time after which a deadline is given up


def span(starts: time, ends: time) -> Span:
    """A shift as a span: over midnight where `ends` is not after `starts`."""
    first, last = starts.hour * 60 + starts.minute, ends.hour * 60 + ends.minute
    return first, last if last > first else last + DAY


def worked(spans: Spans, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Stretches of working time after `start`, in order, none overlapping, for 800 days."""
    reached = start.astimezone(SHANGHAI)
    first = reached.date() - timedelta(days=1)  # yesterday's shift may still be on
    for offset in range(FARTHEST):
        day = first + timedelta(days=offset)
        midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
        for begins, ends in sorted(spans(day)):
            since = max(midnight + timedelta(minutes=begins), reached)
            until = midnight + timedelta(minutes=ends)
            if since < until:
                yield since, until
                reached = until


def deadline(spans: Spans, start: datetime, work: timedelta) -> datetime:
    """The first moment at which `work` of working time has passed since `start`.

    No work: `start` itself. Raises ValueError for less than none, and if 800 days are not enough.
    """
    if work < timedelta(0):
        raise ValueError("work is less than none")
    if not work:
        return start.astimezone(SHANGHAI)
    for since, until in worked(spans, start):
        if work <= until - since:
            return since + work
        work -= until - since
    raise ValueError(f"no working time enough within {FARTHEST} days of {start}")


def elapsed(spans: Spans, start: datetime, end: datetime) -> timedelta:
    """Working time from `start` to `end`, at most 800 days apart; none if `end` is not later."""
    total = timedelta(0)
    for since, until in worked(spans, start):
        if since >= end:
            break
        total += min(until, end) - since
    return total


def is_open(spans: Spans, at: datetime) -> bool:
    """Whether `at` is working time; a span's end is not."""
    return next((since <= at for since, _ in worked(spans, at)), False)


def week_number(first: date, weeks: int, day: date) -> int | None:
    """Which week of a term (1 and on) `day` is in; None before and after."""
    number = (day - first).days // 7 + 1
    return number if 1 <= number <= weeks else None


def say_day(day: date, today: date) -> str:
    """「今天」, 「明天」, 「周四」 within six days, else 「11月2日 周一」; another year is said."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return ("今天", "明天")[ahead]
    if 1 < ahead < 7:
        return WEEKDAYS[day.weekday()]
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{year}{day.month}月{day.day}日 {WEEKDAYS[day.weekday()]}"


def say_deadline(at: datetime, now: datetime) -> str:
    """「今天 21:30 前」, 「周四 17:00 前」, 「11月2日 周一 17:00 前」."""
    at, now = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI)
    return f"{say_day(at.date(), now.date())} {at.hour}:{at.minute:02} 前"
