"""Counting answers: a slice of them, by question, subject, unit and time. All of it in SQL.

A slice of one form is found by the index on (form, day), one of a subject by (subject, day); of
all forms, days bound what is read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text, true, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.evaluations.models import Answer, Form, Subject
from app.services.evaluations.rules import NUMBERS, SEVERAL, Kind, Question

UNIT = func.coalesce(func.nullif(Subject.unit, ""), Form.unit)  # who reads an answer
BETWEEN = "\t"  # a matrix's row and choice, in one value
MOST_WORDS = 5_000  # answers whose words are cut into topics, the newest ones
SHAPES = {
    Kind.STARS: "one", Kind.SCALE: "one", Kind.ONE: "one", Kind.MANY: "many", Kind.TAGS: "many",
    Kind.MATRIX: "grid",
}  # fmt: skip
Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Slice:
    """Which answers: days are whole and included; None leaves open.

    `within`: the units that whoever looks may see; None: all.
    """

    form_id: int | None = None
    subject_id: int | None = None
    unit: str | None = None
    since: date | None = None
    until: date | None = None
    within: frozenset[str] | None = None

    def before(self) -> "Slice | None":
        """The period of the same length just before it; None without a beginning and an end."""
        if self.since is None or self.until is None:
            return None
        days = (self.until - self.since).days + 1
        return replace(
            self, since=self.since - timedelta(days=days), until=self.since - timedelta(days=1)
        )

    def where(self) -> list[ColumnElement[bool]]:
        """Of a query over Answer, Subject and Form."""
        found: list[ColumnElement[bool]] = []
        if self.form_id is not None:
            found.append(Answer.form_id == self.form_id)
        if self.subject_id is not None:
            found.append(Answer.subject_id == self.subject_id)
        if self.unit is not None:
            found.append(UNIT.in_([self.unit]))
        if self.since is not None:
            found.append(Answer.day >= self.since)
        if self.until is not None:
            found.append(Answer.day <= self.until)
        if self.within is not None:
            found.append(UNIT.in_(self.within))
        return found


@dataclass(frozen=True, slots=True)
class Sum:
    """What came of some answers. `starred` gave stars, `good` four or five of them."""

    count: int = 0
    anonymous: int = 0
    starred: int = 0
    stars: int = 0
    good: int = 0
    low: int = 0
    handled: int = 0  # of the low ones: answered, or made into a case

    @property
    def mean(self) -> float | None:
        return self.stars / self.starred if self.starred else None

    @property
    def content(self) -> float | None:
        """Hundredths of those with stars that gave four or five."""
        return self.good * 100 / self.starred if self.starred else None


def over(*columns: Any) -> Select[Any]:
    """A query over answers, with their subject and form."""
    return (
        select(*columns).select_from(Answer)
        .join(Subject, Subject.id == Answer.subject_id).join(Form, Form.id == Answer.form_id)
    )  # fmt: skip


def _sums() -> list[Any]:
    handled = Answer.replied_at.is_not(None) | Answer.complained_at.is_not(None)
    return [
        func.count(), func.count().filter(Answer.anonymous), func.count(Answer.stars),
        func.coalesce(func.sum(Answer.stars), 0), func.count().filter(Answer.stars >= 4),
        func.count().filter(Answer.low), func.count().filter(Answer.low & handled),
    ]  # fmt: skip


async def total(db: AsyncSession, of: Slice) -> Sum:
    """The sum of a slice."""
    return Sum(*(await db.execute(over(*_sums()).where(*of.where()))).one())


async def by_subject(
    db: AsyncSession, of: Slice, most: int = 200
) -> list[tuple[int, str, int, Sum]]:
    """(id, name, form, sum) of the subjects of most answers."""
    what = (Subject.id, Subject.name, Subject.form_id)
    query = over(*what, *_sums()).where(*of.where()).group_by(*what)
    rows = await db.execute(query.order_by(func.count().desc(), Subject.id).limit(most))
    return [(id, name, form, Sum(*sums)) for id, name, form, *sums in rows]


async def by_unit(db: AsyncSession, of: Slice) -> dict[str, Sum]:
    """Sums by unit."""
    query = over(UNIT, *_sums()).where(*of.where()).group_by(UNIT)
    return {unit: Sum(*sums) for unit, *sums in await db.execute(query)}


async def by_time(db: AsyncSession, of: Slice, step: str) -> dict[date, tuple[int, int, int, int]]:
    """(good, middling, bad, without stars) by the first day of each `step`: day, week, month."""
    at = func.date_trunc(step, Answer.day).cast(Answer.day.type)
    query = over(
        at, func.count().filter(Answer.stars >= 4), func.count().filter(Answer.stars == 3),
        func.count().filter(Answer.stars <= 2), func.count().filter(Answer.stars.is_(None)),
    ).where(*of.where()).group_by(at)  # fmt: skip
    return {when: (a, b, c, d) for when, a, b, c, d in await db.execute(query)}


async def answered(db: AsyncSession, of: Slice) -> dict[str, int]:
    """How many answered each question, by its name."""
    key = func.jsonb_each(Answer.given).table_valued("key", "value", name="each").lateral()
    query = over(key.c.key, func.count()).join(key, true()).where(*of.where())
    rows = await db.execute(query.group_by(key.c.key))
    return dict(rows.all())


async def counts(db: AsyncSession, of: Slice, questions: Iterable[Question]) -> Counts:
    """How often each value was given, by question; a matrix's value is row, BETWEEN, choice."""
    names: dict[str, list[str]] = {"one": [], "many": [], "grid": []}
    for question in questions:
        if question.kind in SHAPES:
            names[SHAPES[question.kind]].append(question.name)
    found: dict[str, dict[str, int]] = {name: {} for some in names.values() for name in some}
    for shape, wanted in names.items():
        if wanted:
            query = _given(shape, wanted).where(*of.where())
            for name, value, count in await db.execute(query):
                found[name][value] = count
    return found


