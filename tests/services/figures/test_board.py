"""The page for everybody and the word 「数据」: what is published, and what is not."""

import html

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from app.kit import clock
from app.kit.answers import Say
from app.kit.db import Database
from app.services.figures.models import Day
from app.services.figures.rules import Against, against, month_of
from tests.browser import faults, open_page, overflow
from tests.conftest import Say as Speak
from tests.h5.pages import needs_packages

pytestmark = pytest.mark.anyio
REPORTED = {"水电组": 40, "木工组": 9, "空调组": 2}


@pytest.fixture
async def kept(database: Database) -> None:
    """51 orders this month of three units, 30 the month before; 45 in time, 12 rated, 2 letters."""
    today = clock.now().date()
    before = against(month_of(today, today), Against.BEFORE).last
    rows = [("repairs.reported", today, unit, n, n) for unit, n in REPORTED.items()]
    rows += [("repairs.reported", before, "水电组", 30, 30),
             ("repairs.on_time", today, "水电组", 45, 50),
             ("repairs.rated", today, "水电组", 12, 50),
             ("repairs.content", today, "水电组", 9, 12), ("feedback.answered", today, "", 2, 2),
             ("moon.landed", today, "", 99, 99)]  # fmt: skip
    names = ("measure", "day", "unit", "value", "count")
    values = [{**dict(zip(names, row, strict=True)), "part": ""} for row in rows]
    async with database.session() as db:
        await db.execute(insert(Day), values)


async def test_everybody_reads_this_month(client: httpx.AsyncClient, kept: None) -> None:
    said = html.unescape((await client.get("/h5/figures")).text)
    for words in ("51 单", "多 70%", "90%", "75%", "24% 的人评了", "水电组", "40 单"):
        assert words in said, words
    assert "99 " not in said.split("<main")[1].split("</main")[0]


async def test_nothing_is_said_of_few(client: httpx.AsyncClient, kept: None) -> None:
    said = (await client.get("/h5/figures")).text
    assert "回了的信" not in said  # two letters
    assert "空调组" not in said  # two orders
    assert "木工组" not in said  # what is left of the whole would be the two of the others


async def test_the_page_is_out_of_memory(
    client: httpx.AsyncClient, kept: None, database: Database
) -> None:
    first = (await client.get("/h5/figures")).text
    async with database.session() as db:
        row = {"measure": "repairs.reported", "day": clock.now().date(), "unit": "", "part": ""}
        await db.execute(insert(Day).values(**row, value=1000, count=1000))
    assert "51 单" in first
    assert "51 单" in (await client.get("/h5/figures")).text


async def test_a_month_that_has_just_begun_says_so(client: httpx.AsyncClient) -> None:
    assert "这个月才开始" in (await client.get("/h5/figures")).text


async def test_data_is_told_in_a_message(say: Speak, kept: None) -> None:
    [answer] = await say("数据") or ()
    assert isinstance(answer, Say)
    assert "报修 51 单，比" in answer.text
    assert "修得满意 75%，24% 的人评了" in answer.text
    assert answer.links[0].url == "/h5/figures"


async def test_a_young_month_is_told_too(say: Speak) -> None:
    [answer] = await say("后勤数据") or ()
    assert isinstance(answer, Say)
    assert "才开始" in answer.text


@needs_packages
@pytest.mark.browser
@pytest.mark.parametrize(("dark", "width", "care"), [(False, 390, False), (True, 320, True)])
async def test_everyone_can_read_it(
    app: FastAPI, kept: None, dark: bool, width: int, care: bool
) -> None:
    async with open_page(app, "/h5/figures", dark=dark, width=width, care=care) as page:
        assert await faults(page) == []
        assert await overflow(page) <= 0
