"""What checks keep of people: told to them; of who is deleted the checks stay, without a name."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.privacy import Holder, Subject, holds
from app.services.checks.models import Fault, List, Look, Place, Step, Version, Visit


async def tell(db: AsyncSession, subject: Subject) -> list[dict[str, Any]]:
    """The checks that they did, the faults that are theirs, and what they wrote of them."""
    if subject.person_id is None:
        return []
    looked = (
        select(Look, List.title, Place.name)
        .join(List, List.id == Look.list_id)
        .join(Visit, Visit.id == Look.visit_id).join(Place, Place.id == Visit.place_id)
        .where(Look.by_id == subject.person_id).order_by(Look.id)
    )  # fmt: skip
    mended = (
        select(Fault, Place.name).join(Place, Place.id == Fault.place_id)
        .where((Fault.owner_id == subject.person_id) | (Fault.fixed_by == subject.person_id))
        .order_by(Fault.id)
    )  # fmt: skip
    steps = select(Step).where(Step.by_id == subject.person_id).order_by(Step.id)
    return [
        *({"时间": look.at.isoformat(), "检查": title, "地方": place, "说明": look.words}
          for look, title, place in await db.execute(looked)),
        *({"时间": fault.found_at.isoformat(), "整改": fault.item, "地方": place}
          for fault, place in await db.execute(mended)),
        *({"时间": step.at.isoformat(), "写了": step.words}
          for step in await db.scalars(steps) if step.words),
    ]  # fmt: skip


async def erase(db: AsyncSession, subject: Subject) -> None:
    """Take them off what they did; what waits for them goes to their firm or unit."""
    who = subject.person_id
    if who is None:
        return
    columns = (
        Place.owner_id, Version.by_id, Visit.by_id, Look.by_id, Fault.owner_id, Fault.found_by,
        Fault.fixed_by, Step.by_id,
    )  # fmt: skip
    for column in columns:
        gone = update(column.class_).where(column == who).values({column: None})
        await db.execute(gone)
    named = update(List).where(List.people.contains([who]))
    await db.execute(named.values(people=func.array_remove(List.people, who)))


holds(Holder("检查", tell, erase))
