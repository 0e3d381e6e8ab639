"""What of feedback goes to the score ledger. Stars do not say which case they are of."""

import secrets
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.ledger import Amount, FactKind, count
from app.services.feedback.models import Case

ANSWERED, LATE, STARS = "feedback.answered", "feedback.late", "feedback.stars"
FACTS = (
    FactKind(ANSWERED, "答复的来信", Amount.TIMES),
    FactKind(LATE, "超时没答的来信", Amount.TIMES),
    FactKind(STARS, "答复评分", Amount.STARS, private=True),
)


async def count_answered(db: AsyncSession, case: Case, by: int | None, now: datetime) -> None:
    """Who answered, of the unit. What came back is counted again when it is answered again."""
    source = source_of(case)
    await count(db, ANSWERED, 1, source=source, at=now, person_id=by, team=case.unit)


async def count_late(db: AsyncSession, case: Case, now: datetime) -> None:
    """The deadline passed without an answer: the owner's, if there is one, and the unit's."""
    source = source_of(case)
    await count(db, LATE, 1, source=source, at=now, person_id=case.owner_id, team=case.unit)


async def count_stars(db: AsyncSession, case: Case, stars: int, now: datetime) -> None:
    """Stars for the unit, on the day, under a name that leads nowhere."""
    source = f"feedback:stars:{secrets.token_hex(8)}"
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    await count(db, STARS, stars, source=source, at=day, person_id=None, team=case.unit)


def source_of(case: Case) -> str:
    """The name of the case's facts; those after it was reopened are apart."""
    return f"feedback:{case.id}" + (f":again:{case.reopened}" if case.reopened else "")
