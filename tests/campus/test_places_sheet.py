"""Places in and out of spreadsheets."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.campus import demo
from app.campus.people.models import Person
from app.campus.places import Area, Bed, Building, Room, campus
from app.campus.places.draft import COLUMNS, read
from app.campus.places.sheet import dump, load, preview, template
from app.kit.db import Database
from app.kit.errors import CampusError, Invalid

HEAD = "校区,楼,类型,片区,负责人工号,楼层,房间,床位数,纬度,经度\n"
THREE = "南校区,3号楼,宿舍,三号片区,,,501,4,35.19,113.27\n南校区,3号楼,,,,,502,6,,\n"


def sheet(rows: str) -> bytes:
    return (HEAD + rows).encode()


async def take(database: Database, rows: str) -> str:
    async with database.session() as db:
        return await load(db, sheet(rows), "楼.csv")


async def look(database: Database, rows: str) -> str:
    async with database.session() as db:
        return str(await preview(db, sheet(rows), "楼.csv"))


async def beds(database: Database, number: str) -> list[str]:
    """Labels of the beds that stand in a room."""
    async with database.session() as db:
        query = select(Bed.label).join(Room, Room.id == Bed.room_id)
        found = await db.scalars(query.where(Room.number == number, Bed.gone_at.is_(None)))
        return sorted(found)


@pytest.mark.anyio
async def test_a_new_building_comes_with_rooms_beds_and_area(database: Database) -> None:
    said = await take(database, THREE)
    assert said == "楼和房间导好了：新增 1 栋楼、2 个房间、1 个片区"
    tree = await campus.get(database)
    assert [(d.number, d.floor, d.beds) for d in tree.houses[0].doors] == [
        ("501", 5, 4),
        ("502", 5, 6),
    ]
    assert await beds(database, "501") == ["1号床", "2号床", "3号床", "4号床"]
    async with database.session() as db:
        building = (await db.scalars(select(Building))).one()
        assert (building.latitude, building.area_id, building.kind) == (35.19, 1, "dormitory")


@pytest.mark.anyio
async def test_a_preview_counts_and_changes_nothing(database: Database) -> None:
    assert await look(database, THREE) == "新增 1 栋楼、2 个房间、1 个片区"
    async with database.session() as db:
        assert (await db.scalars(select(Building))).all() == []
        assert (await db.scalars(select(Area))).all() == []


@pytest.mark.anyio
async def test_a_second_import_updates_and_keeps_what_vanished(database: Database) -> None:
    await take(database, THREE)
    again = "南校区,3号楼,,三号片区,,,502,4,,\n南校区,3号楼,,,,1,大厅,,,\n"
    told = "新增 1 个房间；改动 1 个房间；1 个房间不在表里了，停用"
    assert await look(database, again) == told
    assert await take(database, again) == f"楼和房间导好了：{told}"
    assert await beds(database, "501") == []
    assert await beds(database, "502") == ["1号床", "2号床", "3号床", "4号床"]
    async with database.session() as db:
        rooms = {room.number: room for room in await db.scalars(select(Room))}
    assert rooms["501"].gone_at is not None
    assert rooms["大厅"].floor == 1


@pytest.mark.anyio
async def test_a_room_that_comes_back_is_the_same_room(database: Database) -> None:
    await take(database, THREE)
    await take(database, "南校区,3号楼,,,,,502,6,,\n")
    assert await take(database, THREE) == "楼和房间导好了：改动 1 个房间"
    assert len(await beds(database, "501")) == 4
    async with database.session() as db:
        assert len((await db.scalars(select(Room))).all()) == 2


@pytest.mark.anyio
async def test_what_the_file_does_not_speak_of_stays(database: Database) -> None:
    await take(database, THREE)
    assert await take(database, "南校区,3号楼,,,,,,,,\n") == (
        "楼和房间导好了：和现在的一样，什么都没变"
    )
    said = await take(database, "北校区,4号楼,其他,,,,,,,\n")
    assert said == "楼和房间导好了：新增 1 栋楼；另外 1 栋楼表里没有，没动"
    assert len(await beds(database, "502")) == 6


@pytest.mark.anyio
async def test_an_area_gets_its_person_by_number(database: Database) -> None:
    async with database.session() as db:
        db.add(Person(number="60001", name="王建国", kind="staff"))
    await take(database, "南校区,3号楼,宿舍,三号片区,60001,,501,4,,\n")
    async with database.session() as db:
        assert (await db.scalars(select(Area.person_id))).one() == 1
        with pytest.raises(Invalid, match="名册里没有这些工号，先导名册：60002"):
            await load(db, sheet("南校区,3号楼,,三号片区,60002,,,,,\n"), "楼.csv")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("南校区,3号楼,城堡,,,,501,4,,\n", "第 2 行「类型」：只能写"),
        ("南校区,3号楼,,,,,501,999,,\n", "第 2 行「床位数」：要在 0 到 20 之间"),
        ("\n南校区,3号楼,,,,,501,两,,\n", "第 3 行「床位数」：要写整数"),
        ("南校区,3号楼,,,,,501,,nan,\n", "第 2 行「纬度」：要在 -90 到 90 之间"),
        ("南校区,3号楼,,,,,501,,,abc\n", "第 2 行「经度」：要写数字"),
        ("南校区,,,,,,501,,,\n", "第 2 行「楼」：没有填"),
        ("南校区,3号楼,,,,,501,,,\n" * 2, "「3号楼 501」写了两行"),
        ("南校区,3号楼,,,,,大厅,,,\n", "「3号楼 大厅」没写楼层"),
        ("南校区,3号楼,,,,,,,,\n北校区,3号楼,,,,,,,,\n", "「3号楼」的「校区」前后写得不一样"),
        ("南校区,3号楼,,,60001,,,,,\n", "写了负责人，没写片区"),
        ("南校区,3号楼,,,,,,4,,\n", "写了床位数，没写房间"),
        ("南校区,3号楼,,甲,1,,,,,\n南校区,4号楼,,甲,2,,,,,\n", "片区「甲」写了两个负责人：1 和 2"),
        ("", "表里一行也没有"),
    ],
)
def test_what_is_wrong_is_said_and_where(rows: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read(sheet(rows), "楼.csv")


@pytest.mark.anyio
async def test_one_wrong_row_keeps_all_others_out(database: Database) -> None:
    with pytest.raises(Invalid):
        await take(database, THREE + "南校区,4号楼,,,,,101,99,,\n")
    assert (await campus.get(database)).houses == ()


@pytest.mark.anyio
async def test_the_demo_campus_goes_out_and_comes_back_unchanged(database: Database) -> None:
    async with database.session() as db:
        await demo.fill(db)
    async with database.session() as db:
        data = await dump(db)
        assert str(await preview(db, data, "楼.xlsx")) == "和现在的一样，什么都没变"
        assert len(read(data, "楼.xlsx").buildings) == 32


def test_the_template_can_be_filled_in_and_read() -> None:
    assert list(read(template(), "模板.xlsx").buildings) == ["3号楼"]


@given(st.lists(st.tuples(*[st.text(max_size=6)] * len(COLUMNS)), max_size=5))
def test_any_cells_are_a_draft_or_a_refusal(cells: list[tuple[str, ...]]) -> None:
    lines = [",".join(f'"{c.replace(chr(34), "")}"' for c in row) for row in cells]
    data: Any = sheet("\n".join(lines))
    with contextlib.suppress(CampusError):
        assert read(data, "x.csv").buildings
