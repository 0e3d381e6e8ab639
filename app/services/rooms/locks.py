"""The order of locks: the round, teams, people, beds, each by number.

So that nothing deadlocks with `rooms_choose` (migrations/rooms-0006.sql).
"""

from collections.abc import Iterable

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.errors import NotFound
from app.services.rooms.models import Eligible, Round

_ALONE = text("SELECT pg_advisory_xact_lock(6006, :round)")
_SHARED = text("SELECT pg_advisory_xact_lock_shared(6006, :round)")


async def alone(db: AsyncSession, round_id: int) -> Round:
    """The round, with nobody else at it until the transaction ends: for what operators do.

    Choices that are being decided are waited for; those that come wait. Raises NotFound.
    """
    await db.execute(_ALONE, {"round": round_id})
    return await _round(db, round_id)


async def shared(db: AsyncSession, round_id: int) -> Round:
    """The round, beside choices, but with no operator at it. Raises NotFound."""
    await db.execute(_SHARED, {"round": round_id})
    return await _round(db, round_id)


async def people(db: AsyncSession, round_id: int, ids: Iterable[int]) -> dict[int, Eligible]:
    """Lock those who may choose in the round, and read them, by person."""
    query = (
        select(Eligible)
        .where(Eligible.round_id == round_id, Eligible.person_id.in_(sorted(set(ids))))
        .order_by(Eligible.person_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {row.person_id: row for row in await db.scalars(query)}


async def _round(db: AsyncSession, round_id: int) -> Round:
    found = await db.get(Round, round_id, populate_existing=True)
    if found is None:
        raise NotFound("没有这一轮选房，可能是链接旧了")
    return found
