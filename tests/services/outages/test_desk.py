"""The desk: a draft, a look at whom it reaches, one announcement, one «it is back»."""

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select

from app.campus.places import Campus
from app.kit import clock
from app.kit.db import Database
from app.services.outages.figures import figures
from app.services.outages.models import Outage
from tests.desk.conftest import DeskOf
from tests.services.outages.conftest import Write, form, row_of, sent

pytestmark = pytest.mark.anyio
HERE = "/desk/outages"


async def send(desk: httpx.AsyncClient, page: str, **fields: str) -> httpx.Response:
    hidden = dict(
        re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', (await desk.get(page)).text)
    )
    return await desk.post(page, data={**hidden, **form(), **fields})


async def press(desk: httpx.AsyncClient, number: int, verb: str) -> str:
    page = (await desk.get(f"{HERE}/{number}")).text
    token = re.findall(r'name="csrftoken" value="([^"]+)"', page)[0]
    done = await desk.post(f"{HERE}/{number}/{verb}", data={"csrftoken": token})
    assert done.status_code == 303, done.text
    return (await desk.get(done.headers["location"])).text


@pytest.mark.usefixtures("houses")
async def test_from_a_draft_to_its_end(desk_of: DeskOf, database: Database) -> None:
    desk = await desk_of("operator")
    saved = await send(desk, f"{HERE}/new", places="3号楼 501")
    page = (await desk.get(saved.headers["location"])).text
    assert "还没通知任何人" in page
    assert "通知这 1 人" in page
    assert "1 人微信能收到" in page
    assert "正在告诉" in await press(desk, 1, "announce")
    assert "已经做过了" in await press(desk, 1, "announce")
    await sent(database)
    assert "正在告诉" in await press(desk, 1, "over")
    assert (await row_of(database, 1)).over_at is not None
    assert "过去的" in (await desk.get(HERE)).text


async def test_a_form_sent_twice_is_one_draft(
    desk_of: DeskOf, database: Database, houses: Campus
) -> None:
    desk = await desk_of("operator")
    page = (await desk.get(f"{HERE}/new")).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    house = str(houses.houses[0].id)
    data = {**hidden, **form(places=""), "house": house}
    first, second = [await desk.post(f"{HERE}/new", data=data) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    async with database.session() as db:
        assert await db.scalar(select(func.count()).select_from(Outage)) == 1


@pytest.mark.usefixtures("houses")
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "gold"}, "选停什么"),
        ({"starts": ""}, "写从几点起"),
        ({"ends": "2026-01-01T00:00"}, "恢复要比开始晚"),
        ({"ends": "2090-01-01T00:00"}, "一次最多 14 天"),
        ({"places": "5号楼"}, "没认出「5号楼」"),
        ({"places": ""}, "勾上哪几栋"),
        ({"reason": ""}, "写一句为什么停"),
        ({"contact": "王师傅"}, "只写号码"),
    ],
)
async def test_a_wrong_field_is_told_beside_what_was_written(
    desk_of: DeskOf, fields: dict[str, str], said: str
) -> None:
    refused = await send(await desk_of("operator"), f"{HERE}/new", **fields)
    assert refused.status_code == 422
    assert said in refused.text
    assert "换水表" in refused.text or "reason" in fields


async def test_new_times_are_saved_and_told(desk_of: DeskOf, write: Write) -> None:
    number = await write(places="3号楼")
    desk = await desk_of("operator")
    assert "再通知一遍" in (await desk.get(f"{HERE}/{number}/edit")).text
    starts = f"{clock.now() + timedelta(hours=1):%Y-%m-%dT%H:%M}"
    ends = f"{clock.now() + timedelta(hours=3):%Y-%m-%dT%H:%M}"
    saved = await send(desk, f"{HERE}/{number}/edit", starts=starts, ends=ends)
    assert "正在告诉" in (await desk.get(saved.headers["location"])).text
    late = await send(desk, f"{HERE}/{number}/edit", version="1")
    assert late.status_code == 409
    assert "刚改过" in late.text


async def test_what_is_late_asks_for_a_word(database: Database, write: Write) -> None:
    await write(clock.now() - timedelta(hours=1), places="3号楼")
    async with database.session() as db:
        assert await figures(db, clock.now()) == []
        [todo] = await figures(db, clock.now() + timedelta(hours=4))
    assert todo.title == "3号楼 停水，来水了吗"


@pytest.mark.usefixtures("houses")
async def test_what_is_not_there_is_said(desk_of: DeskOf) -> None:
    desk = await desk_of("operator")
    assert (await desk.get(f"{HERE}/9")).status_code == 404
    assert (await desk.get(f"{HERE}/9/edit")).status_code == 404
