"""Repairs on the campus of `people`: a kind, workers on shift, and orders along their way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.campus.notify.models import Delivery, Message
from app.campus.people.lookup import person_of
from app.campus.people.me import Me
from app.campus.people.models import Binding, Follower, Person, PersonKind
from app.campus.permission import Grant, Role
from app.campus.places import Building, Room
from app.campus.places.doors import code_key, place_of_room
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.services.repairs import dispatch, orders, work
from app.services.repairs.models import Kind, Order, Shift, Step, Worker
from tests.people import Somebody

NOON = datetime(2026, 11, 18, 10, 0, tzinfo=SHANGHAI)  # a Wednesday, in working hours
TRADE, TEAM, FIRM = "水电", "水电组", "外包队"
# Workers beside those of `people`: name, trades, firm, role.
CREW = {
    "second": ((TRADE,), "", Role.WORKER),
    "third": ((TRADE,), "", Role.WORKER),
    "painter": (("油漆",), FIRM, Role.CONTRACTOR),
    "hired": ((TRADE,), FIRM, Role.CONTRACTOR),
}


def after(**time: float) -> datetime:
    """That long after ten o'clock."""
    return NOON + timedelta(**time)


@dataclass
class Scene:
    """Who there is by name, and shorthands for what most tests begin with."""

    database: Database
    kind_id: int
    area_id: int
    building_id: int
    who: dict[str, str]
    ids: dict[str, int]
    rooms: dict[str, int]

    async def me(self, db: AsyncSession, name: str) -> Me:
        return await person_of(db, self.who[name], NOON)

    async def report(self, db: AsyncSession, name: str = "alice", **said: Any) -> Order:
        """An order of a leaking pipe in 501, at ten o'clock."""
        now = said.pop("now", NOON)
        uploads = said.pop("uploads", ())
        if not {"room_id", "building_id"} & said.keys():
            said["room_id"] = self.rooms["501"]
        new = orders.New(said.pop("kind_id", self.kind_id), **({"sign": "漏水"} | said))
        return await orders.report(db, await self.me(db, name), new, now, uploads=uploads)

    async def accepted(self, db: AsyncSession, name: str = "worker", **said: Any) -> Order:
        order = await self.report(db, **said)
        leader = await self.me(db, "leader")
        order = await dispatch.offer(db, leader, order, after(minutes=1), worker_id=self.ids[name])
        return await dispatch.accept(db, await self.me(db, name), order, after(minutes=2))

    async def working(self, db: AsyncSession, name: str = "worker", **said: Any) -> Order:
        order = await self.accepted(db, name, **said)
        code = await self.code(db)
        return await work.arrive(db, await self.me(db, name), order, after(minutes=20), code=code)

    async def done(self, db: AsyncSession, name: str = "worker", **said: Any) -> Order:
        order = await self.working(db, name, **said)
        return await work.finish(db, await self.me(db, name), order, after(minutes=50))

    async def code(self, db: AsyncSession, number: str = "501") -> str:
        """What the door of a room says."""
        room = await db.get_one(Room, self.rooms[number], options=[joinedload(Room.building)])
        return place_of_room(await code_key.within(db), room).code

    async def told(self, db: AsyncSession, name: str, notice: str = "") -> list[dict[str, Any]]:
        """The fields of what somebody was told, oldest first."""
        query = (
            select(Message.fields)
            .join(Delivery, Delivery.message_id == Message.id)
            .where(Delivery.person_id == self.ids[name])
            .order_by(Message.id)
        )
        if notice:
            query = query.where(Message.notice == f"repairs.{notice}")
        return list(await db.scalars(query))

    async def steps(self, db: AsyncSession, order: Order) -> list[str]:
        """The timeline, as the names of its lines."""
        query = select(Step.what).where(Step.order_id == order.id).order_by(Step.id)
        return list(await db.scalars(query))


@pytest.fixture
async def scene(database: Database, people: dict[str, Somebody]) -> Scene:
    """A kind of fault, and `worker`, `second`, `third` and `hired` on shift for it today."""
    async with database.session() as db:
        building = (await db.scalars(select(Building))).one()
        rooms = {room.number: room.id for room in await db.scalars(select(Room))}
        kind = Kind(name="水管", icon="pipe", trade=TRADE, team=TEAM, signs=["漏水", "堵了"])
        db.add(kind)
        who = {name: somebody.who for name, somebody in people.items()}
        ids = {name: one.person_id for name, one in people.items() if one.person_id}
        assert building.area_id
        for name, (trades, firm, role) in CREW.items():
            ids[name] = await _somebody(db, name, role, building.area_id)
            who[name] = f"o-{name}"
            db.add(Worker(person_id=ids[name], trades=list(trades), team=TEAM, contractor=firm))
        db.add(Worker(person_id=ids["worker"], trades=[TRADE], team=TEAM))
        for name in ("worker", *CREW):
            starts = NOON - timedelta(hours=2)
            db.add(Shift(person_id=ids[name], starts_at=starts, ends_at=after(hours=8)))
        await db.flush()
        scene = Scene(database, kind.id, building.area_id, building.id, who, ids, rooms)
    database.forget()
    return scene


async def _somebody(db: AsyncSession, name: str, role: Role, area_id: int) -> int:
    person = Person(number=f"9{name}", name=name, kind=PersonKind.STAFF)
    db.add_all([person, Follower(who=f"o-{name}", joined_at=NOON)])
    await db.flush()
    db.add(Binding(who=f"o-{name}", person_id=person.id, at=NOON))
    db.add(Grant(person_id=person.id, role=role, at=NOON, area_id=area_id))
    return person.id
