"""What of repairs goes to the score ledger. Facts of ratings do not say which order they are of."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.ledger import Amount, FactKind, count
from app.services.repairs.models import Assignment, Hours, Order, Worker
from app.services.repairs.rules import Part

FINISHED = "repairs.finished"  # hundredths of an order, by share
ON_TIME = "repairs.on_time"  # 1 or 0
MINUTES = "repairs.minutes"  # of work, for one order
REWORK = "repairs.rework"  # 1: it came back
STARS = "repairs.stars"  # 1 to 5
FACTS = (
    FactKind(FINISHED, "修好的单", Amount.HUNDREDTHS),
    FactKind(ON_TIME, "按时修好", Amount.YES),
    FactKind(MINUTES, "维修用时", Amount.MINUTES),
    FactKind(REWORK, "返修", Amount.TIMES),
    FactKind(STARS, "维修评分", Amount.STARS, private=True),
)


async def count_finished(db: AsyncSession, order: Order, now: datetime) -> None:
    """Who mended the order, with which share, whether on time, and how long it took them."""
    query = (
        select(Assignment.worker_id, Assignment.share, Assignment.leads, Worker.team)
        .outerjoin(Worker, Worker.person_id == Assignment.worker_id)
        .where(Assignment.order_id == order.id, Assignment.rework == order.rework,
               Assignment.state == Part.DONE)
    )  # fmt: skip
    in_time = order.finish_by is None or now <= order.finish_by
    source = source_of(order)
    for person, share, leads, team in await db.execute(query):
        facts = [(FINISHED, share), *([(ON_TIME, int(in_time))] if leads else [])]
        for kind, amount in facts:
            await count(db, kind, amount, source=source, at=now, person_id=person, team=team or "")


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
            team=await _team(db, order.worker_id),
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
