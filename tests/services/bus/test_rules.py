from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campus.calendar import Calendar, DayKind
from app.campus.calendar.models import Period
from app.services.bus.rules import Days, distance, in_force, parse_clock

YEAR = date(2026, 1, 1), date(2026, 12, 31)
PERIODS = [
    Period(id=1, first=date(2026, 7, 11), last=date(2026, 8, 30), kind="vacation", name="暑假"),
    Period(id=2, first=date(2026, 11, 7), last=date(2026, 11, 7), kind="workday", name="校庆"),
]
CALENDAR = Calendar(PERIODS)
ORDINARY = {Days.WORKDAY, Days.WEEKEND}


@dataclass(frozen=True)
class Table:
    days: str
    valid_from: date = YEAR[0]
    valid_to: date = YEAR[1]
    priority: int = 0
    added: frozenset[date] = field(default_factory=frozenset)
    removed: frozenset[date] = field(default_factory=frozenset)


def running(day: str, tables: list[Table]) -> set[str]:
    return {table.days for table in in_force(tables, CALENDAR.day(date.fromisoformat(day)))}


@pytest.mark.parametrize(
    ("day", "has", "runs"),
    [
        ("2026-11-02", ORDINARY, {Days.WORKDAY}),  # a Monday
        ("2026-10-31", ORDINARY, {Days.WEEKEND}),  # a Saturday
        ("2026-10-10", ORDINARY, {Days.WORKDAY}),  # a Saturday worked for 国庆
        ("2026-09-20", ORDINARY, {Days.WORKDAY}),  # a Sunday worked for 国庆
        ("2026-11-07", ORDINARY, {Days.WORKDAY}),  # a Saturday the university works
        ("2026-10-01", ORDINARY, {Days.WEEKEND}),  # 国庆, a Thursday
        ("2026-10-05", ORDINARY, {Days.WEEKEND}),  # 国庆, a Monday
        ("2026-10-01", ORDINARY | {Days.HOLIDAY}, {Days.HOLIDAY}),
        ("2026-07-15", ORDINARY, {Days.WEEKEND}),  # a Wednesday of the vacation
        ("2026-07-15", ORDINARY | {Days.HOLIDAY, Days.VACATION}, {Days.VACATION}),
        ("2026-07-18", ORDINARY | {Days.VACATION}, {Days.VACATION}),  # its Saturday too
        ("2026-07-15", {Days.WORKDAY}, set()),
        ("2026-10-31", ORDINARY | {Days.SATURDAY}, {Days.WEEKEND, Days.SATURDAY}),
        ("2026-11-01", ORDINARY | {Days.SATURDAY}, {Days.WEEKEND}),  # a Sunday
        ("2026-10-10", ORDINARY | {Days.SATURDAY}, {Days.WORKDAY}),  # worked: no Saturday run
        ("2026-10-03", ORDINARY | {Days.SATURDAY}, {Days.WEEKEND}),  # 国庆: the Sunday table
        ("2026-10-03", {Days.SUNDAY, Days.SATURDAY}, {Days.SUNDAY}),
        ("2026-11-06", {Days.WORKDAY, Days.FRIDAY}, {Days.WORKDAY, Days.FRIDAY}),
        ("2026-11-05", {Days.WORKDAY, Days.FRIDAY}, {Days.WORKDAY}),
        ("2026-11-05", {Days.DAILY, Days.DATES}, {Days.DAILY}),
        ("2026-10-01", {Days.DAILY, Days.HOLIDAY}, {Days.HOLIDAY}),
    ],
)
def test_the_tables_of_a_day(day: str, has: set[Days], runs: set[Days]) -> None:
    assert running(day, [Table(days) for days in has]) == runs


@pytest.mark.parametrize(
    ("day", "valid"),
    [("2026-08-30", False), ("2026-08-31", True), ("2026-12-04", True), ("2026-12-05", False)],
)
def test_a_table_is_valid_from_its_first_day_to_its_last(day: str, valid: bool) -> None:
    tables = [Table(Days.DAILY, date(2026, 8, 31), date(2026, 12, 4))]
    assert bool(running(day, tables)) is valid


@pytest.mark.parametrize(
    ("day", "runs"),
    [
        ("2026-11-08", {Days.WEEKEND}),
        ("2026-11-09", {Days.WORKDAY}),
        ("2026-11-13", {Days.WORKDAY}),
        ("2026-11-14", {Days.WEEKEND}),  # the change is of working days only
        ("2026-11-16", {Days.WORKDAY, Days.MONDAY}),
    ],
)
def test_a_temporary_week_puts_the_usual_tables_aside(day: str, runs: set[str]) -> None:
    week = Table(Days.WORKDAY, date(2026, 11, 9), date(2026, 11, 15), priority=1)
    usual = [Table(days) for days in (Days.WORKDAY, Days.MONDAY, Days.WEEKEND)]
    assert running(day, [*usual, week]) == runs
    found = in_force([*usual, week], CALENDAR.day(date(2026, 11, 10)))
    assert found == [week]


def test_dates_of_a_table_outrank_its_days() -> None:
    day, other = date(2026, 11, 2), date(2026, 11, 3)
    rests = Table(Days.WORKDAY, removed=frozenset({day}))
    comes = Table(Days.DATES, other, other, added=frozenset({other}))
    beyond = Table(Days.WEEKEND, added=frozenset({date(2027, 1, 4)}))
    assert running("2026-11-02", [rests, comes]) == set()
    assert running("2026-11-03", [rests, comes]) == {Days.WORKDAY, Days.DATES}
    assert running("2027-01-04", [beyond]) == {Days.WEEKEND}


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("7:30", 450), ("07:30:59", 450), ("0:00", 0), ("24:10:00", 1450), ("7：05", 425)],
)
def test_a_clock_is_read_as_minutes(text: str, minutes: int) -> None:
    assert parse_clock(text) == minutes


@pytest.mark.parametrize("text", ["", "7", "7:60", "72:00", "7:3", "-1:00", "7:30:60", "七点"])
def test_what_is_no_clock_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"7:30|太晚"):
        parse_clock(text)


@given(st.integers(0, 71), st.integers(0, 59), st.integers(0, 59))
def test_every_time_of_service_is_read_back(hour: int, minute: int, second: int) -> None:
    assert parse_clock(f" {hour:02}:{minute:02}:{second:02} ") == hour * 60 + minute


@given(st.text(max_size=12) | st.from_regex(r"[0-9:：]{0,9}", fullmatch=True))
def test_any_text_is_a_time_of_three_days_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert 0 <= parse_clock(text) < 72 * 60


def test_a_distance_is_in_metres() -> None:
    assert distance(35.19, 113.265, 35.232, 113.265) == pytest.approx(4670, rel=0.01)
    assert distance(35.19, 113.265, 35.19, 113.265) == 0


def test_kinds_of_days_are_those_of_the_calendar() -> None:
    assert {kind.value for kind in DayKind} == {"workday", "weekend", "holiday", "vacation"}
