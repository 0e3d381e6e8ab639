"""Orders as lists of work show them: what, where, by when, and in which order to do them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.places import Building, Room
from app.services.repairs.models import IS_OPEN, Assignment, Kind, Order, Worker
from app.services.repairs.reach import MEND, reach
from app.services.repairs.rules import Part, State, Wait
from app.services.repairs.shown_words import say_past, say_when
from app.services.repairs.words import LABELS, WAITS, say_fault, say_left, say_promise, say_slot

MOST = 200
SOON = timedelta(minutes=30)
# What runs out next, by what has not happened yet.
_CLOCKS = ("接单", "到场", "修好")


@dataclass(frozen=True, slots=True)
class Line:
    """An order in a list. `due`: by when, in words; `tone` of it: "bad", "warn" or none.

    `at`: what the list is sorted by. `worker`: who has it, or empty.
    """

    number: str
    icon: str
    fault: str
    place: str
    building: str
    due: str
    tone: str
    state: State
    label: str
    urgent: bool
    rework: int
    worker: str
    at: datetime


async def lines(
    db: AsyncSession, where: ColumnElement[bool], now: datetime, *, most: int = MOST
) -> list[Line]:
    """The orders for which `where` is true, most pressing first. One statement."""
    first = func.coalesce(Order.due_at, Order.done_at, Order.created_at)
    query = (
        select(Order, Kind.name, Kind.icon, Building.name, Room.number, Person.name)
        .join(Kind, Kind.id == Order.kind_id)
        .join(Building, Building.id == Order.building_id)
        .outerjoin(Room, Room.id == Order.room_id)
        .outerjoin(Person, Person.id == Order.worker_id)
        .where(where)
        .order_by(Order.stopped_at.is_not(None), first, Order.id)
        .limit(most)
    )
    found = [_line(row, now) for row in await db.execute(query)]
    return sorted(found, key=lambda line: (line.state is State.WAITING, line.at))


def _line(row: Row[*tuple[Any, ...]], now: datetime) -> Line:
    order, kind, icon, building, room, worker = row
    words, tone = say_due(order, now)
    state = State(order.state)
    visit = order.slot_from if order.arrived_at is None and order.worker_id else None
    return Line(
        number=order.number, icon=icon, fault=say_fault(kind, order.sign),
        place=" ".join(part for part in (building, room or order.spot) if part), building=building,
        due=words, tone=tone, state=state, label=LABELS[state], urgent=order.urgent,
        rework=order.rework, worker=worker or "",
        at=visit or order.due_at or order.done_at or order.created_at,
    )  # fmt: skip


def say_due(order: Order, now: datetime) -> tuple[str, str]:
    """By when something has to happen, and how pressing that is: 「到场还剩 24 分」, "warn"."""
    if order.state == State.DONE and order.done_at:
        return f"{say_past(order.done_at, now)} 修好，等确认", ""
    if order.due_at is None:
        return LABELS[State(order.state)], ""
    if order.waiting_for == Wait.PROMISE and order.promised_for:
        late = order.promised_for <= now
        return (f"承诺{say_left(order.promised_for, now)}", "bad") if late else (
            say_promise(order.promised_for, now), "")  # fmt: skip
    if order.stopped_at is not None:
        why = WAITS[Wait(order.waiting_for)]
        until = order.waiting_until
        return (f"{why}，{say_when(until, now)} 接着修" if until else why), ""
    late = order.due_at <= now
    if (
        order.slot_from
        and order.slot_to
        and order.accepted_at
        and not order.arrived_at
        and not late
    ):
        tone = "warn" if order.slot_from - now < SOON else ""
        return f"{say_slot(order.slot_from, order.slot_to)}上门", tone
    clock = _CLOCKS[2 if order.arrived_at else 1 if order.accepted_at else 0]
    tone = "bad" if late else "warn" if order.due_at - now < SOON else ""
    return f"{clock}{say_left(order.due_at, now)}", tone


def mine(me: Me) -> ColumnElement[bool]:
    """The open orders that `me` leads or works along on."""
    along = exists().where(
        Assignment.order_id == Order.id, Assignment.worker_id == me.person_id,
        Assignment.state == Part.ACCEPTED, Assignment.leads.is_(False),
    )  # fmt: skip
    return IS_OPEN & ((Order.worker_id == me.person_id) | along)


async def to_grab(db: AsyncSession, me: Me) -> ColumnElement[bool] | None:
    """The orders that `me` may take; None for who has no trade."""
    here = Worker.person_id == me.person_id, Worker.gone_at.is_(None)
    trades = await db.scalar(select(Worker.trades).where(*here))
    if not trades:
        return None
    ours = select(Kind.id).where(Kind.grab, Kind.trade.in_(trades))
    return IS_OPEN & (Order.state == State.SUBMITTED) & Order.kind_id.in_(ours) & reach(me, MEND)


@dataclass(frozen=True, slots=True)
class Load:
    """How much a worker has in hand, of what they take at most."""

    person_id: int
    name: str
    team: str
    load: int
    most: int
    on: bool
    away: bool


def by_place(found: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """The lines by building, the building of the most pressing first."""
    groups: dict[str, list[Line]] = {}
    for line in found:
        groups.setdefault(line.building, []).append(line)
    return list(groups.items())
