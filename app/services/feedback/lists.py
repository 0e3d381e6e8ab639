"""Lists of cases: one's own, and those that wait for one's answer."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.services.feedback.models import IS_OPEN, Case
from app.services.feedback.parts import answers

PAGE, MOST_OPEN, MOST_COUNTED = 20, 60, 99


async def my_cases(
    db: AsyncSession, person_id: int, before: int | None = None, most: int = PAGE
) -> tuple[list[Case], int | None]:
    """The newest that they wrote; and the id that the next page begins below."""
    query = select(Case).where(Case.asker_id == person_id).order_by(Case.id.desc())
    if before is not None:
        query = query.where(Case.id < before)
    found = list(await db.scalars(query.limit(most + 1)))
    return found[:most], found[most - 1].id if len(found) > most else None


async def to_answer(db: AsyncSession, me: Me) -> list[Case]:
    """What waits for their answer, what is due first before all others; at most 60."""
    query = select(Case).where(IS_OPEN, answers(me)).order_by(Case.due_at, Case.id)
    return list(await db.scalars(query.limit(MOST_OPEN)))


async def answered(
    db: AsyncSession, me: Me, before: int | None = None
) -> tuple[list[Case], int | None]:
    """What they, or their units, have answered; the newest first."""
    query = select(Case).where(Case.answered_at.is_not(None), ~IS_OPEN, answers(me))
    if before is not None:
        query = query.where(Case.id < before)
    found = list(await db.scalars(query.order_by(Case.id.desc()).limit(PAGE + 1)))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


async def late(db: AsyncSession, me: Me, now: datetime) -> int:
    """How many of those that wait are late, counted up to 99."""
    some = select(Case.id).where(IS_OPEN, answers(me), Case.due_at < now).limit(MOST_COUNTED)
    return await db.scalar(select(func.count()).select_from(some.subquery())) or 0
