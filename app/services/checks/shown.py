"""Visits and faults as lists and pages show them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.places import Room
from app.services.checks import reach
from app.services.checks.models import Fault, List, Look, Photo, Place, Step, Visit
from app.services.checks.rules import OPEN, TO_MEND, Rhythm, Seen, State
from app.services.checks.words import STATES, STEPS, say_moment, say_until

MOST = 200


@dataclass(frozen=True, slots=True)
class Due:
    """A visit that waits. `late`: its day is over, though its period is not; `rooms` seen."""

    id: int
    place: str
    title: str
    rhythm: Rhythm
    due: date
    state: Seen
    late: bool
    rooms: int


@dataclass(frozen=True, slots=True)
class Line:
    """A fault in a list: `due` in words, `tone` of it."""

    id: int
    place: str
    item: str
    words: str
    state: State
    due: str
    tone: str
    owner: str
    found_at: datetime

    @property
    def label(self) -> str:
        return STATES[self.state]


async def due(db: AsyncSession, me: Me, today: date) -> list[Due]:
    """The visits that are `me`'s to do, most pressing first."""
    rooms = select(func.count(Look.id)).where(Look.visit_id == Visit.id).scalar_subquery()
    query = (
        select(Visit, List.title, List.rhythm, Place.name, rooms)
        .join(List, List.id == Visit.list_id)
        .join(Place, Place.id == Visit.place_id)
        .where(Visit.state.in_([Seen.TODO, Seen.DOING]), Visit.first <= today, Visit.last >= today)
        .where(reach.checks_at(me))
        .order_by(Visit.due, Place.position, Place.name)
        .limit(MOST)
    )
    return [
        Due(visit.id, place, title, Rhythm(rhythm), visit.due, Seen(visit.state),
            visit.due < today, seen)
        for visit, title, rhythm, place, seen in await db.execute(query)
    ]  # fmt: skip


async def done_today(db: AsyncSession, me: Me, since: datetime) -> int:
    """How many visits `me` has done since then."""
    query = select(func.count(Visit.id)).where(Visit.by_id == me.person_id, Visit.done_at >= since)
    return await db.scalar(query) or 0


def to_mend(me: Me) -> ColumnElement[bool]:
    """The faults that are `me`'s to mend."""
    return Fault.state.in_(TO_MEND) & reach.mends(me)


def to_judge(me: Me) -> ColumnElement[bool]:
    """The faults that `me` may look at again."""
    others = Fault.fixed_by.is_distinct_from(me.person_id)
    return (Fault.state == State.FIXED) & others & reach.may_look(me)


def watched(me: Me) -> ColumnElement[bool]:
    """The open faults that `me` may see, beside those of their own."""
    return Fault.state.in_(OPEN) & or_(reach.may_look(me), reach.mends(me))


async def faults(
    db: AsyncSession, where: ColumnElement[bool], now: datetime, *, most: int = MOST,
    newest: bool = False,
) -> list[Line]:  # fmt: skip
    """The faults for which `where` is true, first due first (or newest first). One statement."""
    owner = aliased(Person)
    query = (
        select(Fault, Place, Room.number, owner.name)
        .join(Place, Place.id == Fault.place_id)
        .join(List, List.id == Fault.list_id)
        .outerjoin(Room, Room.id == Fault.room_id)
        .outerjoin(owner, owner.id == Fault.owner_id)
        .where(where)
        .order_by(*((Fault.id.desc(),) if newest else (Fault.due_at, Fault.id)))
        .limit(most)
    )
    return [line(row, now) for row in await db.execute(query)]


def line(row: Row[*tuple[Any, ...]], now: datetime) -> Line:
    """A row of fault, place, room's number and owner's name."""
    fault, place, room, owner = row
    words, tone = say_due(fault, now)
    return Line(
        fault.id, f"{place.name} {room}" if room else place.name, fault.item, fault.words,
        State(fault.state), words, tone, owner or fault.contractor or place.unit, fault.found_at,
    )  # fmt: skip


def say_due(fault: Fault, now: datetime) -> tuple[str, str]:
    """By when, in words, and how pressing: 「今天 17:30 前改好」, ""; 「过期 3 小时」, "bad"."""
    if fault.state == State.FIXED and fault.fixed_at:
        return f"{say_moment(fault.fixed_at, now)} 改好，等复查", ""
    if fault.state in TO_MEND:
        return say_until(fault.due_at, now), "bad" if fault.due_at <= now else ""
    return f"{say_moment(fault.closed_at or now, now)} {STATES[State(fault.state)]}", ""


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a fault's story with its photos."""

    at: datetime
    title: str
    words: str
    who: str
    photos: Sequence[int] = field(default=())


async def story(db: AsyncSession, fault: Fault) -> list[Told]:
    """What happened to a fault, newest first."""
    query = (
        select(Step, Person.name).outerjoin(Person, Person.id == Step.by_id)
        .where(Step.fault_id == fault.id).order_by(Step.id.desc())
    )  # fmt: skip
    rows = (await db.execute(query)).all()
    photos: dict[int | None, list[int]] = defaultdict(list)
    shots = select(Photo.step_id, Photo.upload_id).where(
        Photo.step_id.in_([step.id for step, _ in rows])
    )
    for step_id, upload in await db.execute(shots.order_by(Photo.id)):
        photos[step_id].append(upload)
    return [
        Told(step.at, STEPS.get(step.what, step.what), step.words, name or "",
             tuple(photos[step.id]))
        for step, name in rows
    ]  # fmt: skip


async def shots(
    db: AsyncSession, look_ids: Sequence[int]
) -> Mapping[tuple[int | None, str], list[int]]:
    """Photos of looks: upload ids by look and point."""
    found: dict[tuple[int | None, str], list[int]] = defaultdict(list)
    query = select(Photo.look_id, Photo.item, Photo.upload_id).where(Photo.look_id.in_(look_ids))
    for look_id, item, upload in await db.execute(query.order_by(Photo.id)):
        found[look_id, item].append(upload)
    return found
