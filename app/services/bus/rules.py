"""Which table runs on which day, and what is said about it. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import Protocol, TypeVar

MIDNIGHT = 24 * 60
LATEST = 3 * MIDNIGHT
EARTH = 6_371_000.0
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：](\d{2})(?:\.\d+)?)?")


class Days(StrEnum):
    """On what days a table runs. `DATES`: only on the dates listed with the table."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    VACATION = "vacation"
    DAILY = "daily"
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    DATES = "dates"


WEEK = (
    Days.MONDAY,
    Days.TUESDAY,
    Days.WEDNESDAY,
    Days.THURSDAY,
    Days.FRIDAY,
    Days.SATURDAY,
    Days.SUNDAY,
)


class DayLike(Protocol):
    """What the rules need of a campus calendar day; `kind` as in `DayKind`."""

    @property
    def date(self) -> date: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def swapped(self) -> bool: ...


class TableLike(Protocol):
    """What the rules need of one table of one line."""

    @property
    def days(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date: ...
    @property
    def priority(self) -> int: ...
    @property
    def added(self) -> frozenset[date]: ...
    @property
    def removed(self) -> frozenset[date]: ...


T = TypeVar("T", bound=TableLike)


def wanted(day: DayLike) -> tuple[frozenset[str], ...]:
    """Groups of `Days` that may run on `day`, best first; those of one group run together.

    A swapped working Saturday is a working day and nothing of a Saturday. Holidays and
    vacations run the Sunday table unless the line has one of their own.
    """
    weekday = WEEK[day.date.weekday()]
    sunday = frozenset[str]({Days.WEEKEND, Days.SUNDAY, Days.DAILY})
    match day.kind:
        case "workday" if day.swapped or day.date.weekday() > 4:
            return (frozenset({Days.WORKDAY, Days.DAILY}),)
        case "workday":
            return (frozenset({Days.WORKDAY, Days.DAILY, weekday}),)
        case "holiday":
            return (frozenset({Days.HOLIDAY}), sunday)
        case "vacation":
            return (frozenset({Days.VACATION}), sunday)
        case _:
            return (frozenset({Days.WEEKEND, Days.DAILY, weekday}),)


def in_force(tables: Iterable[T], day: DayLike) -> list[T]:
    """Those of one line's `tables` that run on `day`.

    Only the highest priority counts: a temporary table of a week puts the usual one aside.
    """
    groups = wanted(day)
    fitting = [table for table in tables if _fits(table, day.date, groups)]
    top = max((table.priority for table in fitting), default=0)
    fitting = [table for table in fitting if table.priority == top]
    named = next((g for g in groups if any(t.days in g for t in fitting)), frozenset[str]())
    return [t for t in fitting if t.days in named or day.date in t.added]


def _fits(table: TableLike, date: date, groups: Sequence[frozenset[str]]) -> bool:
    if date in table.added:
        return True
    valid = table.valid_from <= date <= table.valid_to and date not in table.removed
    return valid and any(table.days in group for group in groups)


def parse_clock(text: str) -> int:
    """Minutes after midnight out of 「7:30」, 「07:30:00」, 「25:10:00」; seconds are dropped.

    Raises ValueError with a Chinese reason. Up to 71:59: a run may end the day after.
    """
    found = _CLOCK.fullmatch(text.strip())
    if found is None or int(found[2]) > 59 or int(found[3] or 0) > 59:
        raise ValueError(f"「{text[:20]}」不是时间，写成 7:30")
    minutes = int(found[1]) * 60 + int(found[2])
    if minutes >= LATEST:
        raise ValueError(f"「{text[:20]}」太晚了，最多写到 71:59")
    return minutes


def distance(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Metres between two points in degrees (haversine)."""
    a, b = radians(latitude), radians(to_latitude)
    half = sin((b - a) / 2) ** 2
    half += cos(a) * cos(b) * sin(radians(to_longitude - longitude) / 2) ** 2
    return 2 * EARTH * asin(sqrt(min(1.0, half)))
