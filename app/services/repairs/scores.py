"""What of repairs goes to the score ledger. Facts of ratings do not say which order they are of."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.ledger import Amount, FactKind, count
from app.services.repairs.kinds import COLD, NET, PLUMBING, POWER, WOOD
from app.services.repairs.models import Assignment, Hours, Kind, Order, Worker
from app.services.repairs.rules import Part

FINISHED = "repairs.finished"  # hundredths of an order, by share
ON_TIME = "repairs.on_time"  # 1 or 0
MINUTES = "repairs.minutes"  # of work, for one order
LATE = "repairs.late"  # minutes past the time to finish, only of orders that were late
STANDARD = "repairs.standard_minutes"  # what such an order takes, by share
REWORK = "repairs.rework"  # 1: it came back
STARS = "repairs.stars"  # 1 to 5
FACTS = (
    FactKind(FINISHED, "修好的单", Amount.HUNDREDTHS),
    FactKind(ON_TIME, "按时修好", Amount.YES),
    FactKind(MINUTES, "维修用时", Amount.MINUTES),
    FactKind(LATE, "超时", Amount.MINUTES),
    FactKind(STANDARD, "标准工时", Amount.MINUTES),
    FactKind(REWORK, "返修", Amount.TIMES),
    FactKind(STARS, "维修评分", Amount.STARS, private=True),
)
# Minutes that an order of a trade takes by the book; another trade's, `USUAL`.
BY_TRADE = {POWER: 40, PLUMBING: 45, WOOD: 50, NET: 30, COLD: 90}
USUAL = 45


async def count_finished(db: AsyncSession, order: Order, now: datetime) -> None:
    """Who mended the order, with which share, whether on time, and how long it took them."""
    query = (
        select(Assignment.worker_id, Assignment.share, Assignment.leads, Worker.team)
        .outerjoin(Worker, Worker.person_id == Assignment.worker_id)
        .where(Assignment.order_id == order.id, Assignment.rework == order.rework,
               Assignment.state == Part.DONE)
    )  # fmt: skip
    trade = await db.scalar(select(Kind.trade).where(Kind.id == order.kind_id))
    late = _late(order, now)
    source = source_of(order)
    for person, share, leads, team in await db.execute(query):
        facts = [(FINISHED, share, ""), (STANDARD, round(standard(trade) * share / 100), "")]
        if leads:
            facts += [(ON_TIME, int(not late), say_late(late))]
            facts += [(LATE, late, say_late(late))] if late else []
        for kind, amount, words in facts:
            await count(db, kind, amount, source=source, at=now, person_id=person, team=team or "",
                        number=order.number, words=words)  # fmt: skip


def _late(order: Order, now: datetime) -> int:
    """Whole minutes past the time to finish; 1 at least of what is late at all."""
    if order.finish_by is None or now <= order.finish_by:
        return 0
    return max(1, (now - order.finish_by) // timedelta(minutes=1))


def say_late(minutes: int) -> str:
    """「晚了 12 小时」; empty for none."""
    if not minutes:
        return ""
    if minutes < 60:
        return f"晚了 {minutes} 分钟"
    return f"晚了 {minutes // 60} 小时" if minutes < 48 * 60 else f"晚了 {minutes // 1440} 天"


def standard(trade: str | None) -> int:
    """Minutes that an order of a trade takes by the book."""
    return BY_TRADE.get(trade or "", USUAL)


async def count_minutes(db: AsyncSession, order: Order, worker_id: int, now: datetime) -> None:
    """How long a worker has worked on the order by now, of all that was entered."""
    spans = select(Hours.starts_at, Hours.ends_at).where(
        Hours.order_id == order.id, Hours.worker_id == worker_id, Hours.ends_at.is_not(None)
    )
    total = sum(
        (ends - starts for starts, ends in await db.execute(spans) if ends), start=timedelta(0)
    )  # fmt: skip
    minutes = round(total / timedelta(minutes=1))
    await count(
        db, MINUTES, minutes, source=f"repairs:{order.id}", at=now, person_id=worker_id,
        team=await _team(db, worker_id),
    )  # fmt: skip


async def count_rework(db: AsyncSession, order: Order, now: datetime) -> None:
    """The order came back to who mended it."""
    if order.worker_id is not None:
        await count(
            db, REWORK, 1, source=source_of(order), at=now, person_id=order.worker_id,
            team=await _team(db, order.worker_id), number=order.number, words="又坏了",
        )  # fmt: skip


async def count_rating(
    db: AsyncSession, order: Order, rating_id: int, stars: int, now: datetime
) -> None:
    """Stars for the worker, under the rating's own number: they do not learn whose they are."""
    if order.worker_id is not None:
        await count(
            db, STARS, stars, source=f"repairs:rating:{rating_id}", at=now,
            person_id=order.worker_id, team=await _team(db, order.worker_id),
        )  # fmt: skip


def source_of(order: Order) -> str:
    """The name of the order's facts; those of a rework are apart."""
    return f"repairs:{order.id}" + (f":rework:{order.rework}" if order.rework else "")


async def _team(db: AsyncSession, worker_id: int) -> str:
    return await db.scalar(select(Worker.team).where(Worker.person_id == worker_id)) or ""
