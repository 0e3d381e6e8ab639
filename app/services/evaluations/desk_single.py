"""Single answers at the desk, by page: newest day first. Of anonymous ones nobody is named."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Person
from app.services.evaluations import desk_words as words
from app.services.evaluations import results
from app.services.evaluations.desk_asked import Wanted, day_of
from app.services.evaluations.models import Answer, Form, Subject
from app.services.evaluations.results_shown import hidden
from app.services.evaluations.rules import Kind, Question
from app.services.evaluations.topics import speaks_of

PAGE = 30


@dataclass(frozen=True, slots=True)
class One:
    """An answer with what it is of; `who` is empty for an anonymous one."""

    answer: Answer
    subject: str
    unit: str
    form: str
    who: str


@dataclass(frozen=True, slots=True)
class Single:
    """A page of them. `after` begins the next one; `few`: too few anonymous ones to be shown."""

    rows: Sequence[One] = ()
    after: str = ""
    few: bool = False


async def page(
    db: AsyncSession, wanted: Wanted, questions: Sequence[Question], after: str
) -> Single:
    """The answers that `wanted` asks for, from `after` on."""
    if hidden(await results.total(db, wanted.slice)):
        return Single(few=True)
    limits = [*wanted.slice.where(), *_limits(wanted, questions)]
    if wanted.topic:
        said = await results.words(db, wanted.slice)
        limits.append(Answer.id.in_(await asyncio.to_thread(_speaking, said, wanted)))
    return await listed(db, limits, after)


async def listed(
    db: AsyncSession, limits: Sequence[ColumnElement[bool]], after: str, size: int = PAGE
) -> Single:
    """A page of answers, newest day first, in no order within a day."""
    query = (
        results.over(Answer, Subject.name, results.UNIT, Form.title, Person.name)
        .outerjoin(Person, and_(Person.id == Answer.person_id, ~Answer.anonymous))
        .where(*limits, *_after(after)).order_by(Answer.day.desc(), Answer.id).limit(size + 1)
    )  # fmt: skip
    rows = [
        One(answer, subject, unit, form, who or "")
        for answer, subject, unit, form, who in await db.execute(query)
    ]
    more = len(rows) > size
    last = rows[size - 1].answer if more else None
    return Single(rows[:size], f"{last.day}:{last.id}" if last else "")


async def repliers(db: AsyncSession, page: Single) -> dict[int, str]:
    """The names of who replied, by id."""
    ids = {one.answer.replied_by for one in page.rows} - {None}
    query = select(Person.id, Person.name).where(Person.id.in_(ids))
    return dict((await db.execute(query)).all())


def _limits(wanted: Wanted, questions: Sequence[Question]) -> list[ColumnElement[bool]]:
    asked = next((one for one in questions if one.name == wanted.question), None)
    if asked is not None:
        if wanted.value:
            return [results.gave(asked, wanted.value)]
        return [func.jsonb_exists(Answer.given, asked.name)]
    only: dict[str, ColumnElement[bool]] = {
        "words": Answer.words != "", "low": Answer.low.is_(True), "photos": Answer.photos != [],
    }  # fmt: skip
    return [only[wanted.only]] if wanted.only in only else []


def _after(after: str) -> list[ColumnElement[bool]]:
    """Below an answer in the order of the list: 「2026-11-21:4711」."""
    text, _, id = after.partition(":")
    day = day_of(text)
    if day is None or not (id.isascii() and id.isdecimal() and len(id) < 17):
        return []
    return [or_(Answer.day < day, and_(Answer.day == day, Answer.id > int(id)))]


def _speaking(said: Sequence[tuple[int, str]], wanted: Wanted) -> list[int]:
    return [id for id, text in said if speaks_of(text, wanted.topic, wanted.judged)]


def lines(answer: Answer, questions: Mapping[str, Question]) -> list[tuple[str, str]]:
    """(what was asked, what was said), stars and photos left out: they are shown as such."""
    found = []
    for name, value in answer.given.items():
        question: Any = questions.get(name)
        if question is not None and question.kind not in (Kind.STARS, Kind.PHOTO):
            found.append((question.title, words.said(question, value)))
    return found
