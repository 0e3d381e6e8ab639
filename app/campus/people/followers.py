"""Followers come and go."""

from datetime import UTC, datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Follower


async def joined(db: AsyncSession, who: str, at: datetime, scene: str = "") -> None:
    """`who` follows, for the first time or again; news older than what we know changes nothing."""
    new = insert(Follower).values(who=who, joined_at=at, scene=scene, left_at=None)
    known = new.on_conflict_do_update(
        index_elements=["who"],
        set_={"joined_at": at, "scene": scene, "left_at": None},
        where=Follower.joined_at <= at,
    )
    await db.execute(known)


async def met(db: AsyncSession, who: str) -> None:
    """`who` is known from now on; whether they follow, any news of theirs will say."""
    long_ago = datetime.fromtimestamp(0, UTC)
    new = insert(Follower).values(who=who, joined_at=long_ago, left_at=long_ago)
    await db.execute(new.on_conflict_do_nothing())


async def left(db: AsyncSession, who: str, at: datetime) -> bool:
    """`who` follows no more; False for a late delivery, which does not undo a newer joining."""
    gone = insert(Follower).values(who=who, joined_at=at, left_at=at)
    await db.execute(gone.on_conflict_do_nothing())
    leaving = update(Follower).where(Follower.who == who, Follower.joined_at <= at)
    return await db.scalar(leaving.values(left_at=at).returning(Follower.who)) is not None
