"""What feedback keeps of people: told to them; of who is deleted the threads stay, unnamed."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.privacy import Holder, Subject, holds
from app.services.feedback.models import Case, Line
from app.services.feedback.words import KINDS, STATES


async def tell(db: AsyncSession, subject: Subject) -> list[dict[str, Any]]:
    """What they wrote under their name; what was written without a name nobody can find."""
    if subject.person_id is None:
        return []
    query = select(Case).where(Case.asker_id == subject.person_id).order_by(Case.id)
    return [
        {
            "编号": case.id, "时间": case.created_at.isoformat(), "类别": KINDS[case.kind],
            "单位": case.unit, "内容": case.words, "进度": STATES[case.state],
            "评分": case.stars, "评价的话": case.rating,
        }
        for case in await db.scalars(query)
    ]  # fmt: skip


async def erase(db: AsyncSession, subject: Subject) -> None:
    """Take the name off; the matter, its answers and what they counted stay."""
    if subject.person_id is None:
        return
    lines = update(Line).where(Line.by_id == subject.person_id)
    await db.execute(lines.values(by_id=None))
    asked = update(Case).where(Case.asker_id == subject.person_id)
    await db.execute(asked.values(asker_id=None, sender=""))
    owned = update(Case).where(Case.owner_id == subject.person_id)
    await db.execute(owned.values(owner_id=None))


holds(Holder("后勤零距离", tell, erase))
