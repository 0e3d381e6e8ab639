"""The demo: a rehearsal that is half chosen, and the real round soon."""

import pytest
from sqlalchemy import select

from app.campus import demo as campus
from app.campus.people.models import Person, PersonKind
from app.campus.permission import Grant, Role
from app.kit import clock
from app.kit.db import Database
from app.services.rooms import demo, reading
from app.services.rooms.verify import verify

pytestmark = pytest.mark.anyio


async def fill(database: Database) -> int:
    """A campus with a few of the demo's freshmen; the one who holds the phone."""
    async with database.session() as db:
        await campus.fill(db)
        operator = Person(number=demo.OPERATOR, name="陈悦", kind=PersonKind.STAFF)
        people = [
            Person(number=f"2699{n:04}", name=f"周{n}", kind=PersonKind.FRESHMAN,
                   sex="男女"[n % 3 == 0])
            for n in range(1, 31)
        ]  # fmt: skip
        db.add_all([operator, *people])
        await db.flush()
        db.add(Grant(person_id=operator.id, role=Role.OPERATOR, at=clock.now()))
        await demo.fill(db)
        return people[0].id


async def test_everything_the_demo_did_is_proven(database: Database) -> None:
    await fill(database)
    async with database.session() as db:
        proofs = [await verify(db, round_id) for round_id in (1, 2)]
    assert [proof.broken for proof in proofs] == [[], []]
    assert proofs[1].facts["taken"] > 10


async def test_the_phone_s_owner_may_try_now_and_choose_soon(database: Database) -> None:
    person_id = await fill(database)
    async with database.session() as db:
        found = await reading.rounds_of(db, person_id, clock.now())
        mine = await reading.my_state(db, found[0].round.id, person_id, clock.now())
    assert {(one.round.kind, one.phase) for one in found} == {
        ("rehearsal", "open"), ("formal", "soon"),
    }  # fmt: skip
    assert mine.taken is None


async def test_without_a_roster_there_is_no_demo(database: Database) -> None:
    async with database.session() as db:
        await demo.fill(db)
        assert (await db.scalars(select(demo.Round))).all() == []
