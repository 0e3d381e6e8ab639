"""Published questions with their answers, and the list of duties: in memory, found by words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Person
from app.campus.units import Unit
from app.kit.cache import Cached
from app.kit.errors import Conflict, Forbidden, Invalid
from app.services.feedback.match import Index
from app.services.feedback.models import Case, Duty, Question
from app.services.feedback.parts import Actor, must
from app.services.feedback.rules import State, Who, may_publish, personal

MOST_QUESTIONS, MOST_DUTIES, MOST_WORDS = 3000, 2000, 1000
NEAR, SURE = 0.25, 0.55  # how much of what is asked an entry covers: worth a look; an answer


@dataclass(frozen=True, slots=True)
class Told:
    """A published question."""

    id: int
    unit: str
    question: str
    answer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Book:
    """All that is published, newest first, and where words find it."""

    told: dict[int, Told]
    index: Index

    def near(self, text: str, most: int = 10, share: float = NEAR) -> list[Told]:
        return [self.told[id] for id, _, _ in self.index.find(text, most, share)]


@dataclass(frozen=True, slots=True)
class Duties:
    """Who does what. `units` as (name, about) in the department's order."""

    units: tuple[tuple[str, str], ...]
    matters: dict[int, tuple[str, str]]
    index: Index

    def of(self, text: str) -> tuple[str, str] | None:
        """(unit, matter) of what `text` is about, if anything on the list is."""
        found = self.index.find(text, 1)
        return self.matters[found[0][0]] if found else None


async def _questions(db: AsyncSession) -> Book:
    shown = select(Question).where(Question.shown).order_by(Question.id.desc())
    rows = list(await db.scalars(shown.limit(MOST_QUESTIONS)))
    told = {r.id: Told(r.id, r.unit, r.question, r.answer, r.at) for r in rows}
    return Book(told, Index({row.id: f"{row.question} {row.words}" for row in rows}))


async def _duties(db: AsyncSession) -> Duties:
    units = await db.execute(select(Unit.name, Unit.about).order_by(Unit.position, Unit.name))
    known = tuple((name, about) for name, about in units)
    rows = list(await db.scalars(select(Duty).order_by(Duty.id).limit(MOST_DUTIES)))
    names = {name for name, _ in known}
    kept = [row for row in rows if row.unit in names]
    matters = {row.id: (row.unit, row.matter) for row in kept}
    # A unit's own line counts as one of its duties; ids of these are below zero.
    about = {-at - 1: (name, line) for at, (name, line) in enumerate(known)}
    texts = {row.id: f"{row.matter} {row.words}" for row in kept}
    texts |= {id: f"{name.removesuffix('中心')} {line}" for id, (name, line) in about.items()}
    return Duties(known, {**matters, **about}, Index(texts))


book = Cached("feedback:questions", _questions)
duties = Cached("feedback:duties", _duties)


async def publish(
    db: AsyncSession, by: Actor, case: Case, now: datetime, *, question: str, answer: str,
    words: str = "",
) -> int:  # fmt: skip
    """Make an answered case public, as edited; published again, the newer text holds.

    Raises Conflict (not answered), Forbidden (who asked did not agree), Invalid (a name, a
    telephone, a room is in the text).
    """
    must(by, Who.HEAD, Who.OFFICE)
    if case.state not in (State.ANSWERED, State.CLOSED):
        raise Conflict("先答复，再公开")
    known = case.asker_id is not None
    if not may_publish(anonymous=case.anonymous, asked_by_somebody=known, consent=case.consent):
        raise Forbidden("写信的人没同意公开，这件不能放出来")
    names = await _names(db, case)
    question, answer, words = (one.strip() for one in (question, answer, words))
    check(question, answer, words, names)
    row = insert(Question).values(
        case_id=case.id, unit=case.unit, question=question, answer=answer, words=words, at=now
    )
    newer = {name: row.excluded[name] for name in ("unit", "question", "answer", "words")}
    kept = row.on_conflict_do_update(index_elements=["case_id"], set_={**newer, "shown": True})
    id: int = (await db.execute(kept.returning(Question.id))).scalar_one()
    await book.changed(db)
    return id


def check(question: str, answer: str, words: str, names: Iterable[str] = ()) -> None:
    """Raise Invalid for what cannot be made public, or is too long."""
    if not question or not answer:
        raise Invalid("问题和答复都要写")
    if len(question) > 200 or len(answer) > MOST_WORDS or len(words) > 200:
        raise Invalid(f"问题最多 200 字，答复最多 {MOST_WORDS} 字")
    if found := personal(f"{question} {answer} {words}", names):
        raise Invalid(f"「{found}」会看出是谁，换个说法再公开")


async def _names(db: AsyncSession, case: Case) -> Sequence[str]:
    names = [case.sender]
    if case.asker_id is not None:
        names.append(await db.scalar(select(Person.name).where(Person.id == case.asker_id)) or "")
    return [name for name in names if name]
