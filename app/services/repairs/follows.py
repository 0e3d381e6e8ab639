"""The same fault, reported twice: seen while reporting, followed, merged."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.places import Building, BuildingKind, Room
from app.kit.errors import Conflict, Invalid, NotFound
from app.services.repairs import notices
from app.services.repairs.crew import end
from app.services.repairs.models import IS_OPEN, Follow, Order
from app.services.repairs.moves import move, note, state_of
from app.services.repairs.parts import NO_ORDER, by_rights, must
from app.services.repairs.rules import OPEN, Event, Move, Part, Who
from app.services.repairs.telling import followers, tell, tell_step, where_of
from app.services.repairs.timing import CLOSED
from app.services.repairs.words import now_it_is


async def alike(
    db: AsyncSession, me: Me, kind_id: int, *,
    room_id: int | None = None, building_id: int | None = None,
) -> list[Order]:  # fmt: skip
    """Open orders of the same kind at the same place that `me` may follow, newest first, ≤ 5.

    A student's room is only shown to who lives there or answers for it.
    """
    place = Order.room_id == room_id if room_id else Order.building_id == building_id
    query = select(Order).where(IS_OPEN, place, Order.kind_id == kind_id)
    if room_id is None:
        query = query.where(Order.room_id.is_(None))
    found = await db.scalars(query.order_by(Order.id.desc()).limit(5))
    return [order for order in found if await may_follow(db, me, order)]


async def mergeable(db: AsyncSession, order: Order) -> Sequence[tuple[Order, str]]:
    """Other open orders of the same kind and building, with their rooms; 20 at most."""
    query = (
        select(Order, func.coalesce(Room.number, ""))
        .outerjoin(Room, Room.id == Order.room_id)
        .where(IS_OPEN, Order.building_id == order.building_id, Order.kind_id == order.kind_id,
               Order.id != order.id)
        .order_by(Order.room_id.is_distinct_from(order.room_id), Order.id)
        .limit(20)
    )  # fmt: skip
    return [(other, room) for other, room in await db.execute(query)]


async def may_follow(db: AsyncSession, me: Me, order: Order) -> bool:
    """Whether the fault can trouble `me`: anybody's place, or the room where they live."""
    if me.person_id is None:
        return False
    if order.room_id is None or order.room_id == me.room_id:
        return True
    kind = await db.scalar(select(Building.kind).where(Building.id == order.building_id))
    if kind != BuildingKind.DORMITORY:
        return True
    return bool(by_rights(me, await where_of(db, order)))


async def follow(db: AsyncSession, me: Me, order: Order, now: datetime) -> bool:
    """「我也遇到」: hear of it like its reporter. False if they do already, or reported it.

    Raises NotFound for what is not theirs to know, Conflict once it is closed.
    """
    if me.person_id is None or not await may_follow(db, me, order):
        raise NotFound(NO_ORDER)
    if me.person_id == order.reporter_id:
        return False
    # Locked, so that a merge that runs now takes this follower along, or is seen here.
    alive = select(Order.id).where(Order.id == order.id, IS_OPEN).with_for_update(read=True)
    if await db.scalar(alive) is None:
        raise Conflict(f"{now_it_is(await state_of(db, order))}，还有问题就另报一张")
    new = insert(Follow).values(order_id=order.id, person_id=me.person_id, at=now)
    done = await db.scalar(new.on_conflict_do_nothing().returning(Follow.order_id))
    if done is not None:
        note(db, me, order, Event.FOLLOW, now)
        await db.flush()
    return done is not None


async def unfollow(db: AsyncSession, me: Me, order: Order) -> None:
    """Hear no more of it."""
    mine = Follow.person_id == me.person_id
    await db.execute(delete(Follow).where(Follow.order_id == order.id, mine))


async def merge(
    db: AsyncSession, me: Me, into: Order, others: Sequence[Order], now: datetime
) -> Order:
    """Make one of several: who reported or followed the others follows `into`, and is told.

    Raises NotFound, Forbidden; Invalid for nothing to merge; Conflict if one is closed by now:
    then none is merged.
    """
    ids = {other.id for other in others}
    if not ids or into.id in ids:
        raise Invalid("选至少两张单，其中一张留下")
    await must(db, me, into, Who.DISPATCHER)
    for other in others:
        if other.kind_id != into.kind_id or other.building_id != into.building_id:
            raise Invalid("同一栋楼、同一类的单才能合并")
    # In one order for everybody: two merges that meet wait for each other instead of for ever.
    both = select(Order).where(Order.id.in_({into.id, *ids})).order_by(Order.id)
    fresh = await db.scalars(both.with_for_update(), execution_options={"populate_existing": True})
    if into.id not in {order.id for order in fresh if order.state in OPEN}:
        raise Conflict(now_it_is(await state_of(db, into)))
    for other in sorted(others, key=lambda order: order.id):
        await _take_in(db, me, into, other, now)
    count = await db.scalar(select(func.count()).where(Follow.order_id == into.id)) or 0
    await tell_step(db, into, f"和别的单并成一件，{count} 人在跟进", now)
    return into


async def _take_in(db: AsyncSession, me: Me, into: Order, other: Order, now: datetime) -> None:
    worker, data = other.worker_id, {"into": into.number}
    people = {other.reporter_id, *await followers(db, other)} - {None, into.reporter_id}
    moved = await move(
        db, me, other, Move.MERGE, now, data=data, merged_into_id=into.id, closed_at=now, **CLOSED
    )
    await end(db, moved, Part.ENDED, now)
    rows = [{"order_id": into.id, "person_id": person, "at": now} for person in people]
    if rows:
        await db.execute(insert(Follow).on_conflict_do_nothing(), rows)
    earlier = update(Order).where(Order.merged_into_id == other.id)
    await db.execute(earlier.values(merged_into_id=into.id))
    if worker != into.worker_id:
        await tell(db, moved, notices.GONE, now, to=[worker], says=f"并到 {into.number} 了")
