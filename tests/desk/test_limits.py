"""An operator of one building, or of one area, at the desk."""

import re

import pytest
from sqlalchemy import select, update

from app.campus.people import sessions
from app.campus.people.models import Binding, Person
from app.campus.permission import Grant, Role
from app.campus.places import Area, Building, Room
from app.kit import clock
from app.kit.db import Database
from tests.desk.conftest import DeskOf
from tests.desk.hands import Hand, wrong
from tests.people import Somebody

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]


@pytest.fixture
async def far(database: Database, people: People) -> dict[str, int]:
    """9号楼 in another area, with a room in which bob lives now."""
    async with database.session() as db:
        area = Area(name="北区")
        db.add(area)
        await db.flush()
        house = Building(name="9号楼", campus="南校区", kind="dormitory", area_id=area.id)
        db.add(house)
        await db.flush()
        room = Room(building_id=house.id, number="101", floor=1, beds=4)
        db.add(room)
        await db.flush()
        bob = update(Person).where(Person.id == people["bob"].person_id)
        await db.execute(bob.values(room_id=room.id))
        return {"area": area.id, "house": house.id, "room": room.id}


@pytest.fixture(params=["area_id", "building_id"])
async def hand(
    request: pytest.FixtureRequest, database: Database, far: dict[str, int], desk_of: DeskOf
) -> Hand:
    """The operator, whose right now ends at the area of 3号楼 or at 3号楼 itself."""
    async with database.session() as db:
        home = await db.scalar(select(Building).where(Building.name == "3号楼"))
        assert home
        limit = {"area_id": home.area_id, "building_id": home.id}[request.param]
        theirs = update(Grant).where(Grant.role == Role.OPERATOR)
        await db.execute(theirs.values({request.param: limit}))
    return Hand(await desk_of("operator"))


async def test_the_desk_opens_and_all_that_its_menu_offers(hand: Hand) -> None:
    links = set(re.findall(r'href="(?:http://test)?(/desk/[^"?#]*)', await hand.page("")))
    links = {link for link in links if not link.startswith("/desk/static")}
    assert {"/desk/people/list", "/desk/rooms/list", "/desk/grants/list"} <= links
    for link in links:
        assert (await hand.client.get(link)).status_code == 200, link


async def test_what_lies_elsewhere_is_not_listed_found_or_exported(
    hand: Hand, people: People, far: dict[str, int]
) -> None:
    for key, here, there in (("rooms", "501", "101"), ("people", "alice", "bob")):
        page = await hand.page(f"{key}/list")
        assert (f">{here}<" in re.sub(r"\s", "", page), there in page) == (True, False), key
        assert there not in str(await hand.saved(key))
    assert "o-bob" not in await hand.page("bindings/list")
    for path in (f"people/detail?pk={people['bob'].person_id}", f"rooms/edit?pk={far['room']}"):
        assert (await hand.client.get(f"/desk/{path}")).status_code == 404


async def test_nothing_elsewhere_is_changed(
    hand: Hand, people: People, far: dict[str, int], database: Database
) -> None:
    bob = people["bob"].person_id
    assert (await hand.edit("people", bob, name="x", kind="student")).status_code == 404
    for key, pk, name in (
        ("people", bob, "unbind"), ("people", bob, "log_out"),
        ("rooms", far["room"], "rotate"), ("rooms", far["room"], "retire"),
        ("buildings", far["house"], "delete"),
    ):  # fmt: skip
        assert (await hand.press(key, pk, name)).status_code == 400, (key, name)
    async with database.session() as db:
        assert await db.get(Binding, "o-bob")
        assert (await db.get_one(Room, far["room"])).rotation == 1
        assert (await db.get_one(Room, far["room"])).gone_at is None


async def test_what_lies_here_is_changed_but_not_moved_away(
    hand: Hand, people: People, database: Database
) -> None:
    alice = people["alice"].person_id
    moved = await hand.edit("people", alice, name="晓", kind="student", room_id="9号楼 101")
    assert wrong(moved) == ["这不在你管的范围里，找管全部的运营同事办"]
    assert (await hand.edit("people", alice, name="晓", kind="student", room_id="3号楼 502")
            ).status_code == 303  # fmt: skip
    assert (await hand.press("people", alice, "unbind")).status_code == 200
    async with database.session() as db:
        assert await db.get(Binding, "o-alice") is None
        assert (await db.get_one(Person, alice)).name == "晓"


async def test_rooms_are_added_here_alone(hand: Hand, far: dict[str, int]) -> None:
    form = {"number": "700", "floor": 7, "beds": 2}
    assert (await hand.create("rooms", building_id=1, **form)).status_code == 303
    assert wrong(await hand.create("rooms", building_id=far["house"], **form)) == [
        "这不在你管的范围里，找管全部的运营同事办"
    ]


async def test_a_role_is_given_within_the_limits(hand: Hand, far: dict[str, int]) -> None:
    form = {"person_id": "20260005", "role": "keeper"}
    assert (await hand.create("grants", building_id=1, **form)).status_code == 303
    beyond = await hand.create("grants", building_id=far["house"], **form)
    assert wrong(beyond) == ["这项权限你开不了，也收不回，找管理员办"]
    assert "维修师傅" in await hand.page("grants/list") or "宿管" in await hand.page("grants/list")


async def test_what_lies_nowhere_is_read_and_not_changed(hand: Hand) -> None:
    assert (await hand.client.get("/desk/terms/list")).status_code == 200
    assert (await hand.create("terms", name="x", first="2026-09-07", weeks=20)).status_code == 403
    for path in ("messages/list", "import/people", "menu", "answers", "codes", "audit/list"):
        assert (await hand.client.get(f"/desk/{path}")).status_code == 403, path


async def test_a_limit_to_a_unit_has_no_buildings(
    desk_of: DeskOf, database: Database, people: People
) -> None:
    async with database.session() as db:
        await db.execute(update(Grant).where(Grant.role == Role.OPERATOR).values(unit="饮食中心"))
    hand = Hand(await desk_of("operator"))
    assert "501" not in await hand.page("rooms/list")


async def test_a_right_that_is_over_opens_nothing(
    desk_of: DeskOf, hand: Hand, database: Database, people: People
) -> None:
    async with database.session() as db:
        await db.execute(update(Person).values(gone_at=clock.now()))
        assert await sessions.find(db, people["operator"].token, clock.now())
    assert (await hand.client.get("/desk/")).is_redirect
