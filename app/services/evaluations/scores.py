"""What of evaluations goes to the score ledger. A fact does not say which answer it is of."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.ledger import Amount, FactKind, count
from app.kit.clock import SHANGHAI
from app.services.evaluations.models import Answer, Subject, random_id

STARS = "evaluations.stars"  # 1 to 5
FACTS = (FactKind(STARS, "服务评分", Amount.STARS, private=True),)


async def count_stars(db: AsyncSession, answer: Answer, subject: Subject) -> None:
    """Stars for the person or the team of the subject, under a number made for this alone; of an
    anonymous answer at the midnight of its day."""
    if answer.stars is None or (subject.person_id is None and not subject.team):
        return
    midnight = datetime(answer.day.year, answer.day.month, answer.day.day, tzinfo=SHANGHAI)
    await count(
        db, STARS, answer.stars, source=f"evaluations:answer:{random_id():x}", at=midnight,
        person_id=subject.person_id, team=subject.team,
    )  # fmt: skip
