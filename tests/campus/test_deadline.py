"""Working time: over nights, holidays, make-up days and shifts."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campus.calendar import Calendar, DayKind, say_deadline
from app.campus.calendar.models import Hours, Period, Term
from app.campus.calendar.rules import Spans, deadline, elapsed, span, worked
from app.kit.clock import SHANGHAI

USUAL = Calendar()  # workdays 8:00–12:00 and 14:30–18:00
NIGHT = Calendar(hours=[Hours(kind=k, starts=time(22), ends=time(6)) for k in DayKind])
ALWAYS = Calendar(hours=[Hours(kind=kind, starts=time(0), ends=time(0)) for kind in DayKind])
MIXED = Calendar(
    hours=[
        Hours(kind=DayKind.WORKDAY, starts=time(8), ends=time(17)),
        Hours(kind=DayKind.WORKDAY, starts=time(16), ends=time(2)),  # overlaps both ways
        Hours(kind=DayKind.WEEKEND, starts=time(1), ends=time(3)),
    ]
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-10-13 09:00", 2, "2026-10-13 11:00"),
        ("2026-10-13 11:00", 2, "2026-10-13 15:30"),  # lunch
        ("2026-10-13 06:00", 1, "2026-10-13 09:00"),  # before work
        ("2026-10-13 12:00", 1, "2026-10-13 15:30"),  # at the end of the morning
        ("2026-10-13 19:30", 1, "2026-10-14 09:00"),  # after work
        ("2026-10-13 09:00", 7.5, "2026-10-14 09:00"),  # a whole day
        ("2026-10-13 14:30", 3.5, "2026-10-13 18:00"),  # to the last minute
        # 国庆 2026: free 1 to 7 October; Saturday the 10th is worked, and 20 September was.
        ("2026-09-30 17:00", 2, "2026-10-08 09:00"),
        ("2026-10-03 12:00", 1, "2026-10-08 09:00"),
        ("2026-10-09 17:00", 2, "2026-10-10 09:00"),
        ("2026-10-10 17:00", 2, "2026-10-12 09:00"),
        ("2026-09-18 17:00", 2, "2026-09-20 09:00"),
        # 春节 2026: free 15 to 23 February; Saturdays the 14th and the 28th are worked.
        ("2026-02-13 17:00", 2, "2026-02-14 09:00"),
        ("2026-02-14 17:00", 2, "2026-02-24 09:00"),
        ("2026-02-27 17:30", 1, "2026-02-28 08:30"),
        ("2026-02-28 17:30", 1, "2026-03-02 08:30"),
    ],
)
def test_a_deadline_is_on_the_working_calendar(start: str, hours: float, end: str) -> None:
    assert USUAL.deadline(at(start), hours) == at(end)
    assert USUAL.elapsed(at(start), at(end)) == timedelta(hours=hours)


def test_a_shift_over_midnight_belongs_to_both_days() -> None:
    assert NIGHT.deadline(at("2026-10-13 23:00"), 2) == at("2026-10-14 01:00")
    assert NIGHT.deadline(at("2026-10-13 03:00"), 4) == at("2026-10-13 23:00")
    assert NIGHT.elapsed(at("2026-10-13 12:00"), at("2026-10-15 12:00")) == timedelta(hours=16)
    assert NIGHT.is_open(at("2026-10-13 05:59"))
    assert not NIGHT.is_open(at("2026-10-13 06:00"))


def test_a_whole_day_is_24_hours() -> None:
    assert ALWAYS.deadline(at("2026-10-01 13:00"), 48) == at("2026-10-03 13:00")


def test_time_that_two_shifts_share_counts_once() -> None:
    day = at("2026-10-13 00:00")
    assert MIXED.elapsed(day + timedelta(hours=3), day + timedelta(days=1)) == timedelta(hours=16)


def test_in_a_vacation_clocks_stand_still_unless_it_has_hours() -> None:
    summer = Period(
        id=1, first=date(2026, 7, 11), last=date(2026, 8, 30), kind="vacation", name="暑假"
    )
    duty = Hours(kind=DayKind.VACATION, starts=time(9), ends=time(11))
    start = at("2026-07-10 17:00")
    assert Calendar([summer]).deadline(start, 2) == at("2026-08-31 09:00")
    assert Calendar([summer], hours=[duty]).deadline(start, 2) == at("2026-07-11 11:00")


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    utc = datetime.fromisoformat("2026-10-13T01:00:00+00:00")
    assert USUAL.deadline(utc, 1) == at("2026-10-13 10:00")


def test_without_working_time_a_deadline_is_given_up() -> None:
    never: Spans = lambda day: ()  # noqa: E731 a whole calendar in a line
    with pytest.raises(ValueError, match="no working time enough"):
        deadline(never, at("2026-10-13 09:00"), timedelta(hours=1))
    with pytest.raises(ValueError, match="less than none"):
        USUAL.deadline(at("2026-10-13 09:00"), -1)
    assert USUAL.deadline(at("2026-10-11 09:00"), 0) == at("2026-10-11 09:00")


moments = st.datetimes(datetime(2025, 6, 1), datetime(2027, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=SHANGHAI)
)
lengths = st.timedeltas(timedelta(0), timedelta(hours=60))
calendars = st.sampled_from([USUAL, NIGHT, ALWAYS, MIXED]).map(lambda found: found.spans)


@given(calendars, moments, lengths)
def test_the_work_until_a_deadline_is_the_work_asked_for(
    spans: Spans, start: datetime, work: timedelta
) -> None:
    assert elapsed(spans, start, deadline(spans, start, work)) == work


@given(calendars, moments, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_the_deadline_of_the_work_so_far_is_the_moment_it_was_done(
    spans: Spans, start: datetime, length: timedelta
) -> None:
    end = start + length
    work = elapsed(spans, start, end)
    done = deadline(spans, start, work)
    assert done <= end
    assert elapsed(spans, done, end) == timedelta(0)


@given(calendars, moments, lengths, lengths)
def test_more_work_is_never_done_earlier(
    spans: Spans, start: datetime, one: timedelta, other: timedelta
) -> None:
    less, more = sorted((one, other))
    assert deadline(spans, start, less) <= deadline(spans, start, more)


@given(calendars, moments, st.timedeltas(timedelta(0), timedelta(days=9)), lengths)
def test_a_later_start_is_never_done_earlier(
    spans: Spans, start: datetime, later: timedelta, work: timedelta
) -> None:
    work += timedelta(seconds=1)
    assert deadline(spans, start, work) <= deadline(spans, start + later, work)


@given(calendars, moments, *[st.timedeltas(timedelta(0), timedelta(days=20))] * 2)
def test_working_time_adds_up(
    spans: Spans, start: datetime, one: timedelta, two: timedelta
) -> None:
    middle, end = start + one, start + one + two
    whole = elapsed(spans, start, middle) + elapsed(spans, middle, end)
    assert elapsed(spans, start, end) == whole
    assert timedelta(0) <= whole <= end - start


@given(calendars, moments)
def test_stretches_of_work_stand_in_order(spans: Spans, start: datetime) -> None:
    stretches = worked(spans, start)
    reached = start
    for since, until in (next(stretches) for _ in range(9)):
        assert reached <= since < until
        reached = until


@pytest.mark.parametrize(
    ("starts", "ends", "minutes"),
    [
        ("08:00", "12:00", (480, 720)),
        ("22:00", "06:00", (1320, 1800)),
        ("00:00", "00:00", (0, 1440)),
    ],
)
def test_a_shift_is_a_span_of_minutes(starts: str, ends: str, minutes: tuple[int, int]) -> None:
    assert span(time.fromisoformat(starts), time.fromisoformat(ends)) == minutes


@pytest.mark.parametrize(
    ("deadline", "said"),
    [
        ("2026-10-10 21:30", "今天 21:30 前"),
        ("2026-10-10 08:05", "今天 8:05 前"),  # already past
        ("2026-10-11 00:00", "明天 0:00 前"),
        ("2026-10-15 17:00", "周四 17:00 前"),
        ("2026-10-16 17:00", "周五 17:00 前"),
        ("2026-10-17 17:00", "10月17日 周六 17:00 前"),
        ("2026-11-02 17:00", "11月2日 周一 17:00 前"),
        ("2026-10-09 17:00", "10月9日 周五 17:00 前"),
        ("2027-01-04 09:00", "2027年1月4日 周一 9:00 前"),
    ],
)
def test_a_deadline_is_said_as_people_say_it(deadline: str, said: str) -> None:
    assert say_deadline(at(deadline), at("2026-10-10 19:36")) == said


@pytest.mark.parametrize(
    ("day", "number"),
    [("2026-08-30", None), ("2026-08-31", 1), ("2026-10-10", 6), ("2027-01-17", 20),
     ("2027-01-18", None)],
)  # fmt: skip
def test_a_week_is_counted_from_the_first_monday(day: str, number: int | None) -> None:
    term = Term(name="第一学期", first=date(2026, 8, 31), weeks=20)
    week = Calendar(terms=[term]).week(date.fromisoformat(day))
    assert (week.number if week else None) == number
    assert week is None or (week.first.weekday() == 0 and week.weeks == 20)


def test_between_terms_the_next_one_counts() -> None:
    terms = [Term(name=n, first=date.fromisoformat(d), weeks=18)
             for n, d in (("二", "2026-03-02"), ("一", "2026-08-31"))]  # fmt: skip
    calendar = Calendar(terms=terms)
    names = [getattr(calendar.term(date(2026, m, 1)), "name", None) for m in (4, 8, 10)]
    assert names == ["二", "一", "一"]
    assert calendar.term(date(2030, 1, 1)) is terms[1]
    assert Calendar().term(date(2030, 1, 1)) is None
