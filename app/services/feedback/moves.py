"""Changing a case: one conditional statement, one line of the thread.

Two people who act at once: one statement finds the state it wants, the other finds none, and
its caller is told what has become of the case.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.errors import Conflict
from app.services.feedback.models import Case, Line, Photo
from app.services.feedback.parts import Actor, must
from app.services.feedback.rules import MOVES, Event, Move, State
from app.services.feedback.words import now_it_is

CHANGED = "这件刚刚有人动过，刷新看看再来"


async def move(
    db: AsyncSession, by: Actor, case: Case, what: Move, now: datetime, *,
    words: str = "", data: Mapping[str, Any] | None = None, uploads: Sequence[int] = (),
    only: ColumnElement[bool] | None = None, **values: Any,
) -> Case:  # fmt: skip
    """Make the move, with `values` for the case's other columns; the case as it is then.

    `only`: what else must be true of the row at that moment. Raises NotFound for a stranger,
    Forbidden for who has no part that may, Conflict with a sentence of what has become of it.
    """
    sources, target, allowed = MOVES[what]
    must(by, *allowed)
    wanted = [Case.id == case.id, Case.state.in_(sources)]
    if only is not None:
        wanted.append(only)
    changed = await set_where(db, wanted, state=target, **values)
    if changed is None:
        state = await state_of(db, case)
        raise Conflict(CHANGED if state in sources else now_it_is(state))
    await note(db, by, case, what, now, words=words, data=data, uploads=uploads)
    return changed


async def set_where(
    db: AsyncSession, wanted: Sequence[ColumnElement[bool]], **values: Any
) -> Case | None:
    """Change the one case for which all of `wanted` is true now; the case as it is, or None."""
    change = update(Case).where(*wanted).values(**values).returning(Case)
    fresh = {"populate_existing": True, "synchronize_session": False}
    found: Case | None = await db.scalar(change, execution_options=fresh)
    return found


async def state_of(db: AsyncSession, case: Case) -> State:
    """What the case's state has become meanwhile."""
    return State(await db.scalar(select(Case.state).where(Case.id == case.id)) or case.state)


async def note(
    db: AsyncSession, by: Actor, case: Case, what: Event | Move, now: datetime, *,
    words: str = "", data: Mapping[str, Any] | None = None, uploads: Sequence[int] = (),
) -> Line:  # fmt: skip
    """Add a line to the thread, with photos (ids of uploads)."""
    line = Line(
        case_id=case.id, at=now, what=what, by_id=by.person_id, words=words, data=dict(data or {})
    )
    db.add(line)
    await db.flush()
    db.add_all(Photo(line_id=line.id, upload_id=upload) for upload in uploads)
    await db.flush()
    return line
