"""What operators do by hand: rooms, beds, people, pools; within what they may."""

import re

import httpx
import pytest
from sqlalchemy import select, update

from app.campus.people.models import Person
from app.campus.permission import Grant
from app.campus.places import Building
from app.kit.db import Database
from app.services.rooms import sheet_people
from app.services.rooms.models import Eligible
from tests.desk.conftest import DeskOf
from tests.desk.hands import CSRF
from tests.people import Somebody
from tests.services.rooms.dorm import Dorm
from tests.services.rooms.test_desk import HERE, press
from tests.services.rooms.test_sheet import written

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(desk_of: DeskOf) -> httpx.AsyncClient:
    return await desk_of("operator")


@pytest.fixture
async def limited(
    desk_of: DeskOf, database: Database, people: dict[str, Somebody], dorm: Dorm
) -> httpx.AsyncClient:
    """The operator's desk, limited to 12号楼."""
    async with database.session() as db:
        house = await db.scalar(select(Building.id).where(Building.name == "12号楼"))
        mine = Grant.person_id == people["operator"].person_id
        await db.execute(update(Grant).where(mine).values(building_id=house))
    return await desk_of("operator")


async def test_a_room_is_frozen_with_a_reason_and_reopened(
    dorm: Dorm, desk: httpx.AsyncClient
) -> None:
    id, room = dorm.round_id, dorm.rooms[0]
    page = f"{HERE}/{id}/rooms/{room}"
    assert "写一句为什么" in await press(desk, page, f"{id}/rooms/{room}/freeze", 422, room=room)
    said = await press(desk, page, f"{id}/rooms/{room}/freeze", room=room, why="窗户坏了")
    assert "冻结了 4 张床" in said
    assert "冻结了：窗户坏了" in said
    assert await dorm.hold(dorm.girls[0], dorm.beds[0][0]) == "frozen"
    assert "4 张床放开了" in await press(desk, page, f"{id}/rooms/{room}/reopen", room=room)
    assert await dorm.hold(dorm.girls[0], dorm.beds[0][0]) == "done"


async def test_somebody_is_placed_moved_and_taken_out_by_hand(
    dorm: Dorm, desk: httpx.AsyncClient
) -> None:
    id, room, (one, two, *_) = dorm.round_id, dorm.rooms[0], dorm.beds[0]
    page, do = f"{HERE}/{id}/rooms/{room}", f"{id}/rooms/{room}"
    await press(desk, page, f"{do}/place", bed=one, person="", who="26990000", why="腿伤，住一楼")
    assert await dorm.taken() == {one: dorm.girls[0]}
    said = await press(desk, page, f"{do}/move", bed="", person=dorm.girls[0],
                       to="12号楼 101 2号床", why="下铺坏了")  # fmt: skip
    assert "挪好了" in said
    assert await dorm.taken() == {two: dorm.girls[0]}
    assert "请出来了" in await press(desk, page, f"{do}/out", person=dorm.girls[0], why="休学")
    assert await dorm.taken() == {}
    log = (await desk.get(f"{HERE}/{id}/log", params={"q": "26990000"})).text
    assert "腿伤，住一楼" in log


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        ({"who": "26990008", "why": "试"}, 409, "床位池"),
        ({"who": "123", "why": "试"}, 422, "名册里没有「123」"),
        ({"who": "26990000", "why": ""}, 422, "写一句为什么"),
        ({"who": "26990000", "why": "试", "bed": "", "to": "12号楼 101"}, 422, "床写成"),
        ({"who": "26990000", "why": "试", "bed": "", "to": "12号楼 101 9"}, 422, "写上哪张床"),
    ],
)  # fmt: skip
async def test_what_cannot_be_done_by_hand_says_why_and_changes_nothing(
    dorm: Dorm, desk: httpx.AsyncClient, fields: dict[str, str], code: int, said: str
) -> None:
    page = f"{dorm.round_id}/rooms/{dorm.rooms[0]}"
    data = {"bed": dorm.beds[0][0], "person": "", **fields}
    assert said in await press(desk, f"{HERE}/{page}", f"{page}/place", code, **data)
    assert await dorm.taken() == {}


async def test_a_freshman_is_found_withdrawn_and_brought_back(
    dorm: Dorm, desk: httpx.AsyncClient, database: Database
) -> None:
    id, girl = dorm.round_id, dorm.girls[0]
    await dorm.live(girl, dorm.beds[0][0])
    people = f"{HERE}/{id}/people"
    assert "12号楼 101 1号床" in (await desk.get(people, params={"q": "26990000"})).text
    assert "新生0<" not in (await desk.get(people, params={"show": "none"})).text
    page, do = f"{people}/{girl}", f"{id}/people/{girl}"
    assert "资格取消了" in await press(desk, page, f"{do}/withdraw", person=girl, why="不来了")
    assert await dorm.taken() == {}
    assert "资格恢复了" in await press(desk, page, f"{do}/bring_back", person=girl)
    async with database.session() as db:
        row = await db.get(Eligible, (id, girl))
        assert row is not None
        assert row.withdrawn_at is None


