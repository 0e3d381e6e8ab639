from typing import Any

import pytest
from sqlalchemy import func, select

from app.campus import demo as campus
from app.campus.people import demo as people
from app.campus.people.models import Binding, Follower, Person
from app.kit import clock
from app.kit.db import Database
from app.services.electricity import demo
from app.services.electricity.models import DayUse, Meter, TopUp
from app.services.electricity.rules import State

pytestmark = pytest.mark.anyio


@pytest.mark.slow
async def test_the_demo_campus_has_every_room_and_the_one_of_the_pictures(
    database: Database, say: Any
) -> None:
    async with database.session() as db:
        await campus.fill(db)
        await demo.fill(db)
    async with database.session() as db:
        meters = await db.scalar(select(func.count()).select_from(Meter)) or 0
        assert meters > 8000
        assert await db.scalar(select(func.count()).select_from(DayUse)) == meters * demo.DAYS
        assert (await db.scalar(select(func.count()).select_from(TopUp)) or 0) > meters
        for state in State:
            assert await db.scalar(select(Meter.id).where(Meter.state == state).limit(1))
        await people.fill(db)
        keeper = select(Person.id).where(Person.name == "李桂芳", Person.number == "6002")
        db.add(Follower(who="o-keeper", joined_at=clock.now()))
        await db.flush()
        db.add(Binding(who="o-keeper", person_id=await db.scalar(keeper), at=clock.now()))
    (answer,) = await say("电费 3号楼 501")
    assert "空调 8.40 元，" in answer.text
    assert answer.text.endswith("照明 46.20 元")
