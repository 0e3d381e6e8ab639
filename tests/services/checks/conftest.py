"""Canteen 2 with a firm and an inspector, 3号楼 with its keeper, and lists for both."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.ledger import Fact
from app.campus.notify.models import Delivery, Message
from app.campus.people.lookup import person_of
from app.campus.people.me import Me
from app.campus.people.models import Binding, Follower, Person, PersonKind
from app.campus.permission import Grant, Role
from app.campus.places import Building, Room
from app.campus.uploads import save
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.services.checks import lists, looks, plan
from app.services.checks.looks import Entered, Given
from app.services.checks.models import Fault, Place, Visit
from app.services.checks.rules import Item, Kind, Rhythm
from tests.people import Somebody

NOON = datetime(2026, 11, 18, 10, 0, tzinfo=SHANGHAI)  # a Wednesday, in working hours
UNIT, FIRM = "饮食中心", "鼎兴餐饮"
ITEMS = (
    Item("1", "地面干净", 10, 8, 8, fault="有积水、油污"),
    Item("2", "留样齐全", 20, 20, 4, vital=True, fault="少一样就算"),
    Item("3", "消毒记录", 5, 5, 16),
)
# Beside those of `people`: name, role, unit it is limited to.
STAFF = {
    "inspector": (Role.SUPERVISOR, UNIT),
    "second": (Role.SUPERVISOR, UNIT),
    "stranger": (Role.SUPERVISOR, "公寓中心"),
    "hired": (Role.CONTRACTOR, FIRM),
    "rival": (Role.CONTRACTOR, "别家餐饮"),
}
FINE = {"1": Given(10), "2": Given(20), "3": Given(5)}
DIRTY = {**FINE, "1": Given(4, "一地的油")}


def jpeg(size: tuple[int, int] = (800, 600)) -> bytes:
    """A photo."""
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "JPEG")
    return out.getvalue()


def after(**time: float) -> datetime:
    """That long after ten o'clock."""
    return NOON + timedelta(**time)


@dataclass
class Scene:
    """Who and what there is, and shorthands for what most tests begin with."""

    database: Database
    who: dict[str, str]
    ids: dict[str, int]
    rooms: dict[str, int]
    place_id: int
    house_id: int
    list_id: int
    dorm_id: int

    async def me(self, db: AsyncSession, name: str) -> Me:
        return await person_of(db, self.who[name], NOON)

    async def visit(self, db: AsyncSession, list_id: int | None = None) -> int:
        """The visit of canteen 2 (or of another list) that is due, made if need be."""
        await plan.make(db, NOON.date())
        mine = select(Visit.id).where(Visit.list_id == (list_id or self.list_id))
        return (await db.scalars(mine)).one()

    async def look(
        self, db: AsyncSession, name: str = "inspector", answers: dict[str, Given] | None = None,
        **more: Any,
    ) -> int:  # fmt: skip
        """Canteen 2 is looked at, with an oily floor; the number of faults."""
        entered = Entered(more.pop("number", 1), answers or DIRTY, more.pop("at", NOON), **more)
        visit = await self.visit(db)
        return (await looks.look(db, await self.me(db, name), visit, entered, NOON))[1]

    async def fault(self, db: AsyncSession) -> Fault:
        """The oily floor."""
        await self.look(db)
        return (await db.scalars(select(Fault))).one()

    async def photo(self, db: AsyncSession) -> int:
        return (await save(db, jpeg(size=(40, 30)), person_id=None, now=NOON)).id

    async def told(self, db: AsyncSession, name: str) -> list[str]:
        """The notices that somebody was told, oldest first."""
        query = (
            select(Message.notice).join(Delivery, Delivery.message_id == Message.id)
            .where(Delivery.person_id == self.ids[name]).order_by(Message.id)
        )  # fmt: skip
        return [notice.removeprefix("checks.") for notice in await db.scalars(query)]

    async def fact(self, db: AsyncSession, kind: str, team: str = FIRM) -> int | None:
        """What the ledger's facts of a kind come to, for a team."""
        mine = Fact.kind == f"checks.{kind}", Fact.team == team
        return await db.scalar(select(func.sum(Fact.amount)).where(*mine))


def draft(place_id: int, **more: Any) -> lists.Draft:
    """The canteens' daily list."""
    said: dict[str, Any] = {
        "title": "食堂每日巡查", "kind": Kind.CANTEEN, "rhythm": Rhythm.DAY,
        "roles": [Role.SUPERVISOR, Role.HEAD], "people": [], "places": [place_id], "items": ITEMS,
    }  # fmt: skip
    return lists.Draft(**{**said, **more})


@pytest.fixture
async def scene(database: Database, people: dict[str, Somebody]) -> Scene:
    async with database.session() as db:
        building = (await db.scalars(select(Building))).one()
        rooms = {room.number: room.id for room in await db.scalars(select(Room))}
        who = {name: somebody.who for name, somebody in people.items()}
        ids = {name: one.person_id for name, one in people.items() if one.person_id}
        for name, (role, unit) in STAFF.items():
            ids[name], who[name] = await _somebody(db, name, role, unit), f"o-{name}"
        canteen = Place(name="第二食堂", kind=Kind.CANTEEN, unit=UNIT, contractor=FIRM)
        house = Place(name="3号楼", kind=Kind.DORMITORY, unit="公寓中心", building_id=building.id,
                      owner_id=ids["worker"])  # fmt: skip
        db.add_all([canteen, house])
        await db.flush()
        daily = await lists.add(db, None, draft(canteen.id), NOON)
        weekly = await lists.add(db, None, draft(
            house.id, title="宿舍每周卫生", kind=Kind.DORMITORY, rhythm=Rhythm.WEEK,
            roles=[Role.KEEPER], by_room=True, public=True,
        ), NOON)  # fmt: skip
        found = Scene(database, who, ids, rooms, canteen.id, house.id, daily.id, weekly.id)
    database.forget()
    return found


async def _somebody(db: AsyncSession, name: str, role: Role, unit: str) -> int:
    person = Person(number=f"9{name}", name=name, kind=PersonKind.STAFF)
    db.add_all([person, Follower(who=f"o-{name}", joined_at=NOON)])
    await db.flush()
    db.add(Binding(who=f"o-{name}", person_id=person.id, at=NOON))
    db.add(Grant(person_id=person.id, role=role, at=NOON, unit=unit))
    return person.id
