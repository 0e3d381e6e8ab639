"""The desk's lists of people, rights, places and the calendar."""

import re

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event, select

from app.campus.audit import Entry
from app.campus.people.me import COOKIE
from app.campus.people.models import Binding, Person, Session
from app.campus.permission import Grant, Role
from app.campus.places import Bed, Building, Room
from app.kit.db import Database
from app.main import load_services
from tests.desk.conftest import DeskOf
from tests.desk.hands import Hand, wrong
from tests.people import Somebody, cookie_of

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]


async def test_every_page_in_the_menu_opens_with_its_rows_and_forms(
    desk_of: DeskOf, database: Database
) -> None:
    async with database.session() as db:
        for name in ("bus", "phones"):
            demo = load_services()[name].demo
            assert demo
            await demo(db)
    hand = Hand(await desk_of("administrator"))
    menu = set(re.findall(r'href="[^"]*?/desk/([^"?]+)"', await hand.page("")))
    assert {"people/list", "rooms/list", "periods/list", "bus-trips/list", "codes"} <= menu
    for path in menu - {"logout", "static"}:
        page = await hand.page(path) if "static" not in path else ""
        links = re.findall(r'href="[^"]*?/desk/([^"?]+/(?:create|edit|detail)\?[^"]*)"', page)
        for link in links[:3]:
            await hand.page(link)


async def test_a_list_asks_the_database_as_often_for_many_rows_as_for_few(
    desk_of: DeskOf, database: Database, people: People, app: object
) -> None:
    hand = Hand(await desk_of("operator"))
    few = await _queries(app, hand, "rooms/list")
    async with database.session() as db:
        house = await db.scalar(select(Building.id))
        db.add_all(Room(building_id=house, number=f"6{n:02}", floor=6) for n in range(20))
    assert await _queries(app, hand, "rooms/list") == few < 12


async def _queries(app: object, hand: Hand, path: str) -> int:
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    engine = app.state.database.engine.sync_engine  # type: ignore[attr-defined]  # the app's own
    event.listen(engine, "before_cursor_execute", note)
    await hand.page(path)
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)


async def test_a_person_is_mended_and_their_phone_stays_out_of_the_trail(
    desk_of: DeskOf, database: Database, people: People
) -> None:
    hand, alice = Hand(await desk_of("operator")), people["alice"].person_id
    what = {"name": "林晓", "kind": "student", "phone": "13800138000", "room_id": "3号楼 502"}
    assert (await hand.edit("people", alice, **what)).status_code == 303
    async with database.session() as db:
        person = await db.get_one(Person, alice)
        assert (person.name, person.phone, person.sex) == ("林晓", "13800138000", "")
        assert person.room_id == people["bob"].room_id
        entry = (await db.scalars(select(Entry).where(Entry.thing == f"person:{alice}"))).one()
    assert entry.after == {"name": "林晓", "room_id": people["bob"].room_id}


async def test_a_room_that_is_not_there_is_told_at_its_field(
    desk_of: DeskOf, people: People
) -> None:
    hand = Hand(await desk_of("operator"))
    answer = await hand.edit(
        "people", people["alice"].person_id, name="alice", kind="student", room_id="3号楼 999"
    )
    assert wrong(answer) == ["没有「3号楼 999」这间，写成「3号楼 501」这样"]
    assert 'value="3号楼 999"' in answer.text


async def test_nobody_sees_the_hash_of_a_card(
    desk_of: DeskOf, database: Database, people: People
) -> None:
    async with database.session() as db:
        (await db.get_one(Person, people["alice"].person_id)).secret = b"secret-hash"
    hand = Hand(await desk_of("administrator"))
    for path in ("people/list", f"people/detail?pk={people['alice'].person_id}"):
        assert "secret" not in await hand.page(path)
    assert not [cell for row in await hand.saved("people") for cell in row if "secret" in str(cell)]


async def test_an_operator_unbinds_and_logs_out_but_not_an_administrator(
    desk_of: DeskOf, database: Database, people: People
) -> None:
    hand = Hand(await desk_of("operator"))
    assert (await hand.press("people", people["alice"].person_id, "unbind")).status_code == 200
    refused = await hand.press("people", people["administrator"].person_id, "log_out")
    assert refused.json() == {"msg": "他也管后台，改他的资料找管理员"}
    async with database.session() as db:
        assert await db.get(Binding, "o-alice") is None
        ended = select(Session.who).where(Session.ended_at.is_not(None))
        assert list(await db.scalars(ended)) == ["o-alice"]


