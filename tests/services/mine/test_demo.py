"""The people of the demo campus."""

import pytest
from sqlalchemy import func, select

from app.campus import demo as campus
from app.campus.people import demo
from app.campus.people.binding import Claim, Outcome, bind
from app.campus.people.lookup import person_of, room_of
from app.campus.people.models import Follower, Person
from app.campus.permission import Role
from app.kit import clock
from app.kit.db import Database

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_twenty_thousand_live_there_and_the_phones_people_can_bind(
    database: Database,
) -> None:
    now = clock.now()
    async with database.session() as db:
        await campus.fill(db)
        await demo.fill(db)
        db.add_all(Follower(who=f"o-{number}", joined_at=now) for number in demo.CAST)
    async with database.session() as db:
        assert (await db.scalar(select(func.count()).select_from(Person)) or 0) > 18_000
        crowded = select(Person.room_id).where(Person.room_id.is_not(None))
        crowded = crowded.group_by(Person.room_id).having(func.count() > 6)
        assert (await db.scalars(crowded)).all() == []
    for number, (name, _, _, role) in demo.CAST.items():
        async with database.session() as db:
            claim = Claim(number, name, demo.CARD)
            assert await bind(db, database, f"o-{number}", claim, now) is Outcome.BOUND
            me = await person_of(db, f"o-{number}", now)
            assert role is None or me.has(Role(role))
            room = await room_of(db, me)
            assert (room.name if room else "") == ("3号楼 501" if name == "林晓雨" else "")