def _given(shape: str, names: Sequence[str]) -> Select[Any]:
    """(question, value, how often) for questions whose values have that shape."""
    read = func.jsonb_each_text if shape == "one" else func.jsonb_each
    each = read(Answer.given).table_valued("key", "value", name="each").lateral()
    inner = type_coerce(each.c.value, JSONB)
    value: ColumnElement[Any]
    if shape == "one":
        value, query = each.c.value, over().join(each, true())
    elif shape == "many":
        item = func.jsonb_array_elements_text(inner).table_valued("value", name="item").lateral()
        value, query = item.c.value, over().join(each, true()).join(item, true())
    else:
        cell = func.jsonb_each_text(inner).table_valued("key", "value", name="cell").lateral()
        value = cell.c.key.op("||")(BETWEEN).op("||")(cell.c.value)
        query = over().join(each, true()).join(cell, true())
    query = query.add_columns(each.c.key, value.label("said"), func.count())
    return query.where(each.c.key.in_(names)).group_by(each.c.key, text("said"))


def gave(question: Question, value: str) -> ColumnElement[bool]:
    """Whether an answer gave `value`, as `counts` writes it, to a question."""
    inner: Any = int(value) if question.kind in NUMBERS and value.isdecimal() else value
    if question.kind in SEVERAL:
        inner = [value]
    elif question.kind is Kind.MATRIX:
        row, _, choice = value.partition(BETWEEN)
        inner = {row: choice}
    return Answer.given.contains({question.name: inner})


async def words(db: AsyncSession, of: Slice) -> list[tuple[int, str]]:
    """(answer, what was written), the newest MOST_WORDS."""
    query = over(Answer.id, Answer.words).where(*of.where(), Answer.words != "")
    query = query.order_by(Answer.day.desc(), Answer.id).limit(MOST_WORDS)
    return [(id, said) for id, said in await db.execute(query)]
