"""Afterwards: those left over are placed as shown, lists and doors leave, figures are drawn."""

import re

import httpx
import pytest

from app.kit import sheets
from app.kit.db import Database
from app.services.rooms import lists
from app.services.rooms.board import Resident
from tests.desk.conftest import DeskOf
from tests.services.rooms.dorm import Dorm
from tests.services.rooms.test_desk import HERE, hidden, press

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(desk_of: DeskOf) -> httpx.AsyncClient:
    return await desk_of("operator")


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


async def test_those_left_over_are_seen_and_then_placed_as_seen(
    dorm: Dorm, desk: httpx.AsyncClient
) -> None:
    id, page = dorm.round_id, f"{HERE}/{dorm.round_id}/placement"
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    assert "结束以后才能安排" in (await desk.get(page)).text
    await press(desk, f"{HERE}/{id}", f"{id}/do/close")
    first, again = [plain((await desk.get(page)).text) for _ in range(2)]
    assert "11 个人安排得下" in first
    assert first == again
    assert await dorm.taken() == {dorm.beds[0][0]: dorm.girls[0]}
    said = await press(desk, page, f"{id}/placement/plan")
    assert "照刚才看的，安排了 11 个人" in said
    assert len(await dorm.taken()) == 12
    assert "人人都有床了" in (await desk.get(page)).text
    assert (await dorm.proof()).broken == []


async def test_a_placement_that_would_differ_by_now_is_shown_anew(
    dorm: Dorm, desk: httpx.AsyncClient
) -> None:
    id, page = dorm.round_id, f"{HERE}/{dorm.round_id}/placement"
    await press(desk, f"{HERE}/{id}", f"{id}/do/close")
    seen = await hidden(desk, page)
    room = f"{id}/rooms/{dorm.rooms[0]}"
    await press(desk, f"{HERE}/{room}", f"{room}/freeze", room=dorm.rooms[0], why="漏水")
    refused = await desk.post(f"{page}/plan", data=seen)
    assert refused.status_code == 409
    assert "再看一遍" in refused.text
    assert await dorm.taken() == {}


async def test_another_seed_is_another_placement_that_can_be_had_again(
    dorm: Dorm, desk: httpx.AsyncClient
) -> None:
    page = f"{HERE}/{dorm.round_id}/placement"
    one, two, again = [
        plain((await desk.get(page, params={"seed": seed})).text) for seed in (5, 6, 5)
    ]
    assert one == again
    assert one != two


async def test_the_office_gets_its_list_from_door_to_door(
    dorm: Dorm, desk: httpx.AsyncClient
) -> None:
    await dorm.live(dorm.girls[1], dorm.beds[1][0])
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    answer = await desk.get(f"{HERE}/{dorm.round_id}/residents.xlsx")
    rows = sheets.read(answer.content, "x.xlsx", [
        sheets.Column(c.title, c.name, required=False) for c in lists.COLUMNS
    ])  # fmt: skip
    assert [(row["room"], row["bed"], row["number"]) for row in rows] == [
        ("101", "1号床", "26990000"), ("102", "1号床", "26990001"),
    ]  # fmt: skip
    doors = await desk.get(f"{HERE}/{dorm.round_id}/doors.pdf", params={"house": "12号楼"})
    assert doors.content.startswith(b"%PDF")


def test_a_sheet_holds_eight_doors() -> None:
    people = [
        Resident(n, f"2699{n:04}", "欧阳青青", "女", "能源学院", "能源2601", "3号楼",
                 f"{101 + n // 4}", f"{n % 4 + 1}号床", None)
        for n in range(36)
    ]  # fmt: skip
    data = lists.doors_pdf(people, "2026 级新生选房")
    assert data.count(b"/Type /Page\n") == 2
    assert lists.doors_pdf([], "空的").startswith(b"%PDF")


async def test_figures_say_how_it_went(dorm: Dorm, desk: httpx.AsyncClient) -> None:
    page = f"{HERE}/{dorm.round_id}/figures"
    assert "还没有人选过" in (await desk.get(page)).text
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    await dorm.hold(dorm.girls[1], dorm.beds[0][0])
    text = plain((await desk.get(page)).text)
    assert "定下 1" in text
    assert "能源学院 1 / 12 人，8%" in text
    assert "床被选走了 1 次" in text


async def test_a_log_that_does_not_lead_to_the_beds_is_found(
    dorm: Dorm, desk: httpx.AsyncClient, database: Database
) -> None:
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    async with database.session() as db:
        connection = await db.connection()
        await connection.exec_driver_sql(
            "UPDATE rooms_beds SET state = 'free', person_id = NULL WHERE state = 'taken'"
        )
    text = (await desk.get(f"{HERE}/{dorm.round_id}/verify")).text
    assert "处对不上" in text
    assert "和记录对不上" in text
