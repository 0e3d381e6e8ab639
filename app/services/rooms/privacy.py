"""What is kept of people in room selection: told to them; the log keeps numbers, no names."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.privacy import Holder, Subject, holds
from app.services.rooms.models import Habit, Log, Swap


async def tell(db: AsyncSession, subject: Subject) -> dict[str, Any]:
    """Their questionnaire, and all that they did in rounds."""
    if subject.person_id is None:
        return {}
    habit = await db.get(Habit, subject.person_id)
    deeds = select(Log).where(Log.person_id == subject.person_id).order_by(Log.id)
    return {
        "习惯": {**habit.answers, "家乡": habit.home} if habit else {},
        "操作": [
            {"时间": row.at.isoformat(), "做了": row.what, "结果": row.outcome, "床": row.bed_id}
            for row in await db.scalars(deeds)
        ],
    }


async def erase(db: AsyncSession, subject: Subject) -> None:
    """Delete the questionnaire and what they wrote to others; beds are the university's books."""
    if subject.person_id is None:
        return
    await db.execute(delete(Habit).where(Habit.person_id == subject.person_id))
    await db.execute(delete(Swap).where(Swap.from_id == subject.person_id))


holds(Holder("选房", tell, erase))
