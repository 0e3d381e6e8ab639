"""Forms at the desk: built, changed as a new version, opened and closed."""

import html
from typing import Any

import pytest
from sqlalchemy import func, select

from app.kit.db import Database
from app.services.evaluations.models import Form, FormKind, Version
from tests.desk.conftest import DeskOf
from tests.people import UNIT, Somebody
from tests.services.evaluations.desk import HERE, Desk, answered, limited, sit_down
from tests.services.evaluations.made import opened

pytestmark = pytest.mark.anyio
SETTINGS = {"title": "二食堂怎么样", "kind": "rating", "unit": UNIT, "period": "day", "low": "2",
            "listed": "on", "thanks": "谢谢"}  # fmt: skip
STARS = {"q0-name": "q1", "q0-kind": "stars", "q0-title": "总的来说", "q0-required": "on"}
WORDS = {"q1-name": "q2", "q1-kind": "words", "q1-title": "哪里不好", "q1-when": "q1",
         "q1-op": "le", "q1-value": "2"}  # fmt: skip


@pytest.fixture
async def desk(desk_of: DeskOf, database: Database) -> Desk:
    return await sit_down(desk_of, database)


async def form_of(database: Database, title: str = SETTINGS["title"]) -> Form:
    async with database.session() as db:
        return (await db.scalars(select(Form).where(Form.title == title))).one()


async def made(desk: Desk, **more: Any) -> Form:
    done = await desk.post("/new", "/new", {**SETTINGS, **STARS, **WORDS, **more})
    assert done.status_code == 303, done.text
    return await form_of(desk.database)


async def test_a_form_is_a_draft_that_is_opened_and_closed(desk: Desk) -> None:
    form = await made(desk)
    assert (form.stage, form.unit, form.period) == ("draft", UNIT, "day")
    here = f"/{form.id}"
    assert "放出去了" in await desk.did(f"{here}/do/open", here)
    assert (await form_of(desk.database)).stage == "open"
    assert "收起来了" in await desk.did(f"{here}/do/close", here)
    assert (await form_of(desk.database)).stage == "closed"


async def test_questions_with_their_conditions_are_kept_and_shown_again(desk: Desk) -> None:
    form = await made(desk)
    async with desk.database.session() as db:
        kept = (await db.get_one(Version, (form.id, 1))).questions
    assert [one["name"] for one in kept] == ["q1", "q2"]
    assert kept[1]["when"] == {"question": "q1", "op": "le", "value": 2}
    page = await desk.page(f"/{form.id}/edit")
    assert "「总的来说」最多 2 星才问" in page


async def test_other_questions_are_a_new_version_and_other_words_are_not(desk: Desk) -> None:
    form = await made(desk)
    edit = f"/{form.id}/edit"
    await desk.did(edit, **{**SETTINGS, **STARS, **WORDS, "thanks": "收到"})
    assert (await form_of(desk.database)).version == 1
    assert "新的一版" in await desk.did(edit, **SETTINGS, **STARS)
    assert (await form_of(desk.database)).version == 2


async def test_two_who_change_the_questions_at_once_do_not_overwrite_each_other(
    desk: Desk,
) -> None:
    form = await made(desk)
    edit = f"/{form.id}/edit"
    await desk.did(edit, **SETTINGS, **STARS)
    late = await desk.send(edit, **SETTINGS, **{**STARS, "q0-title": "我改的"}, version="1")
    assert late.status_code == 409
    assert "别的同事刚改过" in late.text
    assert "我改的" in late.text


async def test_what_was_typed_stays_when_it_is_refused(desk: Desk) -> None:
    answer = await desk.post("/new", "/new", {**SETTINGS, **STARS, "q0-title": "", "most": "多"})
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert "有 1 处要改" in page
    assert 'value="二食堂怎么样"' in page
    refused = await desk.post("/new", "/new", {**SETTINGS, **STARS, "q0-title": ""})
    assert "第 1 题：写上问什么" in refused.text
    assert "e-q_wrong" in refused.text


