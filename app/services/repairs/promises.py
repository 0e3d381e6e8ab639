"""Another date: promised for a hard repair, or asked for by the worker and decided on."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import say_deadline
from app.campus.people.me import Me
from app.kit.errors import Conflict, Invalid
from app.services.repairs import notices
from app.services.repairs.crew import end, need
from app.services.repairs.models import IS_OPEN, Order, Postponement
from app.services.repairs.moves import move, note, set_where, state_of
from app.services.repairs.parts import must
from app.services.repairs.rules import Answer, Event, Move, Part, State, Wait, Who
from app.services.repairs.telling import leaders, supervisors, tell, tell_all
from app.services.repairs.timing import put_off
from app.services.repairs.words import now_it_is

FARTHEST = timedelta(days=180)
NOT_ASKED = "这次申请已经有人批过了，刷新看看"


async def promise(
    db: AsyncSession, me: Me, order: Order, now: datetime, *, until: datetime, reason: str
) -> Order:
    """Say by when a hard repair is done, and why not sooner: the clock runs to that date instead.

    The reporter and the area's supervisors are told, and see it. Whoever leads it keeps it; an
    offer that was not answered ends. Raises NotFound, Forbidden, Invalid, Conflict.
    """
    need(reason)
    _must_be_later(until, now)
    values = {"stopped_at": None, "waiting_for": Wait.PROMISE, "waiting_until": None,
              "stuck_at": None, "promised_for": until, "promise": reason.strip()}  # fmt: skip
    offered = order.worker_id if order.state == State.OFFERED else None
    if offered is not None:
        values |= {"worker_id": None, "contractor": ""}
    clock = await put_off(db, order, until, now)
    moved = await move(
        db, me, order, Move.PROMISE, now, words=reason.strip(),
        data={"until": say_deadline(until, now)}, only=Order.state == order.state,
        **clock, **values,
    )  # fmt: skip
    if offered is not None:
        await end(db, moved, Part.ENDED, now)
        await tell(db, moved, notices.GONE, now, to=[offered], says="这张单改期了，先不用去")
    says = f"{say_deadline(until, now)}修好：{reason.strip()}"
    await tell_all(db, moved, notices.LATER, says, now)
    await tell(db, moved, notices.PROMISED, now, to=await supervisors(db, moved), says=says)
    return moved


async def ask_later(
    db: AsyncSession, me: Me, order: Order, now: datetime, *, until: datetime, reason: str
) -> Postponement:
    """The worker needs longer: the leader decides. Raises Conflict while one was asked already."""
    need(reason)
    await must(db, me, order, Who.WORKER)
    if order.finish_by is None or order.state not in (State.ACCEPTED, State.WORKING, State.WAITING):
        raise Conflict(now_it_is(await state_of(db, order)))
    _must_be_later(until, max(now, order.finish_by))
    new = insert(Postponement).values(
        order_id=order.id, by_id=me.person_id, until=until, reason=reason.strip(),
        state=Answer.ASKED, at=now,
    )  # fmt: skip
    made: Postponement | None = await db.scalar(
        new.on_conflict_do_nothing().returning(Postponement)
    )
    if made is None:
        raise Conflict("已经申请过一次，等班长批")
    note(db, me, order, Event.LATER_ASKED, now, words=reason.strip(), until=_day(until, now))
    says = f"{me.name}申请改到{_day(until, now)}"
    await tell(db, order, notices.LEADER, now, to=await leaders(db, order), says=says)
    return made


async def decide_later(
    db: AsyncSession, me: Me, order: Order, now: datetime, *, asked: Postponement, granted: bool
) -> Order:
    """The leader agrees, and the reporter hears the new date; or not, and the worker hears that.

    Raises NotFound, Forbidden, Conflict when somebody decided, or the order was closed.
    """
    await must(db, me, order, Who.DISPATCHER)
    answer = Answer.GRANTED if granted else Answer.REFUSED
    decided = update(Postponement).where(
        Postponement.id == asked.id, Postponement.order_id == order.id,
        Postponement.state == Answer.ASKED,
    ).values(state=answer, decided_by_id=me.person_id, decided_at=now)  # fmt: skip
    if await db.scalar(decided.returning(Postponement.id)) is None:
        raise Conflict(NOT_ASKED)
    until = _day(asked.until, now)
    event = Event.LATER if granted else Event.LATER_REFUSED
    note(db, me, order, event, now, words=asked.reason if granted else "", until=until)
    if not granted:
        await tell(db, order, notices.NEWS, now, to=[order.worker_id], says="班长没同意改期")
        return order
    clock = await put_off(db, order, asked.until, now)
    changed = await set_where(db, [Order.id == order.id, IS_OPEN], **clock)
    if changed is None:
        raise Conflict(now_it_is(await state_of(db, order)))
    await tell_all(db, changed, notices.LATER, f"改到{until}：{asked.reason}", now)
    await tell(db, changed, notices.NEWS, now, to=[changed.worker_id], says=f"班长同意改到{until}")
    return changed


def _must_be_later(until: datetime, than: datetime) -> None:
    if until <= than:
        raise Invalid("新的时间要比现在的时限晚")
    if until > than + FARTHEST:
        raise Invalid("最远半年，再久就先说清楚怎么办")


def _day(until: datetime, now: datetime) -> str:
    return say_deadline(until, now).removesuffix(" 前")
