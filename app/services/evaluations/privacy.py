"""What is kept of people: their named answers, and what they were asked. Of who is deleted the
answers stay, tied to nobody; anonymous ones were never tied."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.privacy import Holder, holds
from app.campus.people.privacy import Subject as Whose
from app.campus.uploads import Upload
from app.services.evaluations.models import Answer, Invitation, Subject


async def tell(db: AsyncSession, whose: Whose) -> list[dict[str, Any]]:
    """Named answers, newest last."""
    if whose.person_id is None:
        return []
    query = (
        select(Answer, Subject.name)
        .join(Subject, Subject.id == Answer.subject_id)
        .where(Answer.person_id == whose.person_id)
        .order_by(Answer.at)
    )
    return [
        {"评的是": name, "日期": answer.day.isoformat(), "答案": answer.given, "回复": answer.reply}
        for answer, name in await db.execute(query)
    ]


async def erase(db: AsyncSession, whose: Whose) -> None:
    """Untie their answers and photos, drop what they were asked, and the stars of their work."""
    if whose.person_id is None:
        return
    theirs = Answer.person_id == whose.person_id
    photos = [id for ids in await db.scalars(select(Answer.photos).where(theirs)) for id in ids]
    await db.execute(update(Upload).where(Upload.id.in_(photos)).values(person_id=None))
    await db.execute(update(Answer).where(theirs).values(person_id=None, at=None))
    await db.execute(delete(Invitation).where(Invitation.person_id == whose.person_id))
    rated = update(Subject).where(Subject.person_id == whose.person_id)
    await db.execute(rated.values(person_id=None))


holds(Holder("评价", tell, erase))
