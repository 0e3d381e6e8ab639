"""Followers come and go."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Text, bindparam, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Follower

LONG_AGO = datetime.fromtimestamp(0, UTC)  # joined before anybody told us


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
    new = insert(Follower).values(who=who, joined_at=LONG_AGO, left_at=LONG_AGO)
    await db.execute(new.on_conflict_do_nothing())


async def found(db: AsyncSession, who: Sequence[str], asked: datetime) -> int:
    """All of `who` follow, as somebody who was asked at `asked` knew; how many is news to us.

    Whoever left after that stays gone.
    """
    listed = func.unnest(bindparam(None, sorted(set(who)), ARRAY(Text)))
    columns = ("who", "joined_at", "scene")
    new = insert(Follower).from_select(columns, select(listed, literal(LONG_AGO), literal("")))
    known = new.on_conflict_do_update(
        index_elements=["who"],
        set_={"left_at": None},
        where=Follower.left_at <= asked,
    )
    return len((await db.execute(known.returning(Follower.who))).all())


async def following(db: AsyncSession, asked: datetime) -> list[str]:
    """Who follows since before `asked`."""
    here = select(Follower.who).where(Follower.left_at.is_(None), Follower.joined_at < asked)
    return list(await db.scalars(here))


async def left(db: AsyncSession, who: str, at: datetime) -> bool:
    """`who` follows no more; False for a late delivery, which does not undo a newer joining."""
    gone = insert(Follower).values(who=who, joined_at=at, left_at=at)
    await db.execute(gone.on_conflict_do_nothing())
    leaving = update(Follower).where(Follower.who == who, Follower.joined_at <= at)
    return await db.scalar(leaving.values(left_at=at).returning(Follower.who)) is not None
