"""Answers as a spreadsheet: a row each, a column for each question (a matrix: for each row)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Person
from app.kit.sheets import Column, write
from app.services.evaluations import desk_words as words
from app.services.evaluations import results
from app.services.evaluations.models import Answer, Subject
from app.services.evaluations.results import Slice
from app.services.evaluations.results_shown import hidden
from app.services.evaluations.rules import NUMBERS, Kind, Question

MOST = 100_000
HEAD = {"day": "日期", "subject": "评的是", "unit": "单位", "number": "学号或工号", "who": "姓名"}
TAIL = {"reply": "回复", "case": "转成投诉"}
NOBODY = "匿名"


async def table(
    db: AsyncSession, of: Slice, questions: Sequence[Question]
) -> tuple[list[Column], list[dict[str, Any]]]:
    """Columns and rows of a slice, at most MOST; without rows for too few anonymous ones."""
    columns = [Column(title, name) for name, title in HEAD.items()]
    for question in questions:
        columns += _columns(question)
    columns += [Column(title, name) for name, title in TAIL.items()]
    if hidden(await results.total(db, of)):
        return columns, []
    query = (
        results.over(Answer, Subject.name, results.UNIT, Person.number, Person.name)
        .outerjoin(Person, and_(Person.id == Answer.person_id, ~Answer.anonymous))
        .where(*of.where()).order_by(Answer.day, Answer.id).limit(MOST)
    )  # fmt: skip
    known = {question.name: question for question in questions}
    return columns, [_row(row[0], row[1:], known) for row in await db.execute(query)]


def sheet(columns: Sequence[Column], rows: Sequence[dict[str, Any]]) -> bytes:
    """The file; takes about a second for 10,000 rows: call it in a thread."""
    return write(columns, rows)


def _columns(question: Question) -> list[Column]:
    if question.kind is not Kind.MATRIX:
        return [Column(question.title, question.name)]
    return [Column(f"{question.title}：{row}", f"{question.name}/{row}") for row in question.rows]


def _row(answer: Answer, names: Sequence[Any], known: Mapping[str, Question]) -> dict[str, Any]:
    """`names`: of the subject and its unit, and the number and name of who answered."""
    subject, unit, number, who = names
    found: dict[str, Any] = {
        "day": answer.day.isoformat(), "subject": subject, "unit": words.unit_of(unit),
        "number": number or "", "who": who or NOBODY, "reply": answer.reply,
        "case": "是" if answer.complained_at else "",
    }  # fmt: skip
    for name, value in answer.given.items():
        question = known.get(name)
        if question is None:
            continue
        if question.kind is Kind.MATRIX:
            found |= {f"{name}/{row}": choice for row, choice in value.items()}
        else:
            found[name] = value if question.kind in NUMBERS else words.said(question, value)
    return found
