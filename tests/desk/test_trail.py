"""The audit trail at the desk: whoever writes of a person, their trail finds it."""

import pytest
from sqlalchemy import select

from app.campus.audit import Entry, thing
from app.campus.permission import Role
from app.campus.permission.grants import grant
from app.desk import passwords
from app.desk.models import Credential
from app.kit.db import Database
from tests.desk.conftest import DeskOf
from tests.desk.hands import Hand
from tests.people import Somebody

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]


async def test_all_that_was_done_to_a_person_has_one_name(
    desk_of: DeskOf, people: People, database: Database
) -> None:
    hand, alice = Hand(await desk_of("administrator")), people["alice"].person_id or 0
    async with database.session() as db:
        await grant(db, None, alice, Role.KEEPER)
        await passwords.choose(db, alice, "a long enough secret")
    await hand.edit("people", alice, name="晓", kind="student")
    await hand.edit("passwords", alice, needs_both="on")
    for name in ("log_out", "unbind"):
        await hand.press("people", alice, name)
    async with database.session() as db:
        assert await db.get(Credential, alice)
        deeds = await db.scalars(select(Entry.action).where(Entry.thing == thing("person", alice)))
        assert set(deeds) == {
            "permission.grant", "campus_people.edit", "desk_credentials.edit",
            "people.log_out", "people.unbind",
        }  # fmt: skip
    page = await hand.page("people/list")
    assert f"/desk/audit/list?q=person:{alice}" in page
    rows = await hand.saved("audit", f"%3Fq%3Dperson:{alice}")
    assert len(rows) == 1 + 5
    by_number = await hand.saved("audit", "%3Fq%3D20260000")
    assert len(by_number) == 1 + 5


async def test_a_thing_is_found_as_it_is_and_not_by_its_beginning(
    desk_of: DeskOf, people: People, database: Database
) -> None:
    hand = Hand(await desk_of("administrator"))
    for name in ("alice", "contractor"):  # person:1 and person:12
        await hand.press("people", people[name].person_id, "log_out")
    rows = await hand.saved("audit", f"%3Fq%3Dperson:{people['alice'].person_id}")
    assert len(rows) == 2


async def test_operators_are_not_shown_the_way_to_the_trail(
    desk_of: DeskOf, people: People
) -> None:
    assert "/desk/audit" not in await Hand(await desk_of("operator")).page("people/list")
