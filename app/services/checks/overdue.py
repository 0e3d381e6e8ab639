"""Deadlines that pass: the owner hears once, then the head once."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.checks import notices, telling
from app.services.checks.models import Fault, Place, Step
from app.services.checks.rules import TO_MEND
from app.services.checks.scores import count_overdue

MOST = 500  # in one go; the next comes minutes later


async def sweep(db: AsyncSession, now: datetime) -> int:
    """Tell of every deadline that passed and was not told of yet; how many were told."""
    owner = Fault.due_at <= now, Fault.told_owner_at.is_(None)
    for fault, place in (late := await _claim(db, owner, {"told_owner_at": now})):
        db.add(Step(fault_id=fault.id, what="overdue", at=now))
        await count_overdue(db, fault, place)
        await telling.owner(db, fault, place, notices.OVERDUE, now)
    head = Fault.head_at <= now, Fault.told_head_at.is_(None)
    for fault, place in (worse := await _claim(db, head, {"told_head_at": now})):
        await telling.head(db, fault, place, now)
    return len(late) + len(worse)


async def _claim(
    db: AsyncSession, where: tuple[ColumnElement[bool], ...], values: dict[str, datetime]
) -> list[tuple[Fault, Place]]:
    """Faults to be mended that nobody else tells of: marked by the statement that finds them."""
    some = select(Fault.id).where(*where, Fault.state.in_(TO_MEND)).order_by(Fault.due_at)
    mine = some.limit(MOST).with_for_update(skip_locked=True)
    claimed = update(Fault).where(Fault.id.in_(mine)).values(**values).returning(Fault)
    faults = list(await db.scalars(claimed, execution_options={"populate_existing": True}))
    ids = {fault.place_id for fault in faults}
    places = {p.id: p for p in await db.scalars(select(Place).where(Place.id.in_(ids)))}
    return [(fault, places[fault.place_id]) for fault in faults]
