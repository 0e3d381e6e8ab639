"""What the gateway keeps of a follower: their messages, and answers on their way."""

from typing import Any

from sqlalchemy import null, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.privacy import Holder, Subject, holds
from app.gateway.models import Heard
from app.kit.answers import Card, load

# Answers that were owed lie in a queue with the words they answer.
_JOBS = text(
    "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND task_name = 'gateway:tell'"
    " AND args -> 'ask' ->> 'who' = :who"
)
_DONE = text(
    "UPDATE procrastinate_jobs SET args = '{}' WHERE task_name = 'gateway:tell'"
    " AND args -> 'ask' ->> 'who' = :who"
)


async def tell(db: AsyncSession, subject: Subject) -> list[dict[str, Any]]:
    """Every message of the follower with its answer, oldest first."""
    query = select(Heard).where(Heard.who == subject.who).order_by(Heard.id)
    return [
        {"时间": heard.at.isoformat(), "方式": heard.kind, "说的": heard.text,
         "回的": [_words(part) for part in load(heard.answer or [])]}
        for heard in await db.scalars(query)
    ]  # fmt: skip


def _words(part: Any) -> str:
    return part.title if isinstance(part, Card) else str(part.text)


async def erase(db: AsyncSession, subject: Subject) -> None:
    """Words, answers and whose they were go; the keys stay, so that no late delivery runs."""
    if subject.who is None:
        return
    mine = update(Heard).where(Heard.who == subject.who)
    await db.execute(mine.values(who="", text="", answer=null(), offers=False, reference=None))
    await db.execute(_JOBS, {"who": subject.who})
    await db.execute(_DONE, {"who": subject.who})


holds(Holder("消息", tell, erase))
