"""Messages and followers for the desk's pages, by the day."""

from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Follower
from app.gateway.models import Heard, Owed


async def fill(db: AsyncSession, now: datetime) -> None:
    """20 messages today (2 unanswered, 1 broken), 5 on each of three days before; 2 followers
    came today and 1 left; 1 answer late, and told."""
    for who, left in (("o-new", None), ("o-newer", None), ("o-left", now)):
        db.add(Follower(who=who, joined_at=now, left_at=left))
    await db.flush()
    rows = [message(f"m{n}", now, text="班车") for n in range(17)]
    rows += [message(f"u{n}", now, text="月球怎么走", matched=False) for n in range(2)]
    rows += [message("b0", now, text="电费", reference="E7K2-19")]
    for back in (1, 2, 3):
        day = now - timedelta(days=back)
        rows += [message(f"d{back}{n}", day, text="班车") for n in range(5)]
    await db.execute(insert(Heard), rows)
    db.add(Owed(key="m1", missed=1, told=True, at=now))


def message(
    key: str, at: datetime, *, who: str = "o-new", text: str = "", matched: bool = True,
    reference: str | None = None,
) -> dict[str, object]:  # fmt: skip
    return {
        "key": key, "who": who, "at": at, "kind": "text", "text": text, "answer": [],
        "matched": matched, "offers": False, "reference": reference,
    }  # fmt: skip