async def test_the_log_is_searched_by_room_and_by_what_came_of_it(
    dorm: Dorm, desk: httpx.AsyncClient
) -> None:
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    await dorm.hold(dorm.girls[1], dorm.beds[0][0])
    await dorm.hold(dorm.girls[2], dorm.beds[1][0])
    log = f"{HERE}/{dorm.round_id}/log"
    refused = (await desk.get(log, params={"came": "refused"})).text
    assert "新生1" in refused
    assert "新生0" not in refused
    here = (await desk.get(log, params={"q": "12号楼 102"})).text
    assert "新生2" in here
    assert "新生1" not in here
    assert "没有这样的记录" in (await desk.get(log, params={"what": "swap"})).text


async def test_pools_are_made_filled_and_emptied(dorm: Dorm, desk: httpx.AsyncClient) -> None:
    id, page = dorm.round_id, f"{HERE}/{dorm.round_id}/pools"
    assert "池加好了" in await press(desk, page, f"{id}/pools/do/pool", name="研究生 女", sex="女",
                                 college="", level="硕士", needs="")  # fmt: skip
    assert "拿出来 8 张床" in await press(desk, page, f"{id}/pools/do/take", rooms="12号楼 101-102")
    said = await press(desk, page, f"{id}/pools/do/beds", rooms="12号楼 101", pool=3)
    assert "放进去 4 张床" in said
    wrong = await press(desk, page, f"{id}/pools/do/beds", 409, rooms="12号楼 103", pool=3)
    assert "已经在「女生」里" in wrong
    assert "没有「12号楼 9" in await press(desk, page, f"{id}/pools/do/beds", 422,
                                       rooms="12号楼 999", pool=3)  # fmt: skip


async def test_a_file_is_seen_before_it_is_taken(
    dorm: Dorm, desk: httpx.AsyncClient, database: Database
) -> None:
    async with database.session() as db:
        db.add(Person(number="26999999", name="新来的", kind="freshman", sex="女"))
    page = f"{HERE}/{dorm.round_id}/import/people"
    data = written(sheet_people.COLUMNS, ("26999999", "", ""))
    await desk.get(page)
    token = {"x-csrftoken": desk.cookies[CSRF]}  # as the page's script sends it
    file = {"file": ("新生.xlsx", data)}
    shown = await desk.post(page, data={"step": "look"}, files=file, headers=token)
    assert "女生：1 人，新加 1 人" in shown.text
    assert "就这样导入" in shown.text
    assert "新来的" not in (await desk.get(f"{HERE}/{dorm.round_id}/people")).text
    sent = {"step": "do", "digest": re.findall(r'name="digest" value="(\w+)"', shown.text)[0]}
    await desk.post(page, data=sent, files=file, headers=token)
    assert "新来的" in (await desk.get(f"{HERE}/{dorm.round_id}/people")).text
    for what in ("people", "beds", "facts"):
        template = await desk.get(f"{HERE}/{dorm.round_id}/import/{what}/template.xlsx")
        assert template.content.startswith(b"PK")


async def test_who_has_one_building_works_there_and_nowhere_else(
    dorm: Dorm, limited: httpx.AsyncClient, people: dict[str, Somebody]
) -> None:
    id, room = dorm.round_id, dorm.rooms[0]
    for path in ("", "/pools", "/rooms", f"/rooms/{room}", "/residents.xlsx", "/import/beds"):
        assert (await limited.get(f"{HERE}/{id}{path}")).status_code == 200, path
    for path in ("/edit", "/people", f"/people/{dorm.girls[0]}", "/log", "/placement", "/figures",
                 "/import/people", f"/rooms/{people['alice'].room_id}"):  # fmt: skip
        assert (await limited.get(f"{HERE}/{id}{path}")).status_code == 403, path
    page = f"{HERE}/{id}/rooms/{room}"
    said = await press(limited, page, f"{id}/rooms/{room}/freeze", room=room, why="漏水")
    assert "冻结了 4 张床" in said
    other = people["alice"].room_id
    await press(limited, page, f"{id}/rooms/{room}/freeze", 403, room=other, why="试")
    await press(limited, page, f"{id}/do/close", 403)
