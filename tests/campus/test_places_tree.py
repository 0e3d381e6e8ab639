"""The campus in memory, and beds."""

import pytest
from sqlalchemy import select, update

from app.campus.places import Bed, Building, Room, campus, find_room
from app.campus.places.beds import put_up
from app.campus.places.rules import floor_of, is_room
from app.campus.places.tree import order
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import NotFound


@pytest.mark.parametrize(
    ("number", "floor"), [("501", 5), ("1203", 12), ("A301", 3), ("502-1", 5), ("大厅", None)]
)
def test_a_door_s_number_begins_with_its_floor(number: str, floor: int | None) -> None:
    assert floor_of(number) == floor
    assert is_room(number) == (floor is not None)


def test_things_stand_in_the_order_people_expect() -> None:
    names = ["大厅", "1001", "501", "10号楼", "3号楼", "501A"]
    assert sorted(names, key=order) == ["3号楼", "10号楼", "501", "501A", "1001", "大厅"]


async def fill(database: Database) -> None:
    async with database.session() as db:
        db.add_all(Building(name=name, campus="南校区") for name in ("10号楼", "3号楼"))
        await db.flush()
        numbers = [("大厅", 1), ("101", 1), ("502", 5), ("501", 5)]
        db.add_all(Room(building_id=2, number=n, floor=f, beds=2) for n, f in numbers)


@pytest.mark.anyio
async def test_a_picker_goes_from_campus_to_room(database: Database) -> None:
    await fill(database)
    tree = await campus.get(database)
    assert [house.name for house in tree.campuses["南校区"]] == ["3号楼", "10号楼"]
    house = tree.named("3号楼")
    assert house is not None
    doors = {floor: [d.number for d in doors] for floor, doors in house.floors.items()}
    assert doors == {1: ["101", "大厅"], 5: ["501", "502"]}
    door = tree.find("3号楼", "501")
    assert door is not None
    assert (tree.room(door.id), tree.house_of(door.id), tree.house(2)) == (door, house, house)
    assert door.name == "3号楼 501"


@pytest.mark.anyio
async def test_a_room_that_is_gone_is_found_nowhere(database: Database) -> None:
    await fill(database)
    async with database.session() as db:
        await db.execute(update(Room).where(Room.number == "502").values(gone_at=clock.now()))
    assert (await campus.get(database)).find("3号楼", "502") is None
    async with database.session() as db:
        with pytest.raises(NotFound, match="没有 502，这栋楼的房间从 101 到 501"):
            await find_room(db, "3号楼", "502")


@pytest.mark.anyio
async def test_beds_that_somebody_named_keep_their_names(database: Database) -> None:
    await fill(database)
    async with database.session() as db:
        await put_up(db)
        await db.execute(update(Bed).where(Bed.label == "1号床").values(label="下铺"))
        await put_up(db)
        labels = set(await db.scalars(select(Bed.label).where(Bed.gone_at.is_(None))))
    assert labels == {"下铺", "2号床"}
