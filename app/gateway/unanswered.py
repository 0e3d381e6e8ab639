"""What followers asked and nobody answered: the operators' list of rules to write."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Follower
from app.gateway.models import Heard
from app.kit.chat import Kind
from app.kit.words import normalise

BACK = timedelta(days=30)
GROUPS = 300  # different wordings that are looked at


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Words with how often they came, from how many followers, and when last."""

    words: str
    times: int
    people: int
    last: datetime


async def unanswered(db: AsyncSession, now: datetime) -> list[Unanswered]:
    """Unanswered words of the last 30 days, the most asked first; spellings that are one, as one.

    Not the words of those who have left. `people` of merged spellings is the largest of them:
    nobody is counted twice.
    """
    times = func.count().label("times")
    gone = select(Follower.who).where(Follower.left_at.is_not(None))
    asked = (
        select(Heard.text, times, func.count(Heard.who.distinct()), func.max(Heard.at))
        .where(~Heard.matched, Heard.kind == Kind.TEXT, Heard.at > now - BACK, Heard.text != "")
        .where(Heard.who.not_in(gone))
        .group_by(Heard.text)
        .order_by(times.desc(), func.max(Heard.at).desc())
        .limit(GROUPS)
    )
    found: dict[str, Unanswered] = {}
    for text, count, people, last in await db.execute(asked):
        words = normalise(text)
        old = found.get(words, Unanswered(words, 0, 0, last))
        found[words] = Unanswered(
            words, old.times + count, max(old.people, people), max(old.last, last)
        )
    return sorted(found.values(), key=lambda one: (-one.times, -one.last.timestamp()))
