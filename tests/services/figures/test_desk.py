"""The desk's pages: numbers beside those before, rows behind each, and who sees whose."""

import html
import io
import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook
from sqlalchemy import update

from app.campus.permission import Grant
from app.kit import clock
from app.kit.db import Database
from app.services.figures.rules import Against, against, month_of
from tests.desk.conftest import DeskOf
from tests.people import UNIT, Somebody
from tests.services.figures.conftest import Lend, lent

pytestmark = pytest.mark.anyio
HERE = "/desk/figures"


@pytest.fixture
async def desk(bikes: FastAPI, desk_of: DeskOf) -> httpx.AsyncClient:
    """An operator at the desk of a campus where bikes are lent."""
    return await desk_of("operator")


async def page(desk: httpx.AsyncClient, path: str, code: int = 200) -> str:
    answer = await desk.get(f"{HERE}{path}")
    assert answer.status_code == code, (path, answer.status_code)
    return html.unescape(answer.text)


async def limit(database: Database, somebody: Somebody, **limits: object) -> None:
    """What they are given holds for these alone from now on."""
    theirs = Grant.person_id == somebody.person_id
    async with database.session() as db:
        await db.execute(update(Grant).where(theirs).values(**limits))


async def this_month_and_before(counted: Lend) -> None:
    """30 bikes today (20 in time), 10 on the same day of the month before; half of a unit."""
    today = clock.now().date()
    before = against(month_of(today, today), Against.BEFORE).last
    await counted(lent(before, 10, back=False) + lent(today, 15, unit=UNIT, word="快")
                  + lent(today, 5, unit="水电组") + lent(today, 10, back=False))  # fmt: skip


async def test_the_overview_holds_this_month_against_the_one_before(
    desk: httpx.AsyncClient, counted: Lend
) -> None:
    await this_month_and_before(counted)
    said = await page(desk, "")
    for words in ("借车", "30 辆", "多 20 辆", "66.7%", "高 66.7 个点", "同期 10 辆"):
        assert words in said, words
    assert "30 辆" not in await page(desk, "?year=2001")
    assert "这段时间没有数的：借车" in await page(desk, "?year=2001")


async def test_a_topic_has_every_number_by_step_unit_and_part(
    desk: httpx.AsyncClient, counted: Lend
) -> None:
    await this_month_and_before(counted)
    said = await page(desk, "/of/bikes")
    for words in ("骑多久", "几点借", "12点 几点借 30 辆", "按单位", "15 辆", "水电组", "15 次"):
        assert words in said, words
    last = await page(desk, "/of/bikes?against=year")
    assert "去年同期" in last
    await page(desk, "/of/moon", 404)


async def test_a_number_leads_to_the_rows_that_were_counted(
    desk: httpx.AsyncClient, counted: Lend
) -> None:
    await this_month_and_before(counted)
    link = re.findall(r'href="(/desk/figures/rows/bikes.lent\?[^"]*)"', await page(desk, ""))[0]
    rows = await page(desk, html.unescape(link).removeprefix(HERE))
    assert rows.count("a bike") == 30
    assert (await page(desk, f"/rows/bikes.lent?unit={UNIT}")).count("a bike") == 15
    assert (await page(desk, "/rows/bikes.words?part=快")).count("a bike") == 15
    await page(desk, "/rows/bikes.ride", 404)


async def test_many_rows_come_by_fifty_and_long_periods_by_month(
    desk: httpx.AsyncClient, counted: Lend
) -> None:
    today = clock.now().date()
    await counted(lent(today, 70) + lent(today - timedelta(days=50), 3))
    first = await page(desk, f"/rows/bikes.lent?since={today - timedelta(days=60)}&until={today}")
    assert first.count("a bike") == 50
    [more] = re.findall(r'href="(\?[^"]*)">再看 50 条', first)
    assert (await page(desk, f"/rows/bikes.lent{more}")).count("a bike") == 20
    [older] = re.findall(r'href="(\?[^"]*)">看再早的', first)
    assert (await page(desk, f"/rows/bikes.lent{older}")).count("a bike") == 3
    await page(desk, "/rows/bikes.lent?at=x&id=-1&unit=%00".replace("%00", "'"))


async def test_the_sheet_says_what_the_page_says(desk: httpx.AsyncClient, counted: Lend) -> None:
    await this_month_and_before(counted)
    answer = await desk.get(f"{HERE}/sheet/bikes")
    rows = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].values)
    assert rows[0][:5] == ("数", "单位", "哪一段", "这一期", "比的那一期")
    assert ("借出", "全部", "全部", 30, 10, "辆", 30) in rows
    assert ("按时还", UNIT, "全部", 100, None, "%", 15) in rows
    assert ("说得多的", "全部", "快", 15, 0, "次", 15) in rows


async def test_who_has_a_unit_sees_its_numbers_alone(
    desk_of: DeskOf, desk: httpx.AsyncClient, counted: Lend, database: Database,
    people: dict[str, Somebody],
) -> None:  # fmt: skip
    await this_month_and_before(counted)
    await limit(database, people["operator"], unit=UNIT)
    limited = await desk_of("operator")
    said = await page(limited, "") + await page(limited, "/of/bikes")
    assert f"只有{UNIT}的数" in said
    assert "15 辆" in said
    assert "30 辆" not in said
    assert "水电组" not in said
    assert (await page(limited, "/rows/bikes.lent")).count("a bike") == 15
    assert "a bike" not in await page(limited, "/rows/bikes.lent?unit=水电组")
    sheet = (await limited.get(f"{HERE}/sheet/bikes")).content
    units = {row[1] for row in load_workbook(io.BytesIO(sheet)).worksheets[0].values}
    assert units == {"单位", "全部", UNIT}
    assert (await limited.get(f"{HERE}/reports")).status_code == 403


async def test_who_has_an_area_sees_no_numbers(
    desk_of: DeskOf, desk: httpx.AsyncClient, database: Database, people: dict[str, Somebody]
) -> None:
    async with database.session() as db:
        area = await db.get_one(Grant, 1)
    await limit(database, people["operator"], area_id=area.area_id)
    limited = await desk_of("operator")
    for path in ("", "/of/bikes", "/rows/bikes.lent", "/sheet/bikes", "/reports"):
        assert (await limited.get(f"{HERE}{path}")).status_code == 403, path


async def test_a_head_sees_their_unit_on_the_phone(
    bikes: FastAPI, counted: Lend, phone_of: Callable[[str], httpx.AsyncClient]
) -> None:
    await this_month_and_before(counted)
    said = (await phone_of("head").get("/h5/figures/mine")).text
    assert UNIT in said
    assert "15 辆" in said
    assert "30 辆" not in said
    assert "30 辆" in (await phone_of("operator").get("/h5/figures/mine")).text
    assert (await phone_of("alice").get("/h5/figures/mine")).status_code == 403


async def test_a_head_at_the_desk_sees_the_unit_and_no_figures_of_the_whole(
    bikes: FastAPI, desk_of: DeskOf, counted: Lend
) -> None:
    await this_month_and_before(counted)
    head = await desk_of("head")
    said = await page(head, "/of/bikes")
    assert "15 辆" in said
    assert "30 辆" not in said
    rows = await page(head, "/rows/bikes.lent")
    assert rows.count("a bike") == 15
    assert 'href="/desk/"' not in rows.split("<tbody>")[1]  # those pages are for who sees all
    today = (await head.get("/desk/")).text
    assert "今天收到" not in today
    assert "你管的在左边的菜单里" in today
