"""What kind of day a date is. Statutory data come from the package `holidays`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

import holidays
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import rules
from app.campus.calendar.models import Hours, Period, Term
from app.kit.cache import Cached


class DayKind(StrEnum):
    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    VACATION = "vacation"


@dataclass(frozen=True, slots=True)
class Day:
    """One date. `name` says why it is special (「国庆节」, 「暑假」), else it is empty.

    `swapped`: a weekend that is worked (调休); `name` is then the holiday it pays for.
    """

    date: date
    kind: DayKind
    name: str = ""
    swapped: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """A week of a term: `number` of `weeks`, from the Monday `first`."""

    term: str
    number: int
    weeks: int
    first: date


# Where the university has entered no hours of its own.
USUAL = (
    Hours(kind=DayKind.WORKDAY, starts=time(8), ends=time(12)),
    Hours(kind=DayKind.WORKDAY, starts=time(14, 30), ends=time(18)),
)


class Calendar:
    """Answers what kind of day a date is; `periods` outrank the statutory calendar.

    Also which week of which term, and how much working time lies between two moments.
    """

    def __init__(
        self,
        periods: Sequence[Period] = (),
        terms: Sequence[Term] = (),
        hours: Sequence[Hours] = (),
    ) -> None:
        self._periods = sorted(periods, key=lambda period: period.id, reverse=True)
        self.terms = tuple(sorted(terms, key=lambda term: term.first))
        self._spans: dict[str, list[rules.Span]] = {}
        self._days: dict[date, Day] = {}  # those that were asked for: few, and asked again
        for shift in hours or USUAL:
            span = rules.span(shift.starts, shift.ends)
            self._spans.setdefault(shift.kind, []).append(span)

    def day(self, date: date) -> Day:
        if (known := self._days.get(date)) is None:
            known = self._days[date] = self._day(date)
        return known

    def _day(self, date: date) -> Day:
        for period in self._periods:
            if period.first <= date <= period.last:
                swapped = period.kind == DayKind.WORKDAY and date.weekday() >= 5
                return Day(date, DayKind(period.kind), period.name, swapped)
        return statutory(date)

    def week(self, date: date) -> Week | None:
        """The week of term that `date` is in; None between terms."""
        for term in self.terms:
            if number := rules.week_number(term.first, term.weeks, date):
                first = date - timedelta(days=date.weekday())
                return Week(term.name, number, term.weeks, first)
        return None

    def term(self, date: date) -> Term | None:
        """The term that `date` is in, else the next to begin, else the last there was."""
        later = [t for t in self.terms if t.first + timedelta(weeks=t.weeks) > date]
        return later[0] if later else self.terms[-1] if self.terms else None

    def spans(self, date: date) -> Sequence[rules.Span]:
        """Working time that begins on `date`, as `rules` wants it."""
        return self._spans.get(self.day(date).kind, ())

    def deadline(self, start: datetime, hours: float) -> datetime:
        """When `hours` of working time will have passed since `start`.

        Raises ValueError if there are not so many within 800 days.
        """
        return rules.deadline(self.spans, start, timedelta(hours=hours))

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; none if `end` is not later."""
        return rules.elapsed(self.spans, start, end)

    def is_open(self, at: datetime) -> bool:
        """Whether `at` is working time."""
        return rules.is_open(self.spans, at)


@lru_cache(maxsize=4096)
def statutory(date: date) -> Day:
    """The State Council's arrangement: holidays, and the weekends worked for them."""
    china = _china(date.year)
    if name := china.get(date):
        return Day(date, DayKind.HOLIDAY, _holiday_name(china, date, name))
    if date.weekday() < 5:
        return Day(date, DayKind.WORKDAY)
    if china.is_working_day(date):
        return Day(date, DayKind.WORKDAY, _paid_for(china, date), swapped=True)
    # The package lists no holiday that falls on a free weekend, but the weekend is part of it.
    if name := _beside(china, date, -1) or _beside(china, date, 1):
        return Day(date, DayKind.HOLIDAY, name)
    return Day(date, DayKind.WEEKEND)


def _beside(china: holidays.HolidayBase, day: date, step: int) -> str:
    """The holiday that a free weekend touches in one direction, or empty."""
    day += timedelta(days=step)
    if day.weekday() >= 5 and day not in china and not china.is_working_day(day):
        day += timedelta(days=step)
    name = china.get(day)
    return _holiday_name(china, day, name) if name else ""


@lru_cache
def _china(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=[year, year + 1], language="zh_CN")


def _holiday_name(china: holidays.HolidayBase, day: date, name: str) -> str:
    """Both 「国庆节（补假）」 and 「休息日（由 … 调休）」 are called after their holiday."""
    if not name.startswith("休息日"):
        return name.split("（", maxsplit=1)[0].removeprefix("农历")
    near = [d for d in china if abs((d - day).days) <= 8 and not china[d].startswith("休息日")]
    closest = min(near, key=lambda d: abs((d - day).days), default=None)
    return china[closest].split("（")[0].removeprefix("农历") if closest else "假期"


def _paid_for(china: holidays.HolidayBase, day: date) -> str:
    for free, name in china.items():
        if name.startswith("休息日") and day.isoformat() in name:
            return _holiday_name(china, free, name)
    return "节假日"


def arranged(year: int) -> bool:
    """Whether the State Council's arrangement of `year` is known, with its worked weekends."""
    china = _china(year)
    return any(china.get(day, "").startswith("休息日") for day in china if day.year == year)


async def _load(db: AsyncSession) -> Calendar:
    return Calendar(
        (await db.scalars(select(Period))).all(),
        (await db.scalars(select(Term))).all(),
        (await db.scalars(select(Hours))).all(),
    )


calendar = Cached("calendar", _load)
