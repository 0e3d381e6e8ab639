"""What who asks does: write, add, withdraw, rate, say that it is not solved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import say_deadline
from app.campus.units import names
from app.kit.errors import Conflict, Invalid
from app.services.feedback import notices
from app.services.feedback.clocks import clock_of
from app.services.feedback.models import Case, Line
from app.services.feedback.moves import move, note
from app.services.feedback.parts import BY_RECEIPT, Actor, must
from app.services.feedback.rules import SPOKEN, Channel, Event, Kind, Move, State, Who
from app.services.feedback.scores import count_stars
from app.services.feedback.telling import above, hands, tell
from app.services.feedback.words import now_it_is

MOST_WORDS, MOST_LINES = 2000, 100


@dataclass(frozen=True, slots=True)
class New:
    """What somebody writes. `asker_id` None: nobody is known; with a `seal` of a receipt they
    wrote without a name. `source` of an event, or `box`, `box_number` and `sender` of a letter.
    """

    kind: Kind
    unit: str
    words: str
    to_head: bool = False
    subject: str = ""
    consent: bool = False
    asker_id: int | None = None
    seal: str | None = None
    channel: Channel = Channel.PAGE
    source: str | None = None
    box: str | None = None
    box_number: str | None = None
    sender: str = ""


async def ask(
    db: AsyncSession, new: New, now: datetime, *, uploads: Sequence[int] = (),
    quiet: bool = False,
) -> Case | None:  # fmt: skip
    """A new case with its deadline; who answers is told, unless `quiet`.

    None if there is one already of this source, or with this number of this box. Raises Invalid.
    """
    words = new.words.strip()
    if not words:
        raise Invalid("写两句是什么事，我们好去办")
    if len(words) > MOST_WORDS:
        raise Invalid(f"最多 {MOST_WORDS} 个字，短一点就好")
    if new.channel is not Channel.EVENT and new.unit not in await names(db):
        raise Invalid("从列表里选写给哪个单位")
    clock = await clock_of(db, new.kind)
    due = clock.due(now)
    made = {name: getattr(new, name) for name in New.__slots__} | {"words": words}
    row = insert(Case).values(
        **made, anonymous=new.seal is not None, created_at=now, due_at=due,
        next_at=clock.step(now, due, 0),
    )  # fmt: skip
    case: Case | None = await db.scalar(row.on_conflict_do_nothing().returning(Case))
    if case is None:
        return None
    by = BY_RECEIPT if new.asker_id is None else Actor(new.asker_id, frozenset({Who.ASKER}))
    await note(db, by, case, Event.ASK, now, uploads=uploads)
    if not quiet:
        says = f"{say_deadline(due, now)}答复"
        await tell(db, case, notices.RECEIVED, await hands(db, case), says=says, now=now)
    return case


async def add(
    db: AsyncSession, by: Actor, case: Case, now: datetime, *, words: str,
    uploads: Sequence[int] = (),
) -> Line:  # fmt: skip
    """More words or photos of who asked. Raises Invalid, Conflict once it is closed."""
    must(by, Who.ASKER)
    line = await write(db, by, case, Event.ADD, now, words=words, uploads=uploads)
    await tell(
        db, case, notices.ADDED, await hands(db, case), says=words.strip() or "加了照片", now=now
    )
    return line


async def write(
    db: AsyncSession, by: Actor, case: Case, what: Event, now: datetime, *, words: str,
    uploads: Sequence[int] = (),
) -> Line:  # fmt: skip
    """A line of either side, which changes nothing else. Raises Invalid, Conflict."""
    words = checked(words, uploads)
    locked = select(Case.state).where(Case.id == case.id).with_for_update()
    if (state := State(await db.scalar(locked) or case.state)) not in SPOKEN:
        raise Conflict(now_it_is(state))
    lines = await db.scalar(select(func.count()).where(Line.case_id == case.id))
    if (lines or 0) >= MOST_LINES:
        raise Invalid("这件说得够多了，有新的事另写一件")
    return await note(db, by, case, what, now, words=words, uploads=uploads)


def checked(words: str, uploads: Sequence[int] = ()) -> str:
    """`words` without blanks around them. Raises Invalid for none and for too many."""
    words = words.strip()
    if not words and not uploads:
        raise Invalid("写一句再发")
    if len(words) > MOST_WORDS:
        raise Invalid(f"最多 {MOST_WORDS} 个字，短一点就好")
    return words


async def withdraw(
    db: AsyncSession, by: Actor, case: Case, now: datetime, *, words: str = ""
) -> Case:
    """It is not wanted any more. Raises Conflict once it is answered."""
    changed = await move(
        db, by, case, Move.WITHDRAW, now, words=words[:200], closed_at=now, next_at=None
    )
    await tell(
        db, changed, notices.ADDED, await hands(db, changed), says="撤回了，不用答了", now=now
    )
    return changed


async def rate(
    db: AsyncSession, by: Actor, case: Case, now: datetime, *, stars: int, words: str = ""
) -> Case:
    """Stars for the answer, once; with them it is closed. Raises Invalid, Conflict."""
    if not 1 <= stars <= 5:
        raise Invalid("点一颗星再发")
    changed = await move(
        db, by, case, Move.RATE, now, only=Case.stars.is_(None), stars=stars,
        rating=words.strip()[:500], closed_at=now,
    )  # fmt: skip
    await count_stars(db, changed, stars, now)
    return changed


async def reopen(
    db: AsyncSession, by: Actor, case: Case, now: datetime, *, words: str,
    uploads: Sequence[int] = (),
) -> Case:  # fmt: skip
    """The answer did not solve it: once, with a reason; a new deadline begins.

    Raises Invalid, Conflict.
    """
    if not words.strip():
        raise Invalid("说说还差什么，好接着办")
    if case.reopened:
        raise Conflict("这件已经请他们再答过一次了，还没解决就另写一件，写给主任")
    clock = await clock_of(db, Kind(case.kind))
    due = clock.due(now)
    changed = await move(
        db, by, case, Move.REOPEN, now, words=checked(words), uploads=uploads,
        only=Case.reopened == 0, reopened=1, due_at=due, stage=0, closed_at=None,
        next_at=clock.step(now, due, 0),
    )  # fmt: skip
    people = {*await hands(db, changed), *await above(db, changed)}
    says = f"{say_deadline(due, now)}再答一次"
    await tell(db, changed, notices.REOPENED, people, says=says, now=now)
    return changed
