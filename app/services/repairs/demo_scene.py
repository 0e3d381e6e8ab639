"""What the demo's orders are made of: doors, workers, dice; and how an order begins."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import Calendar, calendar
from app.campus.people.models import Person
from app.campus.places import Building, BuildingKind, Room
from app.kit.clock import SHANGHAI
from app.services.repairs.clocks import calendar_of, clocks
from app.services.repairs.models import (
    Assignment,
    Kind,
    Order,
    Step,
    Stock,
    Worker,
)  # fmt: skip
from app.services.repairs.rules import Event, Move, Part, Source, State
from app.services.repairs.timing import started

SOURCES = (Source.H5,) * 9 + (Source.CODE,) * 5 + (Source.KEEPER,) * 3 + (Source.PHONE,) * 2


@dataclass(frozen=True, slots=True)
class Door:
    """A room, and who lives there: their id, None for nobody."""

    id: int
    house_id: int
    area_id: int | None
    home: bool
    person_id: int | None


@dataclass(slots=True)
class Scene:
    """What the orders are made of. `rest`: rows that want the number of their order, once it has
    one: all orders are written at once."""

    db: AsyncSession
    dice: random.Random
    now: datetime
    works: Calendar
    kinds: dict[str, Kind]
    doors: dict[str, Door]
    homes: list[Door]
    workers: list[Worker]
    names: dict[int, str]
    stock: list[Stock]
    days: dict[date, int] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    rest: list[tuple[Order, Any]] = field(default_factory=list)


async def scene_of(db: AsyncSession, crew: dict[str, int], now: datetime) -> Scene:
    doors = await _doors(db)
    people = await db.execute(select(Person.id, Person.name).where(Person.id.in_(crew.values())))
    return Scene(
        db, random.Random(20261010), now, await calendar.within(db),  # noqa: S311 the same demo every time is the point
        {kind.name: kind for kind in await db.scalars(select(Kind))},
        doors, [door for door in doors.values() if door.home],
        list(await db.scalars(select(Worker).order_by(Worker.person_id))),
        dict(people.all()), list(await db.scalars(select(Stock))),
    )  # fmt: skip


async def _doors(db: AsyncSession) -> dict[str, Door]:
    """Every room by its name, as 「3号楼 501」."""
    first = select(Person.room_id, func.min(Person.id).label("id")).group_by(Person.room_id)
    lives = first.subquery()
    query = (
        select(Building.name, Room.number, Room.id, Building.id, Building.area_id,
               Building.kind == BuildingKind.DORMITORY, lives.c.id)
        .join(Building, Building.id == Room.building_id)
        .outerjoin(lives, lives.c.room_id == Room.id)
        .order_by(Room.id)
    )  # fmt: skip
    return {f"{house} {number}": Door(*rest) for house, number, *rest in await db.execute(query)}


def reported(
    scene: Scene, kind: Kind, sign: str, door: Door, at: datetime, *,
    words: str = "", urgent: bool = False,
) -> Order:  # fmt: skip
    day = at.astimezone(SHANGHAI).date()
    scene.days[day] = scene.days.get(day, 0) + 1
    on = calendar_of(kind, urgent, scene.works)
    set_to = clocks(kind, urgent, scene.works, at)
    order = Order(
        number=f"{day:%y%m%d}-{scene.days[day]}", kind_id=kind.id, sign=sign, words=words,
        room_id=door.id, building_id=door.house_id, area_id=door.area_id,
        source=scene.dice.choice(SOURCES), reporter_id=door.person_id, by_id=door.person_id,
        urgent=urgent, created_at=at,
        code=f"{scene.dice.randrange(1_000_000):06}", state=State.SUBMITTED,
        phone=f"139 0391 {scene.dice.randrange(10_000):04}", **started(set_to, at, on),
    )  # fmt: skip
    scene.orders.append(order)
    note(scene, order, Event.REPORT, at, order.reporter_id, source=order.source)
    return order


def taken(scene: Scene, order: Order, worker: Worker, at: datetime) -> Assignment:
    """Offered by the system, and accepted."""
    name = f"{scene.names[worker.person_id]}师傅"
    reasons = [f"会{worker.trades[0]}", "手上只有 1 单"]
    accepted = at + timedelta(minutes=scene.dice.randrange(1, 8))
    order.worker_id, order.contractor = worker.person_id, worker.contractor
    order.dispatched_at, order.accepted_at, order.state = at, accepted, State.ACCEPTED
    note(scene, order, Move.OFFER, at, None, worker=name, reasons=reasons)
    note(scene, order, Move.ACCEPT, accepted, worker.person_id)
    part = Assignment(worker_id=worker.person_id, state=Part.DONE, reasons=reasons, at=at,
                      answered_at=accepted)  # fmt: skip
    scene.rest.append((order, part))
    return part


def note(
    scene: Scene, order: Order, what: str, at: datetime, by: int | None, *, said: str = "",
    **data: Any,
) -> None:  # fmt: skip
    scene.rest.append((order, Step(at=at, by_id=by, what=what, words=said, data=data)))
