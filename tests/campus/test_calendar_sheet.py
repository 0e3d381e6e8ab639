"""Terms and periods in and out of spreadsheets."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.campus import demo
from app.campus.calendar import DayKind, arranged, calendar
from app.campus.calendar.models import Period, Term
from app.campus.calendar.sheet import dump, load, parse_date, preview
from app.kit.db import Database
from app.kit.errors import Invalid

HEAD = "起,止,类型,名称\n"
TERM = "2026-08-31,2027-01-15,学期,第一学期\n"
WINTER = "2027/1/23,2027年3月6日,寒暑假,寒假\n"


async def take(database: Database, rows: str) -> str:
    async with database.session() as db:
        return await load(db, (HEAD + rows).encode(), "校历.csv")


@pytest.mark.parametrize(
    "cell",
    ["2026-10-01", "2026/10/1", "2026.10.1", "2026年10月1日", "20261001", "2026-10-01 00:00:00"],
)
def test_dates_are_read_as_people_write_them(cell: str) -> None:
    assert parse_date(cell) == date(2026, 10, 1)


@pytest.mark.parametrize("cell", ["", "10-01", "2026-13-01", "2026-02-30", "0026-10-01", "明天"])
def test_what_is_no_date_is_refused_with_an_example(cell: str) -> None:
    with pytest.raises(ValueError, match="写成 2026-10-01 这样"):
        parse_date(cell)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_date_is_read_back(day: date) -> None:
    assert parse_date(f"{day.year}年{day.month}月{day.day}日") == day
    assert parse_date(f"{day:%Y%m%d}") == day


@pytest.mark.anyio
async def test_a_file_takes_the_place_of_all(database: Database) -> None:
    said = await take(database, TERM + WINTER)
    assert said == (
        "校历换好了：新增 2 条：第一学期（2026年8月31日–1月17日）、寒假（2027年1月23日–3月6日）"
    )
    days = await calendar.get(database)
    week = days.week(date(2026, 10, 10))
    assert week is not None
    assert (week.number, week.weeks) == (6, 20)
    assert days.day(date(2027, 2, 1)).name == "寒假"
    assert await take(database, TERM) == "校历换好了：去掉 1 条：寒假（2027年1月23日–3月6日）"
    async with database.session() as db:
        assert (await db.scalars(select(Period))).all() == []


@pytest.mark.anyio
async def test_of_two_rows_for_one_day_the_later_counts(database: Database) -> None:
    await take(database, WINTER + "2027-02-20,2027-02-20,上班,开学准备\n")
    day = (await calendar.get(database)).day(date(2027, 2, 20))
    assert (day.kind, day.name) == (DayKind.WORKDAY, "开学准备")


@pytest.mark.anyio
async def test_the_demo_calendar_goes_out_and_comes_back_unchanged(database: Database) -> None:
    async with database.session() as db:
        await demo.fill(db)
    async with database.session() as db:
        data = await dump(db)
        change = await preview(db, data, "校历.xlsx")
        assert (change.added, change.removed) == ((), ())
        assert str(change) == "和现在的一样，什么都没变"
        assert len((await db.scalars(select(Term))).all()) == 3


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("2026-10-08,2026-10-01,放假,国庆\n", "「国庆」的「止」在「起」前面"),
        ("2026-01-17,2027-02-28,寒暑假,寒假\n", "「寒假」有 408 天，看看是不是年份写错了"),
        ("2026-09-01,2027-01-15,学期,第一学期\n", "「起」要是第一周的周一"),
        ("2026-08-31,2027-07-01,学期,一整年\n", "超过 40 周"),
        (TERM + "2027-01-11,2027-05-01,学期,第二学期\n", "「第一学期」和「第二学期」的日子重叠了"),
        (TERM + "2027-03-08,2027-05-01,学期,第一学期\n", "学期「第一学期」写了两行"),
        ("2026-10-01,2026-10-07,休假,国庆\n", "第 2 行「类型」：只能写"),
        ("下周,2026-10-07,放假,国庆\n", "第 2 行「起」：日期写成"),
        ("", "表里一行也没有"),
    ],
)
@pytest.mark.anyio
async def test_what_is_wrong_is_said_and_nothing_changes(
    database: Database, rows: str, why: str
) -> None:
    await take(database, WINTER)
    with pytest.raises(Invalid, match=why):
        await take(database, rows)
    async with database.session() as db:
        assert (await db.scalars(select(Period.name))).all() == ["寒假"]


def test_only_a_year_whose_worked_weekends_are_known_is_arranged() -> None:
    assert arranged(2026)
    assert not arranged(2031)
