"""Cuts on the campus of `people`: 3号楼 with 501 (alice) and 502 (bob), and a 4号楼 elsewhere."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from app.campus.notify.models import Delivery
from app.campus.people.me import Me
from app.campus.permission import Right, Role
from app.campus.places import Area, Building, BuildingKind, Campus, Room, campus
from app.kit import clock
from app.kit.db import Database
from app.services.outages import book
from app.services.outages.draft import Draft, read
from app.services.outages.models import Outage
from tests.people import Somebody

Write = Callable[..., Awaitable[int]]


@pytest.fixture
async def houses(database: Database, people: dict[str, Somebody]) -> Campus:
    """The campus, with 4号楼 in an area of its own, where nobody lives."""
    async with database.session() as db:
        area = Area(name="4号楼片区")
        db.add(area)
        await db.flush()
        far = Building(name="4号楼", campus="南校区", kind=BuildingKind.DORMITORY, area_id=area.id)
        db.add(far)
        await db.flush()
        db.add(Room(building_id=far.id, number="101", floor=1, beds=4))
    database.forget()
    return await campus.get(database)


@pytest.fixture
def operator(people: dict[str, Somebody]) -> Me:
    """Somebody who may announce everywhere."""
    return Me(1, None, person_id=people["operator"].person_id, rights=(Right(Role.OPERATOR),))


def form(starts: datetime | None = None, hours: float = 4, **more: str) -> dict[str, str]:
    """The operators' form; by default water, from an hour ago, for four hours."""
    starts = starts or clock.now() - timedelta(hours=1)
    ends = starts + timedelta(hours=hours)
    return {
        "kind": "water", "starts": f"{starts:%Y-%m-%dT%H:%M}", "ends": f"{ends:%Y-%m-%dT%H:%M}",
        "reason": "换水表", "contact": "8880 0110", "places": "3号楼", **more,
    }  # fmt: skip


def filled(houses: Campus, *args: datetime, **more: str) -> Draft:
    found = read(form(*args, **more), (), houses)
    assert found.errors == {}
    return found


@pytest.fixture
def write(database: Database, operator: Me, houses: Campus) -> Write:
    """`await write(places="4号楼")`: an announced cut; its number."""

    async def announced(*args: datetime, **more: str) -> int:
        async with database.session() as db:
            row = await book.add(db, operator, filled(houses, *args, **more))
            await book.announce(db, operator, row.id)
        database.forget("outages")
        return row.id

    return announced


async def row_of(database: Database, number: int) -> Outage:
    async with database.session() as db:
        return await book.get(db, number)


async def sent(database: Database) -> None:
    """As if the sender had done its work."""
    async with database.session() as db:
        await db.execute(update(Delivery).where(Delivery.state == "waiting").values(state="sent"))
