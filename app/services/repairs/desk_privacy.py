"""What the desk's own tables keep of people: who may not report for a while, and saved filters."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.privacy import Holder, Subject, holds
from app.services.repairs.models import Barred, Saved


async def tell(db: AsyncSession, subject: Subject) -> list[dict[str, Any]]:
    """Until when they may not report, and why."""
    theirs = select(Barred).where(Barred.person_id == subject.person_id).order_by(Barred.id)
    return [
        {"不能报修到": row.until.isoformat(), "原因": row.reason}
        for row in await db.scalars(theirs)
    ]


async def erase(db: AsyncSession, subject: Subject) -> None:
    """The entries of the list, and the filters that they saved at the desk."""
    await db.execute(delete(Barred).where(Barred.person_id == subject.person_id))
    await db.execute(delete(Saved).where(Saved.person_id == subject.person_id))


holds(Holder("报修限制", tell, erase))
