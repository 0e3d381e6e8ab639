"""Writing an answer down: the row, the stars, and word to the head if they are few."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus import units
from app.campus.notify import notify
from app.services.evaluations.forms import questions_of
from app.services.evaluations.models import Answer, Form, Subject
from app.services.evaluations.notices import LOW
from app.services.evaluations.rules import is_low, stars_of, words_of
from app.services.evaluations.scores import count_stars


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a subject on `day`; named: by whom and when, else the receipt's hash."""

    version: int
    given: Mapping[str, Any]
    photos: tuple[int, ...]
    day: date
    person_id: int | None = None
    at: datetime | None = None
    receipt: bytes | None = None


async def keep(db: AsyncSession, form: Form, subject: Subject, said: Said) -> Answer:
    """Write it, count the stars, tell the head of few."""
    questions = await questions_of(db, form, said.version)
    stars = stars_of(questions, said.given)
    answer = Answer(
        form_id=form.id, version=said.version, subject_id=subject.id, person_id=said.person_id,
        anonymous=said.receipt is not None, day=said.day, at=said.at, given=dict(said.given),
        stars=stars, words=words_of(questions, said.given), photos=list(said.photos),
        low=is_low(stars, form.low), receipt=said.receipt,
    )  # fmt: skip
    db.add(answer)
    await db.flush()
    await count_stars(db, answer, subject)
    if answer.low:
        await _alert(db, form, subject, answer)
    return answer


async def _alert(db: AsyncSession, form: Form, subject: Subject, answer: Answer) -> None:
    heads = await units.heads(db, subject.unit or form.unit)
    await notify(
        db, LOW, to=[head for head in heads if head != answer.person_id], what=subject.name,
        stars=answer.stars or 0, words=answer.words or _tags(answer.given) or "没写话",
        day=answer.day, answer=answer.id,
    )  # fmt: skip


def _tags(given: Mapping[str, Any]) -> str:
    lists = [value for value in given.values() if isinstance(value, list)]
    return "、".join(str(one) for value in lists for one in value if isinstance(one, str))


async def pair(db: AsyncSession, subject_id: int) -> tuple[Subject, Form] | None:
    """A subject and its form."""
    query = select(Subject, Form).join(Form, Form.id == Subject.form_id)
    row = (await db.execute(query.where(Subject.id == subject_id))).one_or_none()
    return None if row is None else (row[0], row[1])
