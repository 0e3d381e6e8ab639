from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campus.calendar import Calendar, Day, DayKind
from app.campus.calendar.models import Period
from app.services.calendar.rules import (
    Off,
    offs,
    say_left,
    say_span,
    say_today,
    say_worked,
    term_rows,
)

WINTER = Period(id=1, first=date(2026, 1, 17), last=date(2026, 2, 28), kind="vacation", name="寒假")
DAYS = Calendar([WINTER]).day
NATIONAL = Off(
    DayKind.HOLIDAY, "国庆节", date(2026, 10, 1), date(2026, 10, 7),
    (date(2026, 9, 20), date(2026, 10, 10)),
)  # fmt: skip


def test_days_off_come_in_order_with_the_weekends_worked_for_them() -> None:
    found = list(offs(DAYS, date(2026, 9, 21), date(2027, 1, 2)))
    assert [off.name for off in found] == ["中秋节", "国庆节", "元旦"]
    assert found[1] == NATIONAL
    assert (found[1].days, found[0].days) == (7, 3)


@pytest.mark.parametrize("today", ["2026-10-01", "2026-10-04", "2026-10-07"])
def test_what_is_on_now_is_told_whole(today: str) -> None:
    day = date.fromisoformat(today)
    assert list(offs(DAYS, day, day)) == [NATIONAL]


def test_a_vacation_is_one_thing_with_the_holiday_inside() -> None:
    [off] = offs(DAYS, date(2026, 1, 17), date(2026, 2, 20))
    assert (off.kind, off.name, off.days) == (DayKind.VACATION, "寒假", 43)


@given(st.dates(date(2025, 1, 1), date(2026, 12, 1)), st.integers(0, 120))
def test_every_free_day_is_in_one_stretch_and_no_worked_day_in_any(first: date, ahead: int) -> None:
    last = first + timedelta(days=ahead)
    found = list(offs(DAYS, first, last))
    for day in (first + timedelta(days=at) for at in range(ahead + 1)):
        free = DAYS(day).kind in (DayKind.HOLIDAY, DayKind.VACATION)
        assert sum(off.first <= day <= off.last for off in found) == free


def test_a_term_shows_each_week_with_what_is_special() -> None:
    rows = term_rows(DAYS, date(2026, 8, 31), 20)
    assert [row.number for row in rows] == list(range(1, 21))
    assert rows[4].offs == (NATIONAL,)
    assert rows[4].worked == ()
    assert rows[5].worked == (date(2026, 10, 10),)
    assert (rows[19].first, rows[19].last) == (date(2027, 1, 11), date(2027, 1, 17))


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-10-01", "2026-10-01", "10月1日"),
        ("2026-10-01", "2026-10-07", "10月1日–7日"),
        ("2027-01-23", "2027-03-06", "1月23日–3月6日"),
        ("2026-12-31", "2027-12-31", "12月31日–12月31日"),
    ],
)
def test_a_span_is_said_shortly(first: str, last: str, said: str) -> None:
    assert say_span(date.fromisoformat(first), date.fromisoformat(last)) == said


@pytest.mark.parametrize(
    ("ahead", "said"), [(-3, "正在放"), (0, "正在放"), (1, "明天开始"), (82, "还有 82 天")]
)
def test_how_long_it_is_until_then(ahead: int, said: str) -> None:
    today = date(2026, 10, 10)
    assert say_left(today + timedelta(days=ahead), today) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (Day(date(2026, 10, 10), DayKind.WORKDAY, "国庆节", True), "国庆节调休，要上班"),
        (Day(date(2026, 10, 1), DayKind.HOLIDAY, "国庆节"), "国庆节放假"),
        (Day(date(2026, 2, 1), DayKind.VACATION, "寒假"), "正在放寒假"),
        (Day(date(2026, 10, 9), DayKind.WORKDAY), ""),
        (Day(date(2026, 10, 11), DayKind.WEEKEND), ""),
    ],
)
def test_what_is_special_about_a_day(day: Day, said: str) -> None:
    assert say_today(day) == said


def test_worked_weekends_are_said_together() -> None:
    assert say_worked(NATIONAL.paid) == "9月20日 周日、10月10日 周六上班"
    assert say_worked(()) == ""
