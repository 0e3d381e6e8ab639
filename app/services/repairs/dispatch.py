"""Giving orders to workers: offered, accepted, grabbed, given back, handed over, lapsed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.kit.errors import Conflict, Forbidden, Invalid
from app.services.repairs import notices
from app.services.repairs.candidates import candidates, comes_back
from app.services.repairs.crew import end, name_of, need, on_leave, part_of, worker_of
from app.services.repairs.models import Assignment, Kind, Order, Worker
from app.services.repairs.moves import CHANGED, move, note, set_where
from app.services.repairs.parts import must, parts
from app.services.repairs.rules import Event, Move, Part, State, Who
from app.services.repairs.telling import leaders, tell, tell_step
from app.services.repairs.timing import as_seen, met, resumed

ANSWER = timedelta(minutes=10)  # to accept in; then the next is asked


async def offer(
    db: AsyncSession, me: Me | None, order: Order, now: datetime, *,
    worker_id: int, reasons: Sequence[str] = (), had: int | Literal["any"] | None = "any",
) -> Order:  # fmt: skip
    """Give the order to a worker, who has ten minutes to accept. `me` None: the system rules.

    A leader may choose anybody, on shift or not, but nobody who is on leave. Whoever had it is
    told; `had` is who that was when the leader looked. Raises NotFound, Forbidden, Conflict,
    Invalid (no worker, or on leave).
    """
    worker = await worker_of(db, worker_id)
    if had not in ("any", order.worker_id):
        raise Conflict(CHANGED)
    visit = max(order.slot_from or now, now)
    if await on_leave(db, worker_id, now) or await on_leave(db, worker_id, visit):
        raise Invalid("他今天请假了，换一位")
    if me is not None and not reasons:
        reasons = await _reasons(db, order, worker_id, now)
    before = order.worker_id
    moved = await move(
        db, me, order, Move.OFFER, now, only=as_seen(order), data=await _named(db, worker, reasons),
        worker_id=worker_id, contractor=worker.contractor, dispatched_at=now, stuck_at=None,
        **await resumed(db, order, now),
    )  # fmt: skip
    await end(db, moved, Part.ENDED, now)
    await _assign(db, me, moved, now, worker_id=worker_id, reasons=reasons)
    if before not in (None, worker_id):
        await tell(db, moved, notices.GONE, now, to=[before], says="换别的师傅去了")
    return moved


async def dispatch(db: AsyncSession, order: Order, now: datetime) -> Order:
    """Send the best of those who could come; where there is nobody it waits, and the leader knows.

    A kind that is grabbed is announced to all of them first. Does nothing to an order that waits
    for no one any more.
    """
    if order.state != State.SUBMITTED:
        return order
    if await comes_back(db, order, now):
        return order  # the one who mended it is asked when their shift begins
    could = await candidates(db, order, now)
    if not could:
        return await _stuck(db, order, now)
    if await _announce(db, order, [one.worker_id for one in could], now):
        return order
    best = could[0]
    return await offer(db, None, order, now, worker_id=best.worker_id, reasons=best.reasons)


async def _announce(db: AsyncSession, order: Order, people: list[int], now: datetime) -> bool:
    """Whether workers have time to take it themselves; tells them once."""
    kind = await db.get_one(Kind, order.kind_id)
    if not kind.grab or order.urgent or order.rework:
        return False
    fresh = [Order.id == order.id, Order.state == State.SUBMITTED, Order.dispatched_at.is_(None)]
    if await set_where(db, fresh, dispatched_at=now):
        await tell(db, order, notices.GRAB, now, to=people, says="先到先得，点开就能抢")
        return True
    return order.dispatched_at is not None and now < order.dispatched_at + ANSWER


async def _stuck(db: AsyncSession, order: Order, now: datetime) -> Order:
    fresh = [Order.id == order.id, Order.state == State.SUBMITTED, Order.stuck_at.is_(None)]
    if (changed := await set_where(db, fresh, stuck_at=now)) is None:
        return order
    note(db, None, order, Event.NOBODY, now)
    await tell(
        db, order, notices.LEADER, now, to=await leaders(db, order), says="没有空着的师傅，你来安排"
    )
    return changed


async def accept(db: AsyncSession, me: Me, order: Order, now: datetime) -> Order:
    """The worker comes. Raises NotFound, Forbidden, Conflict when it went to somebody else."""
    moved = await move(
        db, me, order, Move.ACCEPT, now, only=as_seen(order), accepted_at=order.accepted_at or now,
        **await met(db, order, now, accepted=now),
    )  # fmt: skip
    answered = update(Assignment).where(
        Assignment.order_id == order.id, Assignment.leads, Assignment.state == Part.OFFERED
    )
    await db.execute(answered.values(state=Part.ACCEPTED, answered_at=now))
    await tell_step(db, moved, f"{me.name}师傅接单了，会联系你", now, but=me.person_id)
    return moved


async def grab(db: AsyncSession, me: Me, order: Order, now: datetime) -> Order:
    """Take an order that waits: who comes first gets it, the other reads that it is gone.

    Raises NotFound, Forbidden, Conflict; Invalid where the team's leader gives them out.
    """
    kind = await db.get_one(Kind, order.kind_id)
    await must(db, me, order, Who.CREW)
    if not kind.grab:
        raise Invalid("这一类由班长派单，不用抢")
    assert me.person_id is not None  # noqa: S101 crew is somebody; for the type checker
    if await on_leave(db, me.person_id, now):
        raise Invalid("你今天请假了，回来再抢")
    worker = await worker_of(db, me.person_id)
    moved = await move(
        db, me, order, Move.GRAB, now, only=as_seen(order), worker_id=me.person_id,
        contractor=worker.contractor, accepted_at=order.accepted_at or now, dispatched_at=now,
        stuck_at=None,
        **await met(db, order, now, accepted=now),
    )  # fmt: skip
    db.add(part_of(moved, me, me.person_id, now, state=Part.ACCEPTED, reasons=["自己抢的"]))
    await db.flush()
    await tell_step(db, moved, f"{me.name}师傅接单了，会联系你", now, but=me.person_id)
    return moved


async def give_back(db: AsyncSession, me: Me, order: Order, now: datetime, *, reason: str) -> Order:
    """The worker cannot, or the leader takes it away: it waits for the next. Reason required."""
    need(reason)
    before = order.worker_id
    moved = await move(
        db, me, order, Move.RETURN, now, words=reason.strip(), only=as_seen(order), worker_id=None,
        contractor="", **await resumed(db, order, now),
    )  # fmt: skip
    await end(db, moved, Part.RETURNED, now, words=reason)
    if me.person_id == before:
        says = f"{me.name}退回：{reason.strip()}"
        await tell(db, moved, notices.LEADER, now, to=await leaders(db, moved), says=says)
    else:
        await tell(db, moved, notices.GONE, now, to=[before], says=f"收回了：{reason.strip()}")
    return await dispatch(db, moved, now)


async def hand_over(
    db: AsyncSession, me: Me, order: Order, now: datetime, *, to: int, reason: str
) -> Order:
    """Give it to another worker, who has to accept. A contractor only gives it to their own.

    Raises NotFound, Forbidden, Conflict, Invalid (no reason, no worker, on leave, the same).
    """
    need(reason)
    worker = await worker_of(db, to)
    if to == order.worker_id:
        raise Invalid("这张单本来就在他手上，换一位")
    if await on_leave(db, to, now):
        raise Invalid("他今天请假了，换一位")
    mine = await parts(db, me, order)
    if Who.DISPATCHER not in mine and worker.contractor != order.contractor:
        raise Forbidden("只能转给自己队里的人，别的让班长来派")
    before = order.worker_id
    moved = await move(
        db, me, order, Move.HAND_OVER, now, words=reason.strip(), only=as_seen(order),
        data=await _named(db, worker, ()), worker_id=to, contractor=worker.contractor,
        dispatched_at=now, **await resumed(db, order, now),
    )  # fmt: skip
    await end(db, moved, Part.HANDED, now, words=reason)
    await _assign(db, me, moved, now, worker_id=to, reasons=[f"{me.name}转来：{reason.strip()}"])
    if before != me.person_id:
        await tell(db, moved, notices.GONE, now, to=[before], says="换别的师傅去了")
    return moved


async def lapse(db: AsyncSession, order: Order, now: datetime) -> Order:
    """Nobody answered in ten minutes: the leader is told, and the next is asked."""
    late = select(Assignment.id).where(
        Assignment.order_id == order.id, Assignment.leads, Assignment.state == Part.OFFERED,
        Assignment.answer_by <= now,
    )  # fmt: skip
    before = await name_of(db, order.worker_id)
    moved = await move(
        db, None, order, Move.LAPSE, now, only=late.exists(), data={"worker": f"{before}师傅"},
        worker_id=None, contractor="",
    )  # fmt: skip
    await end(db, moved, Part.LAPSED, now)
    says = f"{before}10 分钟没接，换下一位"
    await tell(db, moved, notices.LEADER, now, to=await leaders(db, moved), says=says)
    return await dispatch(db, moved, now)


async def _assign(
    db: AsyncSession, me: Me | None, order: Order, now: datetime, *,
    worker_id: int, reasons: Sequence[str],
) -> None:  # fmt: skip
    part = part_of(order, me, worker_id, now, state=Part.OFFERED, reasons=reasons)
    part.answer_by = now + ANSWER
    db.add(part)
    await db.flush()
    says = f"{'急修，' if order.urgent else ''}10 分钟内点接单"
    await tell(db, order, notices.OFFERED, now, to=[worker_id], says=says)
    await tell_step(db, order, f"派给{await name_of(db, worker_id)}师傅了", now)


async def _reasons(db: AsyncSession, order: Order, worker_id: int, now: datetime) -> Sequence[str]:
    """Why somebody whom a leader chose could have been chosen: nothing, if they could not."""
    found = [one for one in await candidates(db, order, now) if one.worker_id == worker_id]
    return found[0].reasons if found else ()


async def _named(
    db: AsyncSession, worker: Worker, reasons: Sequence[str]
) -> dict[str, str | list[str]]:
    return {"worker": f"{await name_of(db, worker.person_id)}师傅", "reasons": list(reasons)}