async def test_buttons_of_the_builder_answer_with_the_questions_alone(desk: Desk) -> None:
    sent = await desk.post("/build", "/new", {**SETTINGS, **STARS, "deed": "add:scale"})
    assert sent.status_code == 200
    assert "<html" not in sent.text
    assert 'name="q1-kind" value="scale"' in sent.text
    assert 'id="phone" class="e-side" hx-swap-oob="true"' in sent.text


async def test_without_scripts_a_button_shows_the_page_again_and_saves_nothing(desk: Desk) -> None:
    sent = await desk.post("/new", "/new", {**SETTINGS, **STARS, "deed": "add:words"})
    assert sent.status_code == 200
    assert 'name="q1-kind" value="words"' in sent.text
    async with desk.database.session() as db:
        assert await db.scalar(select(func.count()).select_from(Form)) == 0


async def test_a_form_is_sent_once_however_often_the_button_is_pressed(desk: Desk) -> None:
    page = await desk.client.get(f"{HERE}/new")
    key = page.text.split('name="once" value="')[1].split('"')[0]
    first = await desk.send("/new", once=key, **SETTINGS, **STARS)
    again = await desk.send("/new", once=key, **SETTINGS, **STARS)
    assert first.headers["location"] == again.headers["location"]
    await form_of(desk.database)


async def test_a_survey_leads_to_a_campaign_with_its_words_and_page(desk: Desk) -> None:
    form = await made(desk, kind="survey")
    await desk.did(f"/{form.id}/do/open", f"/{form.id}")
    page = await desk.page(f"/{form.id}")
    link = page.split('href="/desk/campaigns/new?')[1].split('"')[0]
    campaign = html.unescape((await desk.client.get(f"/desk/campaigns/new?{link}")).text)
    assert 'value="二食堂怎么样"' in campaign
    assert 'name="page" value="/h5/evaluations/' in campaign
    assert 'value="text" checked' in campaign
    pdf = await desk.client.get(f"{HERE}/{form.id}/code.pdf")
    assert pdf.content.startswith(b"%PDF")


async def test_named_or_not_cannot_be_changed_after_an_answer(
    desk: Desk, people: dict[str, Somebody]
) -> None:
    form, subject, _ = await opened(desk.database)
    await answered(desk.database, form, subject, person_id=people["alice"].person_id, stars=4)
    settings = {**SETTINGS, "title": form.title, "anonymous": "on"}
    refused = await desk.send(f"/{form.id}/edit", **settings, **STARS)
    assert refused.status_code == 409
    assert "实名、匿名不能再改" in refused.text


async def test_who_is_limited_to_a_unit_makes_forms_of_it_alone(
    desk_of: DeskOf, database: Database, people: dict[str, Somebody]
) -> None:
    await limited(database, people["operator"], "维修中心")
    desk = await sit_down(desk_of, database)
    other, _, _ = await opened(database)
    refused = await desk.send("/new", **SETTINGS, **STARS)
    assert refused.status_code == 422
    assert other.title not in await desk.page("")
    for path in ("", "/edit", "/answers", "/answers.xlsx", "/live"):
        assert (await desk.client.get(f"{HERE}/{other.id}{path}")).status_code == 403, path
    assert FormKind(other.kind) is FormKind.RATING


async def test_people_are_asked_by_their_numbers_each_once(
    desk: Desk, people: dict[str, Somebody]
) -> None:
    form, subject, _ = await opened(desk.database, period="occasion")
    page = f"/{form.id}/invite"
    typed: dict[str, Any] = {
        "subject": subject.id,
        "until": "2099-01-01T12:00",
        "occasion": "接待日",
    }
    refused = await desk.send(page, **typed, numbers="20260000 nobody")
    assert refused.status_code == 422
    assert "名册里没有 NOBODY" in refused.text
    assert "请过了" in await desk.did(page, **typed, numbers="20260000\n20260001")
    assert "都请过了" in await desk.did(page, **typed, numbers="20260000")
    assert (await form_of(desk.database, form.title)).invited == 2