async def test_a_role_is_given_by_number_and_within_the_rules(
    desk_of: DeskOf, database: Database, people: People
) -> None:
    hand, house = Hand(await desk_of("operator")), 1
    given = await hand.create("grants", person_id="20260005", role="keeper", building_id=house)
    assert given.status_code == 303
    refused = await hand.create("grants", person_id="20260005", role="administrator")
    assert wrong(refused) == ["这项权限你开不了，也收不回，找管理员办"]
    unknown = await hand.create("grants", person_id="nobody", role="keeper")
    assert wrong(unknown) == ["名册里没有「NOBODY」，写学号或工号"]
    async with database.session() as db:
        theirs = select(Grant.building_id).where(Grant.role == Role.KEEPER)
        assert list(await db.scalars(theirs)) == [house, house]


async def test_the_last_administrator_stays(
    desk_of: DeskOf, database: Database, people: People
) -> None:
    hand = Hand(await desk_of("administrator"))
    async with database.session() as db:
        last = await db.scalar(select(Grant.id).where(Grant.role == Role.ADMINISTRATOR))
    answer = await hand.press("grants", last, "delete")
    assert answer.json() == {"msg": "至少要留一位管理员，先给别人开通再来"}


async def test_a_room_gets_as_many_beds_as_it_is_said_to_have(
    desk_of: DeskOf, database: Database, people: People
) -> None:
    hand = Hand(await desk_of("operator"))
    made = await hand.create("rooms", building_id=1, number="601", floor=6, beds=2)
    assert made.status_code == 303
    async with database.session() as db:
        room = await db.scalar(select(Room).where(Room.number == "601"))
        assert room
        beds = list(await db.scalars(select(Bed.label).where(Bed.room_id == room.id)))
    assert beds == ["1号床", "2号床"]
    assert "3号楼" in await hand.page("rooms/list?q=601")


async def test_new_codes_make_the_old_ones_worthless_and_are_printed(
    desk_of: DeskOf, database: Database, people: People
) -> None:
    hand = Hand(await desk_of("operator"))
    assert (await hand.press("buildings", 1, "rotate")).status_code == 200
    async with database.session() as db:
        assert (await db.get_one(Building, 1)).rotation == 2
    printed = await hand.client.get("/desk/codes/print.pdf?building=1&first=5&last=5")
    assert printed.content.startswith(b"%PDF")
    none = await hand.client.get("/desk/codes/print.pdf?building=1&first=6&last=5")
    assert (none.status_code, "「到」的楼层比「从」低" in none.text) == (422, True)


async def test_a_term_begins_on_a_monday(desk_of: DeskOf) -> None:
    hand = Hand(await desk_of("operator"))
    answer = await hand.create("terms", name="秋季学期", first="2026-09-01", weeks=20)
    assert wrong(answer) == ["这天不是周一"]


async def test_a_list_is_saved_as_it_is_filtered(desk_of: DeskOf, people: People) -> None:
    hand = Hand(await desk_of("operator"))
    rows = await hand.saved("rooms", "%3Fq%3D501")
    assert [row[:2] for row in rows] == [("楼", "门牌"), ("3号楼", "501")]
    assert len(await hand.saved("rooms")) == 3


@pytest.mark.parametrize("name", ["keeper", "teacher", "contractor"])
async def test_who_has_no_business_at_the_desk_changes_nothing(desk_of: DeskOf, name: str) -> None:
    hand = Hand(await desk_of(name))
    for path in ("people/list", "grants/create", "import/bus", "codes"):
        assert (await hand.client.get(f"/desk/{path}")).status_code in {302, 303, 401, 403}


async def test_a_room_that_was_added_can_be_picked_at_once(
    desk_of: DeskOf, people: People, app: FastAPI
) -> None:
    hand = Hand(await desk_of("operator"))
    path = "/h5/places/rooms?building=3号楼"
    phone = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
    phone.cookies.set(COOKIE, cookie_of(people["worker"]))
    assert ">501<" in (await phone.get(path)).text
    made = await hand.create("rooms", building_id=1, number="503", floor=5, beds=4)
    assert made.status_code == 303
    assert ">503<" in (await phone.get(path)).text
