"""What time alone does: reminds the owner, tells the head, then those above; closes in silence."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.permission import Role, Where
from app.campus.permission.grants import people_with
from app.kit.db import Database
from app.services.feedback import notices
from app.services.feedback.clocks import clock_of
from app.services.feedback.models import IS_OPEN, Case, Line
from app.services.feedback.moves import note, set_where
from app.services.feedback.parts import SYSTEM
from app.services.feedback.rules import STEPS, Event, Kind, Move, State, Step
from app.services.feedback.scores import count_late
from app.services.feedback.telling import above, hands, tell
from app.services.feedback.words import say_due

SILENCE = timedelta(days=7)
AT_ONCE = 200


async def go_round(database: Database, now: datetime) -> int:
    """Every step that is due, each in a transaction of its own; how many."""
    async with database.session() as db:
        due = select(Case.id).where(IS_OPEN, Case.next_at <= now)
        ids = list(await db.scalars(due.order_by(Case.next_at).limit(AT_ONCE)))
    done = 0
    for id in ids:
        async with database.session() as db:
            done += await step(db, id, now)
    return done


async def step(db: AsyncSession, case_id: int, now: datetime) -> bool:
    """The one step of a case that is due; False if somebody was faster."""
    case = await db.get(Case, case_id)
    if case is None or case.stage >= len(STEPS):
        return False
    what = STEPS[case.stage]
    start = case.created_at if not case.reopened else await _reopened_at(db, case)
    clock = await clock_of(db, Kind(case.kind))
    following = clock.step(start, case.due_at, case.stage + 1)
    still = [Case.id == case_id, IS_OPEN, Case.stage == case.stage, Case.next_at <= now]
    changed = await set_where(db, still, stage=case.stage + 1, next_at=following)
    if changed is None:
        return False
    await _TELL[what](db, changed, now)
    return True


async def _reopened_at(db: AsyncSession, case: Case) -> datetime:
    query = select(Line.at).where(Line.case_id == case.id, Line.what == Move.REOPEN)
    return await db.scalar(query) or case.created_at


async def _warn(db: AsyncSession, case: Case, now: datetime) -> None:
    says = say_due(case.due_at, now)
    await tell(db, case, notices.SOON, await hands(db, case), says=says, now=now)


async def _late(db: AsyncSession, case: Case, now: datetime) -> None:
    await note(db, SYSTEM, case, Event.LATE, now)
    await count_late(db, case, now)
    people = {*await hands(db, case), *await above(db, case)}
    await tell(db, case, notices.OVERDUE, people, says="时限过了，先答一句再说", now=now)


async def _raise(db: AsyncSession, case: Case, now: datetime) -> None:
    where = Where(unit=case.unit)
    people = [one for role in (Role.SUPERVISOR, Role.OPERATOR)
              for one in await people_with(db, role, where)]  # fmt: skip
    says = say_due(case.due_at, now)
    await tell(db, case, notices.RAISED, people, says=says, now=now)


_TELL: Mapping[Step, Callable[[AsyncSession, Case, datetime], Awaitable[None]]] = {
    Step.WARN: _warn, Step.LATE: _late, Step.RAISE: _raise,
}  # fmt: skip


async def close_silent(db: AsyncSession, now: datetime) -> int:
    """What was answered and not spoken of for a week is closed; how many."""
    silent = (Case.state == State.ANSWERED) & (Case.answered_at < now - SILENCE)
    closed = update(Case).where(silent).values(state=State.CLOSED, closed_at=now)
    ids = list(await db.scalars(closed.returning(Case.id)))
    if ids:
        rows = [{"case_id": id, "at": now, "what": Move.CLOSE} for id in ids]
        await db.execute(insert(Line), rows)
    return len(ids)
