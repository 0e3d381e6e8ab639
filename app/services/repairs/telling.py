"""Whom a step rings: the reporter and followers, the worker, the leader, the head."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import Notice, notify
from app.campus.people.models import Person
from app.campus.permission import Role, Where
from app.campus.permission.grants import people_with
from app.campus.places import Building, Room
from app.services.repairs import notices
from app.services.repairs.models import Follow, Kind, Order
from app.services.repairs.rules import State
from app.services.repairs.words import LABELS, say_fault

NOBODY = "还没定"  # where a card names the worker


async def say_place(db: AsyncSession, order: Order) -> str:
    """「3号楼 501」, 「6号楼 楼道」."""
    names = (
        select(Building.name, Room.number)
        .outerjoin(Room, Room.id == order.room_id)
        .where(Building.id == order.building_id)
    )
    building, room = (await db.execute(names)).one()
    return " ".join(part for part in (building, room or order.spot) if part)


async def tell(
    db: AsyncSession, order: Order, notice: Notice, now: datetime, *,
    to: Iterable[int | None], says: str, **more: str,
) -> None:  # fmt: skip
    """Tell `notice` of `order` to these people; Nones (a reporter who was deleted) are left out."""
    people = {person for person in to if person is not None}
    if not people:
        return
    kind = await db.scalar(select(Kind.name).where(Kind.id == order.kind_id)) or ""
    if order.urgent:
        notice = notices.AT_NIGHT.get(notice.name, notice)
    await notify(
        db, notice, to=people, at=now, order=order.number, place=await say_place(db, order),
        fault=say_fault(kind, order.sign), says=says, when=now, **more,
    )  # fmt: skip


async def followers(db: AsyncSession, order: Order) -> list[int]:
    """Who follows the order beside its reporter."""
    found = await db.scalars(select(Follow.person_id).where(Follow.order_id == order.id))
    return list(found)


async def tell_step(
    db: AsyncSession, order: Order, says: str, now: datetime, *, but: int | None = None
) -> None:
    """Ring the reporter and the followers: how it stands. `but` is who did it."""
    to = {order.reporter_id, *await followers(db, order)} - {but}
    worker = await db.scalar(select(Person.name).where(Person.id == order.worker_id))
    state = LABELS[State(order.state)]
    await tell(db, order, notices.STEP, now, to=to, says=says, state=state, worker=worker or NOBODY)


async def tell_all(
    db: AsyncSession, order: Order, notice: Notice, says: str, now: datetime
) -> None:
    """Ring the reporter and the followers with a notice of its own."""
    to = {order.reporter_id, *await followers(db, order)}
    await tell(db, order, notice, now, to=to, says=says)


async def leaders(db: AsyncSession, order: Order) -> list[int]:
    """Who answers for it: its team's leaders, and where there are none the operators."""
    where = await where_of(db, order)
    found = await people_with(db, Role.LEADER, where)
    return found or await people_with(db, Role.OPERATOR, where)


async def heads(db: AsyncSession, order: Order) -> list[int]:
    """The heads whose right reaches it, and where there are none the operators."""
    where = await where_of(db, order)
    found = await people_with(db, Role.HEAD, where)
    return found or await people_with(db, Role.OPERATOR, where)


async def supervisors(db: AsyncSession, order: Order) -> list[int]:
    """Who watches promises in the order's area."""
    return await people_with(db, Role.SUPERVISOR, await where_of(db, order))


async def where_of(db: AsyncSession, order: Order) -> Where:
    """Where the order is, for `may`: its unit is the team of the kind."""
    team = await db.scalar(select(Kind.team).where(Kind.id == order.kind_id))
    return Where(order.area_id, order.building_id, team or None)
