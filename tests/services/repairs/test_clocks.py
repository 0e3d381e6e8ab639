"""Clocks on the working calendar: weekends, 国庆, urgent faults, waits."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campus.calendar import Calendar
from app.kit.clock import SHANGHAI
from app.services.repairs.clocks import (
    ALWAYS,
    Slot,
    calendar_of,
    clocks,
    due,
    head_at,
    later,
    look_at,
    warn_at,
)
from app.services.repairs.models import Kind

CALENDAR = Calendar()
PIPE = Kind(respond=30, arrive=240, finish=24, urgent_respond=5, urgent_arrive=20,
            urgent_finish=2, always=False)  # fmt: skip
HEAT = Kind(respond=30, arrive=60, finish=2, urgent_respond=5, urgent_arrive=20,
            urgent_finish=2, always=True)  # fmt: skip
YEAR = st.datetimes(
    datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(SHANGHAI)
).map(lambda at: at.replace(fold=0))  # fmt: skip


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def test_an_ordinary_fault_has_working_hours() -> None:
    found = clocks(PIPE, urgent=False, works=CALENDAR, created=at(11, 18, 10))
    assert found.respond_by == at(11, 18, 10, 30)
    assert found.arrive_by == at(11, 18, 16, 30)  # nobody works from 12:00 to 14:30
    assert found.finish_by == at(11, 23, 11, 30)  # over the weekend of 21 and 22


def test_what_is_reported_on_friday_evening_begins_on_monday() -> None:
    found = clocks(PIPE, urgent=False, works=CALENDAR, created=at(11, 20, 19, 30))
    assert (found.respond_by, found.arrive_by) == (at(11, 23, 8, 30), at(11, 23, 12))


def test_a_holiday_does_not_count_but_the_weekend_that_is_worked_for_it_does() -> None:
    found = clocks(PIPE, urgent=False, works=CALENDAR, created=at(9, 30, 17))
    assert CALENDAR.day(date(2026, 10, 10)).swapped
    assert found.respond_by == at(9, 30, 17, 30)
    assert found.arrive_by == at(10, 8, 11)  # an hour on the 30th, three on the 8th
    assert found.finish_by == at(10, 12, 8, 30)  # 1 + 3 × 7.5, and half an hour after Sunday


def test_an_urgent_fault_knows_no_holiday() -> None:
    created = at(10, 3, 3)
    found = clocks(PIPE, urgent=True, works=CALENDAR, created=created)
    assert found.arrive_by - created == timedelta(minutes=20)
    assert found.finish_by - created == timedelta(hours=2)


def test_some_kinds_run_around_the_clock_even_when_not_urgent() -> None:
    found = clocks(HEAT, urgent=False, works=CALENDAR, created=at(10, 10, 19, 30))
    assert found.finish_by == at(10, 10, 21, 30)
    assert calendar_of(HEAT, urgent=False, works=CALENDAR) is ALWAYS


def test_with_a_visit_agreed_on_one_comes_then() -> None:
    slot = Slot(at(11, 19, 20), at(11, 19, 21))
    found = clocks(HEAT, urgent=False, works=CALENDAR, created=at(11, 18, 10), slot=slot)
    assert (found.arrive_by, found.finish_by) == (slot.ends, at(11, 19, 22))
    assert found.respond_by == at(11, 18, 10, 30)


def test_the_first_clock_that_is_not_met_is_due() -> None:
    found = clocks(PIPE, urgent=False, works=CALENDAR, created=at(11, 18, 10))
    moment = at(11, 18, 11)
    assert due(found, None, None) == found.respond_by
    assert due(found, moment, None) == found.arrive_by
    assert due(found, moment, moment) == found.finish_by


def test_a_clock_that_stood_still_over_a_weekend_has_as_much_left_as_before() -> None:
    clock = at(11, 20, 17)  # Friday, an hour after it was stopped
    assert later(clock, at(11, 20, 16), at(11, 21, 9), CALENDAR) == at(11, 23, 9)
    assert later(clock, at(11, 20, 17, 30), at(11, 25, 9), CALENDAR) == clock  # had run out


@given(YEAR, st.integers(0, 200), st.integers(0, 600), st.integers(0, 600))
def test_stopping_never_takes_working_time_away(
    created: datetime, hours: int, stops: int, waits: int
) -> None:
    clock = CALENDAR.deadline(created, hours)
    stopped = created + timedelta(hours=stops)
    now = stopped + timedelta(hours=waits)
    moved = later(clock, stopped, now, CALENDAR)
    assert moved >= clock
    if stopped < clock:
        assert CALENDAR.elapsed(now, moved) >= CALENDAR.elapsed(stopped, clock)
        assert CALENDAR.elapsed(created, moved) >= timedelta(hours=hours)


@given(YEAR, st.booleans())
def test_clocks_run_out_one_after_the_other(created: datetime, urgent: bool) -> None:
    found = clocks(PIPE, urgent=urgent, works=CALENDAR, created=created)
    assert created < found.respond_by <= found.arrive_by <= found.finish_by


@given(YEAR, st.integers(1, 60 * 24 * 20))
def test_worker_leader_and_head_are_told_in_this_order(start: datetime, minutes: int) -> None:
    runs_out = start + timedelta(minutes=minutes)
    on = Calendar()
    told = [look_at(level, start, runs_out, on) for level in (0, 1, 2)]
    assert all(one <= other for one, other in pairwise(told) if one and other)
    assert start <= warn_at(start, runs_out) <= runs_out <= head_at(start, runs_out, on)
    assert look_at(3, start, runs_out, on) is None


@pytest.mark.parametrize(
    ("minutes", "before"), [(5, 2), (30, 6), (120, 24), (600, 120), (6000, 120)]
)
def test_one_is_warned_when_a_fifth_is_left(minutes: int, before: int) -> None:
    start = at(11, 18, 10)
    runs_out = start + timedelta(minutes=minutes)
    assert runs_out - warn_at(start, runs_out) == timedelta(minutes=before)
