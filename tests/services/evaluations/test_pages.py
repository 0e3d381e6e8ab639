"""The lists, live results, photos, and what is kept of people."""

import io

import pytest
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import select

from app.campus.people import privacy
from app.campus.people.me import Me
from app.campus.uploads import Upload
from app.kit import clock
from app.kit.db import Database
from app.services.evaluations.models import Answer
from app.services.evaluations.opening import open_sealed
from tests.people import Somebody
from tests.services.evaluations.made import STARS, a_class, opened, phone, send

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]
HOME = "/h5/evaluations"
ONE = {"name": "until", "kind": "one", "title": "开到几点", "choices": ["21:30", "23:00"]}
MANY = {"name": "eat", "kind": "many", "title": "想吃什么", "choices": ["粥", "面"], "limit": 1}
ROWS = {"name": "parts", "kind": "matrix", "title": "分开说", "rows": ["卫生"],
        "choices": ["好", "差"]}  # fmt: skip
SCALE = {"name": "score", "kind": "scale", "title": "打几分", "labels": ["差", "好"]}
SURVEY = [STARS, ONE, MANY, ROWS, SCALE]


def a_photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "brown").save(out, "JPEG")
    return out.getvalue()


async def test_the_list_finds_by_name_and_says_when_it_finds_nothing(
    app: FastAPI, people: People, database: Database
) -> None:
    await opened(database)
    async with phone(app, people["alice"]) as alice:
        everything = await alice.get(HOME)
        found = await alice.get(f"{HOME}?q=二食堂")
        missing = await alice.get(f"{HOME}?q=月球")
    assert "二食堂 3 号桌" in everything.text
    assert "二食堂 3 号桌" in found.text
    assert "没找到「月球」" in missing.text


async def test_results_are_live_for_who_has_answered(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database, SURVEY, live=True)
    async with phone(app, people["alice"]) as alice:
        before = await alice.get(f"{page}/results")
        await send(alice, page, stars="4", until="23:00", eat=["粥"], score="8",
                   **{"parts-0": "好"})  # fmt: skip
        after = await alice.get(f"{page}/results")
    assert before.status_code == 403
    assert '<progress max="1" value="1" aria-label="23:00">' in after.text
    assert '<progress max="1" value="1" aria-label="好">' in after.text
    assert "8.0" in after.text


async def test_a_handful_of_anonymous_answers_is_not_shown(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database, SURVEY, live=True, anonymous=True)
    for at, student in enumerate(await a_class(database, 5)):
        async with phone(app, student) as browser:
            await send(browser, page, stars="5")
            await open_sealed(database, clock.now())
            shown = await browser.get(f"{page}/results")
        assert ("凑够 5 份才显示" in shown.text) is (at < 4)


async def test_a_photo_stays_with_its_answer_and_its_unit(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database)
    async with phone(app, people["alice"]) as alice, phone(app, people["head"]) as head:
        await send(alice, page, stars="1", photo=a_photo())
        async with database.session() as db:
            answer = (await db.scalars(select(Answer))).one()
        shown = await head.get(f"{HOME}/heard/{answer.id}")
        small = shown.text.split('<img src="')[1].split('"')[0]
        assert (await head.get(small)).headers["content-type"] == "image/jpeg"
        assert (await alice.get(small)).status_code == 403
    assert answer.given["photo"] == answer.photos


async def test_what_is_no_photo_is_said_so_and_the_rest_stays(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database)
    async with phone(app, people["alice"]) as alice:
        refused = await send(alice, page, stars="2", words="太咸了", photo=b"no photo")
    assert refused.status_code == 422
    assert "不是照片" in refused.text
    assert "太咸了" in refused.text


async def test_who_is_deleted_takes_their_name_off_what_they_said(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database)
    alice = people["alice"]
    async with phone(app, alice) as browser:
        await send(browser, page, stars="1", photo=a_photo(), words="太咸了")
    subject = privacy.Subject(alice.who, alice.person_id)
    async with database.session() as db:
        assert (await privacy.export(db, subject, clock.now()))["评价"][0]["答案"]["stars"] == 1
        me = Me(0, alice.who, person_id=alice.person_id)
        await privacy.forget_person(db, me, clock.now())
    async with database.session() as db:
        answer = (await db.scalars(select(Answer))).one()
        photo = (await db.scalars(select(Upload))).one()
        assert (await privacy.export(db, subject, clock.now()))["评价"] == []
    assert (answer.person_id, answer.at, answer.words) == (None, None, "太咸了")
    assert photo.person_id is None


async def test_more_than_a_page_of_mine_goes_on(
    app: FastAPI, people: People, database: Database
) -> None:
    form, subject, _ = await opened(database)
    async with database.session() as db:
        for at in range(25):
            now = clock.now().replace(microsecond=at)
            db.add(Answer(form_id=form.id, version=1, subject_id=subject.id, anonymous=False,
                          person_id=people["alice"].person_id, at=now, day=now.date(),
                          given={"stars": 3}, stars=3, photos=[]))  # fmt: skip
    async with phone(app, people["alice"]) as alice:
        first = await alice.get(f"{HOME}/mine")
        link = first.text.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
        second = await alice.get(link)
    assert first.text.count("3 星，一般") == 20
    assert second.text.count("3 星，一般") == 5


@pytest.mark.parametrize(
    "path",
    ["/mine?before=0001-01-01T00:00:00", "/mine?before=9999-12-31T23:59:59-12:00", "?q=%00%ff",
     "/mine/4503599627370497", "/i/2147483648", "/%00", "/aaaa", "/" + "a" * 24, "/heard/0",
     "/aaaaaaaaaaaaaaaaaaaaaaaa/results"],
)  # fmt: skip
async def test_a_strange_address_is_answered_with_a_page(
    app: FastAPI, people: People, path: str
) -> None:
    async with phone(app, people["head"]) as head:
        assert (await head.get(f"{HOME}{path}")).status_code in (200, 404, 422)


async def test_strange_fields_are_answered_with_the_form(
    app: FastAPI, people: People, database: Database
) -> None:
    _, _, page = await opened(database, SURVEY)
    strange = {"version": "²", "q-stars": ["4", "5"], "q-until": "\0", "q-x": "1" * 5000,
               "q-parts-0": "\ud7ff好", "q-score": "9" * 400}  # fmt: skip
    async with phone(app, people["alice"]) as alice:
        refused = await alice.post(page, data=strange)
        empty = await alice.post(page)
    assert {refused.status_code, empty.status_code} == {422}
    assert "怎么样" in refused.text
