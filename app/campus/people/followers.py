"""Followers come and go."""

from datetime import datetime

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


async def left(db: AsyncSession, who: str, at: datetime) -> None:
    """`who` follows no more; a late delivery of an old leaving does not undo a newer joining."""
    gone = insert(Follower).values(who=who, joined_at=at, left_at=at)
    await db.execute(gone.on_conflict_do_nothing())
    await db.execute(
        update(Follower).where(Follower.who == who, Follower.joined_at <= at).values(left_at=at)
    )
