"""Who may not report for a while: kept by operators, asked by whoever reports."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import say_deadline
from app.campus.people.privacy import Holder, Subject, holds
from app.kit.errors import Forbidden
from app.services.repairs.models import Barred, Saved


async def must_not_be_barred(db: AsyncSession, person_id: int | None, now: datetime) -> None:
    """Raise Forbidden, with the reason and until when, for somebody on the list."""
    if person_id is None:
        return
    theirs = select(Barred).where(Barred.person_id == person_id, Barred.until > now)
    found = await db.scalar(theirs.order_by(Barred.until.desc()).limit(1))
    if found is not None:
        again = say_deadline(found.until, now).removesuffix(" 前")
        raise Forbidden(f"{found.reason}，{again}以后再报；急的打抢修电话")


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
