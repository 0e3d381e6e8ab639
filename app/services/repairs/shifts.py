"""When workers work: their shifts, leave that a leader grants, shifts given to a colleague."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record, thing
from app.campus.notify import Notice, notify
from app.campus.people.me import Me
from app.campus.permission import Grant, Role, Where
from app.campus.permission.grants import people_with
from app.campus.places import Building
from app.kit.clock import SHANGHAI
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.services.repairs import notices
from app.services.repairs.crew import need, worker_of
from app.services.repairs.models import IS_OPEN, Leave, Order, Shift, Swap, Worker
from app.services.repairs.parts import by_rights
from app.services.repairs.rules import Answer, Who

LONGEST = timedelta(days=31)
DECIDED = "刚刚有人批过了，刷新看看"
NO_WORKER = "你不在师傅的名单上，让班长加一下"


async def ask_leave(
    db: AsyncSession, me: Me, now: datetime, *, starts: datetime, ends: datetime, reason: str
) -> Leave:
    """A worker wants to be away; the leader hears of it and decides.

    Raises Forbidden (no worker), Invalid (no reason, over, too long), Conflict (asked already).
    """
    need(reason)
    person = await _worker(db, me)
    if not starts < ends or ends <= now:
        raise Invalid("请假的结束要晚于开始，也要在今后")
    if ends - starts > LONGEST:
        raise Invalid("一次最多请 31 天，再久找班长当面说")
    mine = select(Worker.person_id).where(Worker.person_id == person).with_for_update()
    await db.execute(mine)  # two requests at once: the second sees the first
    if await db.scalar(select(exists().where(_away(person, starts, ends)))):
        raise Conflict("这段时间已经请过假了")
    leave = Leave(
        person_id=person, starts_at=starts, ends_at=ends, reason=reason.strip()[:200],
        state=Answer.ASKED,
    )  # fmt: skip
    db.add(leave)
    await db.flush()
    await _tell(db, notices.LEAVE, await leaders_of(db, person), now,
                who=me.name, says=f"{say_span(starts, ends)}请假：{reason.strip()}")  # fmt: skip
    return leave


async def decide_leave(
    db: AsyncSession, me: Me, leave_id: int, now: datetime, *, granted: bool
) -> int:
    """Grant a leave or not; how many open orders the worker still holds.

    Raises NotFound (also for who does not lead that worker), Conflict (decided already).
    """
    leave = await db.get(Leave, leave_id)
    if leave is None or not await leads(db, me, leave.person_id):
        raise NotFound("没有这条请假，可能他自己撤了")
    if leave.person_id == me.person_id:
        raise Forbidden("自己的假要别的班长或运营来批")
    answer = Answer.GRANTED if granted else Answer.REFUSED
    asked = update(Leave).where(Leave.id == leave_id, Leave.state == Answer.ASKED)
    done = asked.values(state=answer, decided_by_id=me.person_id).returning(Leave.id)
    if await db.scalar(done) is None:
        raise Conflict(DECIDED)
    record(db, me, "repairs.leave", thing("repairs_leave", leave_id), after={"state": answer})
    said = f"{say_span(leave.starts_at, leave.ends_at)}的假{'准了' if granted else '没准'}"
    await _tell(db, notices.ROTA, [leave.person_id], now, who=me.name, says=said)
    held = select(func.count()).where(IS_OPEN, Order.worker_id == leave.person_id)
    return await db.scalar(held) or 0


async def ask_swap(db: AsyncSession, me: Me, shift_id: int, now: datetime, *, to: int) -> Swap:
    """Offer a shift of one's own to a colleague of the same trade, who agrees or not.

    Raises NotFound, Invalid, Conflict (begun already, or offered already).
    """
    shift = await db.get(Shift, shift_id, with_for_update=True)
    if shift is None or shift.person_id != await _worker(db, me):
        raise NotFound("没有这个班，可能已经换出去了")
    if shift.starts_at <= now:
        raise Conflict("这个班已经开始了，找班长当面换")
    if to not in [worker.person_id for worker in await colleagues(db, shift.person_id)]:
        raise Invalid("只能换给同工种的师傅，换一位")
    asked = exists().where(Swap.shift_id == shift_id, Swap.state == Answer.ASKED)
    if await db.scalar(select(asked)):
        raise Conflict("这个班已经问过一位师傅了，等他回话")
    swap = Swap(shift_id=shift_id, to_id=to, state=Answer.ASKED, at=now)
    db.add(swap)
    await db.flush()
    said = f"想请你顶 {say_span(shift.starts_at, shift.ends_at)}的班"
    await _tell(db, notices.ROTA, [to], now, who=me.name, says=said)
    return swap


async def decide_swap(
    db: AsyncSession, me: Me, swap_id: int, now: datetime, *, agreed: bool
) -> Shift:
    """Take the shift, or not: whoever offered it hears, and the leader of what changed.

    Raises NotFound (not offered to `me`), Conflict (answered, begun, or over one's own time).
    """
    swap = await db.get(Swap, swap_id)
    if swap is None or me.person_id is None or swap.to_id != me.person_id:
        raise NotFound("没有这个换班，可能他自己撤了")
    shift = await db.get_one(Shift, swap.shift_id, with_for_update=True)
    owner = shift.person_id
    answer = Answer.GRANTED if agreed else Answer.REFUSED
    asked = update(Swap).where(Swap.id == swap_id, Swap.state == Answer.ASKED)
    if await db.scalar(asked.values(state=answer).returning(Swap.id)) is None:
        raise Conflict("这个换班已经回过话了")
    span = say_span(shift.starts_at, shift.ends_at)
    if agreed:
        await _take(db, shift, me.person_id, now)
        said = f"{span}的班由{me.name}来顶"
        told = await leaders_of(db, owner)
        await _tell(db, notices.LEAVE, told, now, who=me.name, says=said)
    said = f"{span}的班{'我来顶' if agreed else '我顶不了'}"
    await _tell(db, notices.ROTA, [owner], now, who=me.name, says=said)
    return shift


async def _take(db: AsyncSession, shift: Shift, person: int, now: datetime) -> None:
    if shift.starts_at <= now:
        raise Conflict("这个班已经开始了，找班长当面换")
    if await db.scalar(select(exists().where(_away(person, shift.starts_at, shift.ends_at)))):
        raise Conflict("那段时间你请了假，先跟班长说")
    try:
        async with db.begin_nested():
            shift.person_id = person
            await db.flush()
    except IntegrityError as over:  # ex_repairs_shifts_once: nobody is on two shifts
        raise Conflict("那段时间你自己有班，顶不了") from over


async def colleagues(db: AsyncSession, person_id: int) -> Sequence[Worker]:
    """Who has one of their trades and works for the same firm, beside themselves."""
    mine = await worker_of(db, person_id)
    query = select(Worker).where(
        Worker.gone_at.is_(None), Worker.person_id != person_id,
        Worker.contractor == mine.contractor, Worker.trades.overlap(mine.trades),
    )  # fmt: skip
    return (await db.scalars(query.order_by(Worker.person_id))).all()


async def leads(db: AsyncSession, me: Me, worker_id: int) -> bool:
    """Whether `me` is the leader, or an operator, of where the worker works."""
    return any(Who.DISPATCHER in by_rights(me, where) for where in await _where(db, worker_id))


async def leaders_of(db: AsyncSession, worker_id: int) -> list[int]:
    """The worker's leaders, and where there are none the operators."""
    for role in (Role.LEADER, Role.OPERATOR):
        found = {
            person
            for where in await _where(db, worker_id)
            for person in await people_with(db, role, where)
        }
        if found:
            return sorted(found)
    return []


async def _where(db: AsyncSession, worker_id: int) -> list[Where]:
    """Where they work, by their grants, each with their team."""
    query = (
        select(Grant.area_id, Grant.building_id, Building.area_id, Worker.team)
        .join(Worker, Worker.person_id == Grant.person_id)
        .outerjoin(Building, Building.id == Grant.building_id)
        .where(Grant.person_id == worker_id, Grant.role.in_([Role.WORKER, Role.CONTRACTOR]))
    )
    return [
        Where(area or around, building, team or None)
        for area, building, around, team in await db.execute(query)
    ]


async def _worker(db: AsyncSession, me: Me) -> int:
    there = select(Worker.person_id).where(
        Worker.person_id == me.person_id, Worker.gone_at.is_(None)
    )
    if (person := await db.scalar(there)) is None:
        raise Forbidden(NO_WORKER)
    return person


def _away(person: int, starts: datetime, ends: datetime) -> ColumnElement[bool]:
    return (
        (Leave.person_id == person)
        & (Leave.state != Answer.REFUSED)
        & (Leave.starts_at < ends)
        & (Leave.ends_at > starts)
    )


async def _tell(
    db: AsyncSession, notice: Notice, to: Sequence[int], now: datetime, *, who: str, says: str
) -> None:
    if to:
        await notify(db, notice, to=to, at=now, who=who, says=says, when=now)


def say_span(starts: datetime, ends: datetime) -> str:
    """「11月18日 8:00–18:00」, 「11月18日 8:00–11月20日 18:00」."""
    first, last = starts.astimezone(SHANGHAI), ends.astimezone(SHANGHAI)
    day = f"{last.month}月{last.day}日 " if last.date() != first.date() else ""
    return f"{first.month}月{first.day}日 {first.hour}:{first:%M}–{day}{last.hour}:{last:%M}"
