"""Days off as people speak of them, and a term week by week. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.campus.calendar import Day, DayKind
from app.kit.clock import WEEKDAYS

DayOf = Callable[[date], Day]
FREE = (DayKind.HOLIDAY, DayKind.VACATION)
FAR = 400  # days looked ahead
LONGEST = 200  # days looked back for where something that is on now began


@dataclass(frozen=True, slots=True)
class Off:
    """Days off in a row, `first` to `last`, called `name`; `paid`: the weekends worked for them."""

    kind: DayKind
    name: str
    first: date
    last: date
    paid: tuple[date, ...] = ()

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Row:
    """A week of a term: `offs` that touch it, and the `worked` weekend days in it."""

    number: int
    first: date
    offs: tuple[Off, ...]
    worked: tuple[date, ...]

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)


def offs(day_of: DayOf, first: date, last: date) -> Iterator[Off]:
    """What touches `first` to `last`, whole: one that is on at `first` from where it began."""
    at = first
    while at <= last:
        day = day_of(at)
        if day.kind not in FREE:
            at += timedelta(days=1)
            continue
        begins, ends = _edge(day_of, day, -1), _edge(day_of, day, 1)
        yield Off(day.kind, day.name, begins, ends, _paid(day_of, day.name, begins, ends))
        at = ends + timedelta(days=1)


def _edge(day_of: DayOf, day: Day, step: int) -> date:
    """The last day in one direction that is off for the same reason."""
    at = day.date
    for _ in range(LONGEST):
        beside = day_of(at + timedelta(days=step))
        if (beside.kind, beside.name) != (day.kind, day.name):
            break
        at = beside.date
    return at


def _paid(day_of: DayOf, name: str, first: date, last: date) -> tuple[date, ...]:
    near = [first - timedelta(days=back) for back in range(14, 0, -1)]
    near += [last + timedelta(days=ahead) for ahead in range(1, 15)]
    return tuple(day for day in near if day_of(day).swapped and day_of(day).name == name)


def term_rows(day_of: DayOf, first: date, weeks: int) -> list[Row]:
    """Every week of a term that begins on the Monday `first`."""
    rows = []
    for number in range(1, weeks + 1):
        monday = first + timedelta(weeks=number - 1)
        days = [monday + timedelta(days=ahead) for ahead in range(7)]
        touching = tuple(offs(day_of, days[0], days[-1]))
        rows.append(Row(number, monday, touching, tuple(d for d in days if day_of(d).swapped)))
    return rows


def say_date(day: date) -> str:
    """「10月10日 周六」."""
    return f"{day.month}月{day.day}日 {WEEKDAYS[day.weekday()]}"


def say_span(first: date, last: date) -> str:
    """「10月1日–7日」, 「1月23日–3月6日」, 「10月1日」."""
    start = f"{first.month}月{first.day}日"
    if first == last:
        return start
    return f"{start}–{last.day}日" if _same(first, last) else f"{start}–{last.month}月{last.day}日"


def _same(first: date, last: date) -> bool:
    return (first.year, first.month) == (last.year, last.month)


def say_worked(days: tuple[date, ...]) -> str:
    """「9月27日 周日、10月10日 周六上班」; empty for none."""
    return "、".join(say_date(day) for day in days) + "上班" if days else ""


def say_left(first: date, today: date) -> str:
    """「还有 82 天」, 「明天开始」, 「正在放」."""
    left = (first - today).days
    return "正在放" if left <= 0 else "明天开始" if left == 1 else f"还有 {left} 天"


def say_today(day: Day) -> str:
    """What is special about a day: 「国庆节调休，要上班」, 「国庆节放假」; empty for usual ones."""
    if day.swapped:
        return f"{day.name}调休，要上班"
    if day.kind in FREE:
        return f"{day.name}放假" if day.kind == DayKind.HOLIDAY else f"正在放{day.name}"
    return f"{day.name}，要上班" if day.kind == DayKind.WORKDAY and day.name else ""
