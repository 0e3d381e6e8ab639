"""The kinds of notices that a person has switched off: these reach their inbox alone."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify.models import Mute


async def muted(db: AsyncSession, person_id: int) -> set[str]:
    """Names of the notices that are off."""
    return set(await db.scalars(select(Mute.notice).where(Mute.person_id == person_id)))


async def choose(
    db: AsyncSession, person_id: int, shown: Collection[str], on: Collection[str]
) -> None:
    """Of the notices `shown` to the person, those that are also `on` are on and the rest off.

    One that is not `shown` stays as it is. The caller knows which of them may be switched off.
    """
    off = [{"person_id": person_id, "notice": name} for name in sorted(set(shown) - set(on))]
    back = delete(Mute).where(Mute.person_id == person_id, Mute.notice.in_(set(shown) & set(on)))
    await db.execute(back)
    if off:
        await db.execute(insert(Mute).on_conflict_do_nothing(), off)
