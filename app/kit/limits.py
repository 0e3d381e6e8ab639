"""How often something guessable may be tried. Counted whether or not the try's work is kept."""

from datetime import datetime, timedelta

from sqlalchemy import DateTime, case, delete, literal
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, Database
from app.kit.errors import TooMany


class Tries(Base):
    """Tries under one `key` since the window began."""

    __tablename__ = "kit_tries"

    key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    count: Mapped[int]


async def attempt(
    database: Database, key: str, now: datetime, *, most: int, within: timedelta, sentence: str
) -> None:
    """Count a try under `key`; raises TooMany with `sentence` past `most` in `within`.

    In a transaction of its own: what is refused, and so rolled back, was still a try.
    """
    fresh = Tries.since < now - within
    new = insert(Tries).values(key=key, since=now, count=1)
    counted = new.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "since": case((fresh, literal(now, DateTime(timezone=True))), else_=Tries.since),
            "count": case((fresh, 1), else_=Tries.count + 1),
        },
    ).returning(Tries.count)
    async with database.session() as db:
        count = (await db.execute(counted)).scalar_one()
    if count > most:
        raise TooMany(sentence)


async def forgive(database: Database, key: str) -> None:
    """Forget the tries under `key`: it went right."""
    async with database.session() as db:
        await db.execute(delete(Tries).where(Tries.key == key))
