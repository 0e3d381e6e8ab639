from datetime import date

import pytest

from app.campus.calendar import Calendar, Day, DayKind, calendar
from app.campus.calendar.models import Period
from app.kit.db import Database

VACATION = Period(
    id=1, first=date(2026, 7, 11), last=date(2026, 8, 30), kind="vacation", name="暑假"
)


@pytest.mark.parametrize(
    ("day", "kind", "name", "swapped"),
    [
        ("2026-10-09", DayKind.WORKDAY, "", False),
        ("2026-10-10", DayKind.WORKDAY, "国庆节", True),
        ("2026-10-11", DayKind.WEEKEND, "", False),
        ("2026-10-01", DayKind.HOLIDAY, "国庆节", False),
        ("2026-10-06", DayKind.HOLIDAY, "国庆节", False),
        ("2026-09-25", DayKind.HOLIDAY, "中秋节", False),
        ("2025-10-06", DayKind.HOLIDAY, "中秋节", False),
        ("2026-02-17", DayKind.HOLIDAY, "春节", False),
        ("2026-02-14", DayKind.WORKDAY, "春节", True),
        ("2026-02-28", DayKind.WORKDAY, "春节", True),
        ("2026-01-01", DayKind.HOLIDAY, "元旦", False),
        ("2026-01-04", DayKind.WORKDAY, "元旦", True),
    ],
)
def test_days_are_what_the_state_council_says(
    day: str, kind: DayKind, name: str, swapped: bool
) -> None:
    when = date.fromisoformat(day)
    assert Calendar().day(when) == Day(when, kind, name, swapped)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-07-10", DayKind.WORKDAY),
        ("2026-07-11", DayKind.VACATION),
        ("2026-08-30", DayKind.VACATION),
        ("2026-08-31", DayKind.WORKDAY),
    ],
)
def test_a_vacation_has_both_its_ends(day: str, kind: DayKind) -> None:
    assert Calendar([VACATION]).day(date.fromisoformat(day)).kind == kind


def test_of_two_periods_the_one_entered_last_counts() -> None:
    meeting = date(2026, 8, 29)
    work = Period(id=2, first=meeting, last=meeting, kind="workday", name="新生报到")
    for periods in ([VACATION, work], [work, VACATION]):
        assert Calendar(periods).day(meeting) == Day(meeting, DayKind.WORKDAY, "新生报到", True)


def test_a_period_outranks_the_state_council() -> None:
    eve = date(2026, 9, 30)
    period = Period(id=1, first=eve, last=eve, kind="holiday", name="校庆")
    assert Calendar([period]).day(eve) == Day(eve, DayKind.HOLIDAY, "校庆")


@pytest.mark.anyio
async def test_a_new_period_is_seen_after_the_change_is_told(database: Database) -> None:
    july = date(2026, 7, 13)
    assert (await calendar.get(database)).day(july).kind == DayKind.WORKDAY
    async with database.session() as db:
        db.add(Period(first=july, last=july, kind=DayKind.VACATION, name="暑假"))
        await calendar.changed(db)
    database.forget(calendar.name)  # what the listener does when it hears
    assert (await calendar.get(database)).day(july).kind == DayKind.VACATION
