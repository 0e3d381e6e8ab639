"""Sessions: who is behind a cookie."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.campus.people import sessions
from app.campus.people.models import Person
from app.campus.permission import Role
from app.kit import clock
from app.kit.db import Database
from tests.people import Somebody

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]


async def test_a_token_finds_its_person_with_their_rights(
    database: Database, people: People
) -> None:
    async with database.session() as db:
        me = await sessions.find(db, people["keeper"].token, clock.now())
    assert me is not None
    assert (me.person_id, me.has(Role.KEEPER)) == (people["keeper"].person_id, True)
    assert me.rights[0].building_id is not None


async def test_a_follower_without_a_binding_is_somebody_without_rights(
    database: Database, people: People
) -> None:
    async with database.session() as db:
        me = await sessions.find(db, people["charlie"].token, clock.now())
    assert me is not None
    assert (me.who, me.person_id, me.rights) == ("o-charlie", None, ())


async def test_an_ended_an_unknown_and_an_old_session_are_nobody(
    database: Database, people: People
) -> None:
    now = clock.now()
    async with database.session() as db:
        await sessions.end_all(db, now, person_id=people["alice"].person_id)
        assert await sessions.find(db, people["alice"].token, now) is None
        assert await sessions.find(db, "made up", now) is None
        late = now + sessions.LIFE + timedelta(seconds=1)
        assert await sessions.find(db, people["bob"].token, late) is None


async def test_a_session_that_is_used_lives_on(database: Database, people: People) -> None:
    now = clock.now()
    async with database.session() as db:
        for days in (20, 40, 60):
            assert await sessions.find(db, people["bob"].token, now + timedelta(days=days))


async def test_who_is_past_their_validity_has_no_rights(database: Database, people: People) -> None:
    async with database.session() as db:
        gone = (clock.now() - timedelta(days=1)).date()
        await db.execute(update(Person).values(valid_until=gone))
        me = await sessions.find(db, people["operator"].token, clock.now())
    assert me is not None
    assert me.rights == ()
