from datetime import date

import pytest
from sqlalchemy import func, select

from app.campus.calendar import DayKind, calendar
from app.campus.demo import fill
from app.campus.places import Building, BuildingKind, Room, find_room
from app.kit.db import Database

pytestmark = pytest.mark.anyio


async def test_the_demo_campus_has_the_size_of_a_real_one(database: Database) -> None:
    async with database.session() as db:
        await fill(db)
        kinds = dict((await db.execute(select(Building.kind, func.count()).group_by("kind"))).all())
        rooms = await db.scalar(select(func.count()).select_from(Room))
        campuses = set(await db.scalars(select(Building.campus)))
        assert (await find_room(db, "3号楼", "501")).floor == 5
    assert kinds == {
        BuildingKind.DORMITORY: 27, BuildingKind.BATHHOUSE: 3, BuildingKind.TEACHING: 2
    }  # fmt: skip
    assert campuses == {"南校区", "北校区"}
    assert rooms is not None
    assert 3900 < rooms < 4300
    assert (await calendar.get(database)).day(date(2026, 8, 1)).kind == DayKind.VACATION
