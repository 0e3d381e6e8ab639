"""What who answers does: take, answer, write back, hand over, merge."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import say_deadline
from app.campus.events import publish
from app.campus.people.models import Person
from app.campus.permission.grants import rights_of
from app.campus.units import names
from app.kit.errors import Conflict, Invalid, NotFound
from app.services.feedback import notices
from app.services.feedback.cases import checked, write
from app.services.feedback.models import Case, Line
from app.services.feedback.moves import move, note
from app.services.feedback.parts import HANDS, Actor, must
from app.services.feedback.rules import OPEN, STAFF, Event, Move, State, Who
from app.services.feedback.scores import count_answered, count_late
from app.services.feedback.telling import hands, tell, tell_askers
from app.services.feedback.words import now_it_is


async def take(db: AsyncSession, by: Actor, case: Case, now: datetime) -> Case:
    """「我来办」: who takes it first answers for it until it is handed over (首问负责)."""
    free = Case.owner_id.is_(None) | (Case.owner_id == by.person_id)
    changed = await move(
        db, by, case, Move.TAKE, now, only=free, owner_id=by.person_id, taken_at=now
    )
    await tell_askers(
        db, changed, notices.NEWS, f"有人在办了，{say_deadline(case.due_at, now)}答复", now
    )
    return changed


async def answer(
    db: AsyncSession, by: Actor, case: Case, now: datetime, *, words: str,
    uploads: Sequence[int] = (),
) -> Case:  # fmt: skip
    """The answer: who asked is told, and whoever the matter came from. Raises Invalid, Conflict."""
    words = checked(words)
    late = now > case.due_at
    changed = await move(
        db, by, case, Move.ANSWER, now, words=words, uploads=uploads,
        only=Case.due_at == case.due_at, owner_id=case.owner_id or by.person_id,
        answered_at=now, first_answer_at=case.first_answer_at or now, next_at=None,
        on_time=case.on_time is not False and not late,
    )  # fmt: skip
    if late and changed.stage < 2:  # else the round has counted it
        await count_late(db, changed, now)
    await count_answered(db, changed, by.person_id, now)
    await tell_askers(db, changed, notices.ANSWERED, words, now)
    joined = select(Case.source).where(Case.merged_into_id == case.id, Case.source.is_not(None))
    for source in [changed.source, *await db.scalars(joined)]:
        if source is not None:
            await publish(db, "answered", source=source, words=words)
    return changed


async def reply(
    db: AsyncSession, by: Actor, case: Case, now: datetime, *, words: str,
    uploads: Sequence[int] = (),
) -> Line:  # fmt: skip
    """A question back, or news; the deadline goes on. Raises Invalid, Conflict."""
    must(by, *STAFF)
    line = await write(db, by, case, Event.REPLY, now, words=words, uploads=uploads)
    await tell_askers(db, case, notices.NEWS, words.strip() or "回了照片", now)
    return line


async def hand(
    db: AsyncSession, by: Actor, case: Case, now: datetime, *, unit: str, reason: str,
    person: str = "",
) -> Case:  # fmt: skip
    """To another unit, or to somebody (a staff number); the deadline stays as it is.

    Raises Invalid, NotFound (nobody has the number), Conflict.
    """
    if not reason.strip():
        raise Invalid("写一句为什么转，写信的人看得到")
    if unit not in await names(db):
        raise Invalid("从列表里选转给哪个单位")
    owner, name = await _hand(db, person) if person.strip() else (None, "")
    if (unit, owner) == (case.unit, case.owner_id) or (unit == case.unit and owner is None):
        raise Invalid("现在就归这里，换一个单位或写上转给谁")
    same = (Case.unit == case.unit) & Case.owner_id.is_not_distinct_from(case.owner_id)
    chain = {"from": case.unit, "to": unit, "name": name}
    changed = await move(
        db, by, case, Move.HAND, now, words=reason.strip()[:200], data=chain, only=same,
        unit=unit, owner_id=owner,
    )  # fmt: skip
    says = f"{say_deadline(changed.due_at, now)}答复：{reason.strip()}"
    await tell(
        db, changed, notices.HANDED, await hands(db, changed), says=says, now=now, but=by.person_id
    )
    if unit != chain["from"]:
        await tell_askers(db, changed, notices.NEWS, f"转给{unit}办了，时限不变", now)
    return changed


async def _hand(db: AsyncSession, number: str) -> tuple[int, str]:
    """(id, name) of who has a staff number and some part in the department."""
    query = select(Person).where(Person.number == number.strip().upper(), Person.gone_at.is_(None))
    person = await db.scalar(query)
    if person is None:
        raise NotFound(f"名册里没有 {number.strip()[:20]}，写工号")
    if not {right.role for right in await rights_of(db, person.id)} & HANDS:
        raise Invalid(f"{person.name}还没有岗位，先在后台给他开通")
    return person.id, person.name


async def merge(
    db: AsyncSession, by: Actor, into: Case, others: Sequence[Case], now: datetime
) -> int:
    """Other cases of the same matter into one that is open; how many. Their askers hear its answer.

    Raises Invalid, Conflict.
    """
    must(by, Who.HEAD, Who.OFFICE)
    some = [case for case in others if case.id != into.id]
    if not some:
        raise Invalid("勾上至少两件再合并")
    locked = select(Case.state).where(Case.id == into.id).with_for_update()
    if (state := State(await db.scalar(locked) or into.state)) not in OPEN:
        raise Conflict(now_it_is(state))
    for case in some:
        moved = await move(
            db, by, case, Move.MERGE, now, data={"into": into.id}, merged_into_id=into.id,
            next_at=None, closed_at=now,
        )  # fmt: skip
        await tell(
            db, moved, notices.NEWS, [moved.asker_id], says="有人说的是同一件，一起答", now=now
        )
        await note(db, by, into, Event.JOINED, now, data={"case": case.id})
    return len(some)
