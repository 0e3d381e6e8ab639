"""Periods, what they are held against, and what of a number may be shown to everybody. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST = 366  # days that one page looks at
FEWEST = 5  # of less than these nothing is said in public
STEPS = ((45, "day"), (200, "week"), (LONGEST, "month"))
DAY = timedelta(days=1)


class Against(StrEnum):
    BEFORE = "before"  # the month, the year, the days before
    YEAR = "year"  # the same days of the year before


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both in it. `span`: month, year, or empty for any days.

    `open`: it goes on, and `last` is today.
    """

    first: date
    last: date
    span: str = ""
    open: bool = False

    @property
    def name(self) -> str:
        """「11 月」, 「2026 年」, 「11月1日–11月9日」; a year is named where it is not `last`'s."""
        if self.span == "month":
            return f"{self.first.year} 年 {self.first.month} 月"
        if self.span == "year":
            return f"{self.first.year} 年"
        if self.first == self.last:
            return say_day(self.first)
        return f"{say_day(self.first)}–{say_day(self.last)}"

    @property
    def step(self) -> str:
        """How it is cut: day, week or month."""
        return next(step for most, step in STEPS if (self.last - self.first).days < most)


def say_day(day: date) -> str:
    """「2026-11-21」 as 「11月21日」."""
    return f"{day.month}月{day.day}日"


def month_of(day: date, today: date) -> Period:
    first = day.replace(day=1)
    last = next_month(first) - DAY
    return Period(first, min(last, today), "month", open=last > today)


def year_of(year: int, today: date) -> Period:
    last = date(year, 12, 31)
    return Period(date(year, 1, 1), min(last, today), "year", open=last > today)


def next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def asked(params: Mapping[str, str], today: date) -> Period:
    """The period of an address: `month=2026-11`, `year=2026`, `since=…&until=…`, or this month.

    Never after today; what means nothing is left out; any days are a year at most, its last.
    """
    month, year = _date(f"{params.get('month', '')}-01"), _date(f"{params.get('year', '')}-01-01")
    if month and month <= today:
        return month_of(month, today)
    if year and year <= today:
        return year_of(year.year, today)
    since, until = _date(params.get("since", "")), _date(params.get("until", ""))
    if since is None and until is None:
        return month_of(today, today)
    last = min(until or today, today)
    first = min(since or last, last)
    return Period(max(first, last - timedelta(days=LONGEST - 1)), last)


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def against(period: Period, how: Against) -> Period:
    """What it is held against: of a month that goes on, the same days of the month before."""
    if how is Against.YEAR or period.span == "year":
        return Period(_year_back(period.first), _year_back(period.last), period.span, period.open)
    if period.span == "month":
        first = (period.first - DAY).replace(day=1)
        last = period.first - DAY
        if period.open:
            last = min(last, first + (period.last - period.first))
        return Period(first, last, "month", period.open)
    days = period.last - period.first
    return Period(period.first - DAY - days, period.first - DAY)


def _year_back(day: date) -> date:
    ends = day.month == 2 and (day + DAY).month == 3
    if ends:
        return date(day.year - 1, 3, 1) - DAY
    return day.replace(year=day.year - 1)


def starts(period: Period, step: str = "") -> list[date]:
    """The first day of each step (the period's own, or another), as SQL's `date_trunc` has it."""
    step = step or period.step
    at, days, found = period.first, 1, []
    if step == "week":
        at, days = at - DAY * at.weekday(), 7
    elif step == "month":
        at = at.replace(day=1)
    while at <= period.last:
        found.append(at)
        at = next_month(at) if step == "month" else at + DAY * days
    return found


def label(day: date, step: str) -> str:
    """What stands below a step."""
    return f"{day.month}月" if step == "month" else f"{day.month}/{day.day}"


def months(first: date, last: date) -> list[tuple[date, date]]:
    """The days from `first` to `last`, cut at the ends of months."""
    found = []
    while first <= last:
        end = min(last, next_month(first.replace(day=1)) - DAY)
        found.append((first, end))
        first = end + DAY
    return found


def public(counts: Mapping[str, int]) -> list[str]:
    """The units that may be named in public, of their counts.

    Those of less than FEWEST are left out, and never one alone: it would be the rest of the whole.
    """
    shown = sorted((name for name, n in counts.items() if n >= FEWEST), key=lambda n: -counts[n])
    hidden = [name for name, n in counts.items() if 0 < n < FEWEST]
    return shown[:-1] if len(hidden) == 1 else shown
