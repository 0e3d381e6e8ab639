"""Whom to tell of a case, and with which words."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import Notice, notify
from app.campus.permission import Role, Where
from app.campus.permission.grants import people_with
from app.campus.units import heads
from app.services.feedback.models import Case
from app.services.feedback.rules import State
from app.services.feedback.words import about


async def tell(
    db: AsyncSession, case: Case, notice: Notice, to: Iterable[int | None], *, says: str,
    now: datetime, but: int | None = None,
) -> None:  # fmt: skip
    """Tell `notice` to people by id, not to `but`: who did it knows."""
    people = {one for one in to if one is not None} - {but}
    if people:
        await notify(
            db, notice, to=sorted(people), at=now, unit=case.unit,
            about=about(case.subject, case.words), says=says, when=now, case=case.id,
        )  # fmt: skip


async def above(db: AsyncSession, case: Case) -> list[int]:
    """Who heads the case's unit; where nobody does, who heads the department, or operators."""
    return await heads(db, case.unit) or await people_with(
        db, Role.OPERATOR, Where(unit=case.unit)
    )  # fmt: skip


async def hands(db: AsyncSession, case: Case) -> Sequence[int]:
    """Who has to answer it: the owner, or while there is none the head."""
    return [case.owner_id] if case.owner_id is not None else await above(db, case)


async def tell_askers(
    db: AsyncSession, case: Case, notice: Notice, says: str, now: datetime
) -> None:
    """Tell who asked. Those of merged cases read it at their own case's page."""
    await tell(db, case, notice, [case.asker_id], says=says, now=now)
    joined = select(Case).where(Case.merged_into_id == case.id, Case.state == State.MERGED)
    for other in await db.scalars(joined):
        await tell(db, other, notice, [other.asker_id], says=says, now=now)
