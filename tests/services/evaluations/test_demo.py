"""The demo's windows, dormitories and half a year of answers."""

from collections import Counter

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app.campus.units import demo as units
from app.kit import clock
from app.kit.db import Database
from app.services.evaluations import questions
from app.services.evaluations.board import board, open_now
from app.services.evaluations.checking import as_sent, check
from app.services.evaluations.demo import ANSWERS, fill
from app.services.evaluations.models import Answer, Form, Subject, Version
from tests.people import Somebody
from tests.services.evaluations.made import phone

pytestmark = pytest.mark.anyio


@pytest.fixture
async def filled(database: Database, people: dict[str, Somebody]) -> Database:
    async with database.session() as db:
        await units.fill(db)
        await fill(db)
    return database


async def test_all_kinds_of_things_can_be_rated(filled: Database) -> None:
    entries = open_now(await board.get(filled), clock.now())
    kinds = Counter(entry.kind for entry in entries)
    assert set(kinds) == {"canteen", "window", "dormitory", "bus", "office", "survey"}
    assert [entry.kind for entry in entries][:3] == ["canteen"] * 3


async def test_every_answer_is_one_that_its_form_would_take(filled: Database) -> None:
    async with filled.session() as db:
        found = (await db.execute(select(Answer, Version).join(
            Version, (Version.form_id == Answer.form_id) & (Version.version == Answer.version)
        ))).all()  # fmt: skip
    assert len(found) > ANSWERS
    for answer, version in found:
        asked = questions.read(version.questions)
        again = check(asked, as_sent(asked, answer.given), {})
        assert again.given == answer.given
        assert again.wrong == {}


async def test_anonymous_forms_have_only_nameless_answers(filled: Database) -> None:
    query = (
        select(func.count())
        .select_from(Answer)
        .join(Form, Form.id == Answer.form_id)
        .where(
            (Answer.person_id.is_(None) != Form.anonymous) | (Answer.anonymous != Form.anonymous)
        )
    )
    async with filled.session() as db:
        assert await db.scalar(query) == 0


async def test_a_head_sees_what_waits_and_a_student_a_survey(
    filled: Database, app: FastAPI, people: dict[str, Somebody]
) -> None:
    async with phone(app, people["head"]) as head, phone(app, people["alice"]) as alice:
        low = await head.get("/h5/evaluations/heard")
        index = await alice.get("/h5/evaluations")
        offered = await head.get("/h5/evaluations")
    assert "没回" in low.text
    assert "打了低分的" in offered.text
    assert "打了低分的" not in index.text
    assert "食堂夜宵开到几点合适" in index.text
    async with filled.session() as db:
        units_of = set(await db.scalars(select(Subject.unit)))
    assert units_of == {"饮食中心", "公寓中心", "运输中心", "水电中心"}
