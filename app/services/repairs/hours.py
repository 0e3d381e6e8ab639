"""Hours of work: by a timer or typed; nobody works on two things at once."""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.kit.clock import SHANGHAI
from app.kit.errors import Conflict, Invalid
from app.services.repairs.models import Hours, Order
from app.services.repairs.moves import state_of
from app.services.repairs.parts import must
from app.services.repairs.rules import State, Who
from app.services.repairs.scores import count_minutes
from app.services.repairs.words import now_it_is

LONGEST, OLDEST = timedelta(hours=16), timedelta(days=31)
TIMED = (State.ACCEPTED, State.WORKING, State.WAITING)
TYPED = (*TIMED, State.DONE, State.CONFIRMED, State.RATED)


async def start(db: AsyncSession, me: Me, order: Order, now: datetime) -> None:
    """Start the timer. Started twice it runs once. Raises Conflict: on another order it runs."""
    await must(db, me, order, Who.WORKER, Who.HELPER)
    await _must_be(db, order, TIMED)
    await _insert(db, me, order, now, None)


async def stop(db: AsyncSession, me: Me, order: Order, now: datetime) -> None:
    """Stop the timer that runs on this order; at least a minute. Raises Conflict if none does."""
    await must(db, me, order, Who.WORKER, Who.HELPER)
    if not await _stop(db, order, now, me.person_id):
        raise Conflict("这张单上没有在计时")


async def stop_all(db: AsyncSession, order: Order, now: datetime) -> None:
    """Everybody's timers: the order is done."""
    await _stop(db, order, now, None)


async def typed(
    db: AsyncSession, me: Me, order: Order, now: datetime, *, starts: datetime, ends: datetime
) -> None:
    """Hours as the worker remembers them. Sent twice they count once.

    Raises NotFound, Forbidden, Invalid, Conflict (over other hours of theirs, named).
    """
    await must(db, me, order, Who.WORKER, Who.HELPER)
    await _must_be(db, order, TYPED)
    if not starts < ends <= now + timedelta(minutes=5):
        raise Invalid("结束要晚于开始，也不能在将来")
    if ends - starts > LONGEST or starts < now - OLDEST:
        raise Invalid("一次最多 16 小时，一个月以前的找班长补")
    await _insert(db, me, order, starts, ends)
    assert me.person_id is not None  # noqa: S101 has a part; for the type checker
    await count_minutes(db, order, me.person_id, now)


async def _insert(
    db: AsyncSession, me: Me, order: Order, starts: datetime, ends: datetime | None
) -> None:
    new = insert(Hours).values(
        order_id=order.id, worker_id=me.person_id, starts_at=starts, ends_at=ends
    )
    if await db.scalar(new.on_conflict_do_nothing().returning(Hours.id)) is not None:
        return
    other, spent = (await db.execute(_over(me, starts, ends))).one()
    same = spent.order_id == order.id and spent.ends_at == ends
    if not (same and (ends is None or spent.starts_at == starts)):
        since = spent.starts_at.astimezone(SHANGHAI)
        raise Conflict(f"和 {other} 的工时重了（{since.month}月{since.day}日 {since:%H:%M} 起）")


def _over(me: Me, starts: datetime, ends: datetime | None) -> Select[str, Hours]:
    span = func.tstzrange(starts, ends)
    return (
        select(Order.number, Hours)
        .join(Order, Order.id == Hours.order_id)
        .where(
            Hours.worker_id == me.person_id,
            func.tstzrange(Hours.starts_at, Hours.ends_at).op("&&")(span),
        )
        .order_by(Hours.starts_at)
        .limit(1)
    )


async def _stop(db: AsyncSession, order: Order, now: datetime, worker_id: int | None) -> bool:
    runs = update(Hours).where(Hours.order_id == order.id, Hours.ends_at.is_(None))
    if worker_id is not None:
        runs = runs.where(Hours.worker_id == worker_id)
    ends = func.greatest(now, Hours.starts_at + timedelta(minutes=1))
    workers = list(await db.scalars(runs.values(ends_at=ends).returning(Hours.worker_id)))
    for worker in workers:
        await count_minutes(db, order, worker, now)
    return bool(workers)


async def _must_be(db: AsyncSession, order: Order, states: tuple[State, ...]) -> None:
    if order.state not in states:
        raise Conflict(now_it_is(await state_of(db, order)))
