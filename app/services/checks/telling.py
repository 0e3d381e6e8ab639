"""Whom a check rings: who mends, who looks again, who heads the unit, and whose visit is due."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus import units
from app.campus.notify import Notice, notify
from app.campus.people.models import Person
from app.campus.permission import Grant, Role
from app.campus.places import Building, Room
from app.services.checks import notices
from app.services.checks.models import Fault, List, Place, Visit
from app.services.checks.reach import granted
from app.services.checks.rules import Seen, State
from app.services.checks.words import say_until

STANDS: Mapping[State, str] = {
    State.OPEN: "还没改好，改好再复查", State.FIXED: "已经改好了，等复查",
    State.FAILED: "复查没过，还在改", State.PASSED: "复查过了，已经关了",
    State.DROPPED: "这个问题已经不算了",
}  # fmt: skip


async def owners(db: AsyncSession, fault: Fault, place: Place) -> list[int]:
    """Who has to mend it: its owner, else the firm's people, else the heads of the unit."""
    if fault.owner_id is not None:
        return [fault.owner_id]
    if fault.contractor:
        theirs = (
            select(Grant.person_id)
            .join(Person, Person.id == Grant.person_id)
            .where(Grant.role == Role.CONTRACTOR, Grant.unit == fault.contractor,
                   Person.gone_at.is_(None))
        )  # fmt: skip
        if people := list(await db.scalars(theirs.distinct())):
            return people
    return await units.heads(db, place.unit)


async def owner(
    db: AsyncSession, fault: Fault, place: Place, notice: Notice, now: datetime
) -> None:
    """Tell whoever has to mend it."""
    await _tell(db, fault, place, notice, now, to=await owners(db, fault, place))


async def head(db: AsyncSession, fault: Fault, place: Place, now: datetime) -> None:
    """Tell the heads of the unit that it is late."""
    to = await units.heads(db, place.unit)
    await _tell(db, fault, place, notices.OVERDUE_HEAD, now, to=to)


async def checkers(
    db: AsyncSession, fault: Fault, list_: List, place: Place, now: datetime
) -> None:
    """Tell who found it, else everybody who checks there, that it can be looked at again."""
    people = [fault.found_by] if fault.found_by is not None else []
    if not people:
        query = _asked().where(List.id == list_.id, Place.id == place.id)
        people = list(await db.scalars(query.with_only_columns(Grant.person_id).distinct()))
    to = [one for one in people if one != fault.fixed_by] or await units.heads(db, place.unit)
    await _tell(db, fault, place, notices.FIXED, now, to=to)


async def _tell(
    db: AsyncSession, fault: Fault, place: Place, notice: Notice, now: datetime, *,
    to: Sequence[int],
) -> None:  # fmt: skip
    if not to:
        return
    room = await db.scalar(select(Room.number).where(Room.id == fault.room_id))
    says = say_until(fault.due_at, now) if notice in _DATED else STANDS[State(fault.state)]
    await notify(
        db, notice, to=to, at=now, place=f"{place.name} {room}" if room else place.name,
        item=fault.item, says=says, when=fault.due_at, fault=fault.id,
    )  # fmt: skip


_DATED = (notices.FOUND, notices.FAILED, notices.LATER, notices.OVERDUE, notices.OVERDUE_HEAD)


def _asked() -> Select[int]:
    """Grants with the lists and places that they let their people check."""
    return (
        select(Grant.person_id)
        .select_from(Grant)
        .join(List, List.gone_at.is_(None))
        .join(Place, Place.gone_at.is_(None))
        .outerjoin(Building, Building.id == Place.building_id)
        .join(Person, and_(Person.id == Grant.person_id, Person.gone_at.is_(None)))
        .where(granted())
    )


def _visited() -> Select[int, int]:
    """Who checks each visit: person id, visit id."""
    visits = Visit.list_id == List.id, Visit.place_id == Place.id
    return _asked().join(Visit, and_(*visits)).with_only_columns(Grant.person_id, Visit.id)


async def today(db: AsyncSession, now: datetime) -> None:
    """In the morning: how many visits each has to do today."""
    due = _visited().where(Visit.due == now.date(), Visit.state.in_([Seen.TODO, Seen.DOING]))
    counts: dict[int, set[int]] = defaultdict(set)
    for person, visit in await db.execute(due):
        counts[person].add(visit)
    by_count: dict[int, list[int]] = defaultdict(list)
    for person, visits in counts.items():
        by_count[len(visits)].append(person)
    for count, people in by_count.items():
        says = f"今天有 {count} 处要查"
        await notify(db, notices.TODAY, to=people, at=now, says=says, when=now)


async def late(db: AsyncSession, now: datetime) -> None:
    """What was not done by its day: once to who checks it, once to the heads of its unit."""
    untold = (
        update(Visit)
        .where(Visit.due < now.date(), Visit.told_at.is_(None),
               Visit.state.in_([Seen.TODO, Seen.DOING, Seen.MISSED]))
        .values(told_at=now).returning(Visit.id)
    )  # fmt: skip
    if not (ids := list(await db.scalars(untold))):
        return
    names = (
        select(Visit.id, List.title, Place.name, Place.unit)
        .join(List, List.id == Visit.list_id).join(Place, Place.id == Visit.place_id)
        .where(Visit.id.in_(ids)).order_by(Place.position, Place.name)
    )  # fmt: skip
    about = {id: (title, place, unit) for id, title, place, unit in await db.execute(names)}
    theirs: dict[int, list[int]] = defaultdict(list)
    for person, visit in await db.execute(_visited().where(Visit.id.in_(ids)).distinct()):
        theirs[person].append(visit)
    for person, visits in theirs.items():
        says = _said([about[id][1] for id in about if id in visits])
        await notify(db, notices.LATE, to=[person], at=now, says=says, when=now)
    for unit in {unit for _, _, unit in about.values()}:
        says = _said([place for _, place, its in about.values() if its == unit])
        heads = await units.heads(db, unit)
        await notify(db, notices.LATE_HEAD, to=heads, at=now, says=says, when=now)


def _said(places: Sequence[str]) -> str:
    """「第二食堂没查」, 「第二食堂等 3 处没查」."""
    names = list(dict.fromkeys(places))
    return f"{names[0]}没查" if len(names) == 1 else f"{names[0]}等 {len(names)} 处没查"
