"""Answering on the phone: once, named or sealed, by the version that was shown."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app.campus.people.me import Me
from app.campus.permission import Right, Role
from app.kit import clock
from app.kit.db import Database
from app.services.evaluations import forms
from app.services.evaluations.forms import Spec
from app.services.evaluations.models import Answer, Form, Sealed, Taken
from app.services.evaluations.opening import open_sealed
from tests.people import UNIT, Somebody
from tests.services.evaluations.made import DINER, STARS, TAGS, WORDS, opened, phone, send

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]


async def answers(database: Database) -> list[Answer]:
    async with database.session() as db:
        return list(await db.scalars(select(Answer).order_by(Answer.stars)))


async def count(database: Database, table: type) -> int:
    async with database.session() as db:
        return await db.scalar(select(func.count()).select_from(table)) or 0


async def test_stars_never_start_lit(app: FastAPI, people: People, database: Database) -> None:
    _, _, page = await opened(database)
    async with phone(app, people["alice"]) as alice:
        shown = await alice.get(page)
    assert "二食堂 3 号桌怎么样" in shown.text
    assert "点一颗星" in shown.text
    assert " checked" not in shown.text


async def test_a_named_answer_is_kept_with_its_name(
    app: FastAPI, people: People, database: Database
) -> None:
    _, subject, page = await opened(database)
    async with phone(app, people["alice"]) as alice:
        done = await send(alice, page, stars="4", tags=["味道好"], words="汤很热")
        mine = await alice.get("/h5/evaluations/mine")
    assert done.status_code == 200
    assert "你评过了" in done.text
    assert "二食堂 3 号桌" in mine.text
    [answer] = await answers(database)
    assert (answer.person_id, answer.stars, answer.words) == (
        people["alice"].person_id,
        4,
        "汤很热",
    )
    assert answer.given == {"stars": 4, "tags": ["味道好"], "words": "汤很热"}
    assert answer.subject_id == subject.id


async def test_the_second_on_one_occasion_is_refused(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database, anonymous=True)
    async with phone(app, people["alice"]) as alice:
        first = await send(alice, page, stars="5")
        second = await send(alice, page, stars="1")
    assert "回执码" in first.text
    assert second.status_code == 409
    assert "你评过了" in second.text
    await open_sealed(database, clock.now())
    assert [answer.stars for answer in await answers(database)] == [5]


async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database)
    async with phone(app, people["alice"]) as alice:
        refused = await send(alice, page, words="忘了点星")
    assert refused.status_code == 422
    assert "还差一点" in refused.text
    assert "忘了点星" in refused.text
    assert await count(database, Taken) == 0
    assert await answers(database) == []


async def test_a_closed_form_says_so(app: FastAPI, people: People, database: Database) -> None:
    past = clock.now() - timedelta(days=1)
    form, _, page = await opened(database)
    async with database.session() as db:
        (await db.get_one(Form, form.id)).closes_at = past
    async with phone(app, people["alice"]) as alice:
        asked, refused = await alice.get(page), await send(alice, page, stars="3")
    assert "收完了" in asked.text
    assert refused.status_code == 409


async def change(database: Database, form_id: int, questions: list[dict[str, object]]) -> None:
    """An operator changes the questions while the form is open."""
    operator = Me(0, None, rights=(Right(Role.OPERATOR),))
    async with database.session() as db:
        form = await db.get_one(Form, form_id)
        await forms.change(
            db, operator, form, Spec("这顿饭怎么样", unit=UNIT), questions, clock.now()
        )


async def test_an_answer_to_an_older_version_is_taken_while_it_is_as_good(
    app: FastAPI, people: People, database: Database
) -> None:
    form, _, page = await opened(database)
    await change(database, form.id, [*DINER, {"name": "more", "kind": "words", "title": "别的"}])
    async with phone(app, people["alice"]) as alice:
        assert (await send(alice, page, version=1, stars="4")).status_code == 200
    assert [answer.version for answer in await answers(database)] == [1]


async def test_an_answer_that_no_longer_fits_comes_back_with_all_that_was_typed(
    app: FastAPI, people: People, database: Database
) -> None:
    form, _, page = await opened(database)
    asked = {"name": "who", "kind": "one", "title": "哪一餐", "required": True,
             "choices": ["午饭", "晚饭"]}  # fmt: skip
    await change(database, form.id, [STARS, TAGS, WORDS, asked])
    async with phone(app, people["alice"]) as alice:
        back = await send(alice, page, version=1, stars="4", words="汤很热")
        again = await send(alice, page, version=2, stars="4", words="汤很热", who="午饭")
    assert back.status_code == 422
    assert "这张表刚刚改过" in back.text
    assert "汤很热" in back.text
    assert "哪一餐" in back.text
    assert again.status_code == 200
    assert [answer.version for answer in await answers(database)] == [2]


async def test_what_was_sealed_with_another_key_stays_and_stops_nothing(
    app: FastAPI, people: People, database: Database
) -> None:
    form, _, page = await opened(database, anonymous=True)
    async with database.session() as db:
        db.add(Sealed(form_id=form.id, envelope=b"x" * 64))
    async with phone(app, people["alice"]) as alice:
        await send(alice, page, stars="5")
    assert await open_sealed(database, clock.now()) == 1
    assert await count(database, Sealed) == 1


async def test_who_sends_without_end_is_told_to_wait(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database)
    async with phone(app, people["alice"]) as alice:
        for _ in range(20):
            await send(alice, page, stars="9")
        late = await send(alice, page, stars="4", words="写了半天")
    assert late.status_code == 429
    assert "写了半天" in late.text
