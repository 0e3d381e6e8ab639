"""All that the page of a form draws, from a handful of queries."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.desk.dashboard import columns
from app.services.evaluations import questions as wording
from app.services.evaluations import results
from app.services.evaluations.models import Answer, Form, Version
from app.services.evaluations.results import Slice, Sum
from app.services.evaluations.results_shown import Picture, hidden, over_time, picture, step_of
from app.services.evaluations.rules import Question
from app.services.evaluations.topics import Topic, topics

MOST_TOPICS, MOST_SUBJECTS = 12, 30
EACH = 14  # labels below a chart, at most


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a slice of a form's answers; `before` of the period before it, if there is.

    `few`: too few anonymous ones, of which no picture is drawn.
    """

    total: Sum
    before: Sum | None
    few: bool
    pictures: Sequence[Picture] = ()
    topics: Sequence[Topic] = ()
    subjects: Sequence[tuple[int, str, int, Sum]] = ()
    units: Sequence[tuple[str, Sum]] = ()
    chart: dict[str, Any] | None = None


async def of_form(db: AsyncSession, form: Form, of: Slice, today: date) -> Found:
    """The pictures of a slice."""
    total = await results.total(db, of)
    earlier = of.before()
    before = await results.total(db, earlier) if earlier else None
    if hidden(total) or not total.count:
        return Found(total, before, few=hidden(total))
    if before is not None and (hidden(before) or not before.count):
        earlier = None
    questions = await questions_of(db, form)
    said = await results.words(db, of)
    return Found(
        total, before if earlier else None, few=False,
        pictures=await _pictures(db, of, earlier, questions),
        topics=(await asyncio.to_thread(topics, said))[:MOST_TOPICS],
        subjects=await results.by_subject(db, of, MOST_SUBJECTS),
        units=sorted((await results.by_unit(db, of)).items()), chart=await _chart(db, of, today),
    )  # fmt: skip


async def questions_of(db: AsyncSession, form: Form) -> list[Question]:
    """The questions of the form, and after them those that older versions had."""
    query = select(Version.questions).where(Version.form_id == form.id)
    found: dict[str, Question] = {}
    for raw in await db.scalars(query.order_by(Version.version.desc())):
        for question in wording.read(raw):
            found.setdefault(question.name, question)
    return list(found.values())


async def _pictures(
    db: AsyncSession, of: Slice, earlier: Slice | None, questions: Sequence[Question]
) -> list[Picture]:
    answered, counts = await results.answered(db, of), await results.counts(db, of, questions)
    then = await results.answered(db, earlier) if earlier else {}
    past = await results.counts(db, earlier, questions) if earlier else {}
    drawn = []
    for one in questions:
        before = (then.get(one.name, 0), past.get(one.name, {})) if then.get(one.name) else None
        made = picture(one, answered.get(one.name, 0), counts.get(one.name, {}), before)
        if made.answered:
            drawn.append(made)
    return drawn


async def _chart(db: AsyncSession, of: Slice, today: date) -> dict[str, Any]:
    """The answers by day, week or month, since the first of them."""
    first = of.since or await db.scalar(results.over(func.min(Answer.day)).where(*of.where()))
    last = min(of.until or today, today)
    first = min(first or last, last - timedelta(days=6))
    step = step_of(first, last)
    chart = over_time(await results.by_time(db, of, step), first, last, step)
    return {"chart": chart, "drawn": columns(chart), "each": -(-len(chart.labels) // EACH)}


async def questions_of_all(
    db: AsyncSession, answers: Sequence[Answer]
) -> dict[tuple[int, int], dict[str, Question]]:
    """The questions that some answers answered, by form and version."""
    keys = {(answer.form_id, answer.version) for answer in answers}
    query = select(Version).where(tuple_(Version.form_id, Version.version).in_(keys))
    return {
        (kept.form_id, kept.version): {one.name: one for one in wording.read(kept.questions)}
        for kept in await db.scalars(query)
    }
