"""What kind of day a date is. Statutory data come from the package `holidays`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import holidays
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar.models import Period
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


class Calendar:
    """Answers what kind of day a date is; `periods` outrank the statutory calendar."""

    def __init__(self, periods: Sequence[Period] = ()) -> None:
        self._periods = sorted(periods, key=lambda period: period.id, reverse=True)

    def day(self, date: date) -> Day:
        for period in self._periods:
            if period.first <= date <= period.last:
                swapped = period.kind == DayKind.WORKDAY and date.weekday() >= 5
                return Day(date, DayKind(period.kind), period.name, swapped)
        return statutory(date)


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


async def _load(db: AsyncSession) -> Calendar:
    return Calendar((await db.scalars(select(Period))).all())


calendar = Cached("calendar", _load)
