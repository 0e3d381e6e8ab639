"""The minutely round: who has not answered, what has waited long enough, which clocks run out."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.db import Database
from app.kit.errors import CampusError
from app.services.repairs import notices
from app.services.repairs.dispatch import dispatch, lapse
from app.services.repairs.models import IS_OPEN, Assignment, Order
from app.services.repairs.moves import note, set_where
from app.services.repairs.rules import Event, Part, State
from app.services.repairs.telling import heads, leaders, supervisors, tell
from app.services.repairs.timing import look_again
from app.services.repairs.words import say_left
from app.services.repairs.work import go_on

log = structlog.get_logger()
Task = Callable[[AsyncSession, Order, datetime], Awaitable[object]]
AT_ONCE = 500  # orders of one kind in one round
WARNED, LEADER, HEAD = 1, 2, 3


async def go_round(database: Database, now: datetime) -> None:
    """One round: lapsed offers, orders that nobody has, clocks; each order by itself."""
    async with database.session() as db:
        late, free, looked = [await find(db, now) for find in (unanswered, waiting, to_look_at)]
    await each(database, late, lapse, now)
    await each(database, free, dispatch, now)
    await each(database, looked, look, now)


async def each(database: Database, ids: Sequence[int], task: Task, now: datetime) -> None:
    """Do `task` to each order in a transaction of its own: one that cannot hinders no other."""
    for id in ids:
        try:
            async with database.session() as db:
                if order := await db.get(Order, id):
                    await task(db, order, now)
        except CampusError as refusal:  # somebody else was faster
            log.info("repairs_round_refused", order=id, why=str(refusal))
        except Exception:
            log.exception("repairs_round_failed", order=id)


async def unanswered(db: AsyncSession, now: datetime) -> list[int]:
    """Orders whose worker has not answered in time."""
    late = select(Assignment.order_id).where(
        Assignment.state == Part.OFFERED, Assignment.answer_by <= now, Assignment.leads
    )
    return list(await db.scalars(late.order_by(Assignment.answer_by).limit(AT_ONCE)))


async def waiting(db: AsyncSession, now: datetime) -> list[int]:
    """Orders that nobody has: perhaps somebody has come on shift."""
    query = select(Order.id).where(IS_OPEN, Order.state == State.SUBMITTED)
    return list(await db.scalars(query.order_by(Order.urgent.desc(), Order.id).limit(AT_ONCE)))


async def to_look_at(db: AsyncSession, now: datetime) -> list[int]:
    """Orders whose clock, or whose wait, has something to say now."""
    query = select(Order.id).where(IS_OPEN, Order.look_at <= now)
    return list(await db.scalars(query.order_by(Order.look_at).limit(AT_ONCE)))


async def look(db: AsyncSession, order: Order, now: datetime) -> None:
    """Go on with what has waited long enough; warn before a clock runs out, escalate after.

    Worker, leader, head: each hears once of a clock, whichever rounds run at the same time.
    """
    if order.stopped_at is not None:
        if order.waiting_until is not None and order.waiting_until <= now:
            await go_on(db, None, order, now)
        return
    if order.due_at is None or order.look_at is None or order.look_at > now:
        return
    before, overdue = order.escalated, order.due_at <= now
    level = max(before + 1, LEADER) if overdue else before + 1
    if level > HEAD or (level > WARNED and not overdue):
        return
    seen = [Order.id == order.id, IS_OPEN, Order.stopped_at.is_(None), Order.escalated == before,
            Order.due_at == order.due_at]  # fmt: skip
    after = {"escalated": level, "look_at": await look_again(db, order, level)}
    if (changed := await set_where(db, seen, **after)) is not None:
        await _tell(db, changed, level, now)


async def _tell(db: AsyncSession, order: Order, level: int, now: datetime) -> None:
    says = f"{_clock(order)}{say_left(order.due_at or now, now)}"
    if level == WARNED and order.worker_id is not None:
        await tell(db, order, notices.NEWS, now, to=[order.worker_id], says=says)
        note(db, None, order, Event.WARN, now)
    elif level == LEADER:
        to = {*await leaders(db, order), order.worker_id, *await _watchers(db, order)}
        await tell(db, order, notices.OVERDUE, now, to=to, says=says)
        note(db, None, order, Event.LEADER, now)
    elif level == HEAD:
        await tell(db, order, notices.OVERDUE, now, to=await heads(db, order), says=says)
        note(db, None, order, Event.HEAD, now)
    await db.flush()


async def _watchers(db: AsyncSession, order: Order) -> list[int]:
    """A promise that was broken is also its supervisors' business."""
    return await supervisors(db, order) if order.promised_for else []


def _clock(order: Order) -> str:
    if order.accepted_at is None:
        return "还没人接，"
    return "还没到，" if order.arrived_at is None else "还没修好，"
