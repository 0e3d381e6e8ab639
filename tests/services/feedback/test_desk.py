"""What operators see and do at the desk."""

import html
import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, select, update

from app.campus.permission import Grant, Role
from app.kit import clock
from app.services.feedback.clocks import terms
from app.services.feedback.models import Case, Question
from app.services.feedback.rules import Kind
from tests.desk.conftest import DeskOf
from tests.people import UNIT
from tests.services.feedback.conftest import OTHER, Scene

pytestmark = pytest.mark.anyio
HERE = "/desk/feedback"


class Desk:
    def __init__(self, client: Any) -> None:
        self.client = client

    async def page(self, path: str, code: int = 200) -> str:
        answer = await self.client.get(f"{HERE}/{path}")
        assert answer.status_code == code, (path, answer.status_code)
        return html.unescape(answer.text)

    async def send(self, path: str, form: str = "", code: int = 303, **data: Any) -> str:
        """Send a form; the page that it leads to, or that says why not."""
        found = (await self.client.get(f"{HERE}/{form or path}")).text
        hidden = {name: re.findall(rf'name="{name}" value="([^"]*)"', found)[:1]
                  for name in ("csrftoken", "once")}  # fmt: skip
        given = {name: value[0] for name, value in hidden.items() if value}
        answer = await self.client.post(f"{HERE}/{path}", data=given | data)
        assert answer.status_code == code, answer.text
        if code == 303:
            answer = await self.client.get(answer.headers["location"])
        return html.unescape(answer.text)


@pytest.fixture
async def desk(desk_of: DeskOf, scene: Scene) -> Desk:
    return Desk(await desk_of("operator"))


@pytest.fixture
async def cases(scene: Scene) -> list[int]:
    """Two of the canteens, one of the dormitories, of this moment."""
    async with scene.database.session() as db:
        now = clock.now()
        made = [await scene.ask(db, now=now), await scene.ask(db, "bob", now, words="汤太咸"),
                await scene.ask(db, now=now, unit=OTHER, words="楼道太吵")]  # fmt: skip
        return [case.id for case in made]


async def limited(scene: Scene, unit: str) -> None:
    """The operator has one unit now."""
    async with scene.database.session() as db:
        await db.execute(delete(Grant).where(Grant.person_id == scene.id("operator")))
    await scene.grant("operator", Role.OPERATOR, unit)


async def test_the_queue_finds_by_what_is_asked(desk: Desk, cases: list[int]) -> None:
    assert "3 件" in await desk.page("cases")
    soup, noise = "汤太咸", "楼道太吵"
    every: dict[str, set[str]] = {
        "unit=公寓中心": {noise}, "q=太咸": {soup}, "q=bob": {soup}, f"q={cases[2]}": {noise},
        "state=late": set(), "mark=box": set(), "kind=praise": set(),
        "since=x&until=2026-13-01": {soup, noise}, "state=open&mark=free": {soup, noise},
    }  # fmt: skip
    for query, some in every.items():
        page = await desk.page(f"cases?{query}")
        assert {words for words in (soup, noise) if words in page} == some, query


async def test_who_has_one_unit_sees_and_does_only_that(
    desk: Desk, scene: Scene, cases: list[int]
) -> None:
    await limited(scene, OTHER)
    page = await desk.page("cases")
    assert "楼道太吵" in page
    assert "汤太咸" not in page
    await desk.page(f"cases/{cases[0]}", 404)
    await desk.page(f"cases/{cases[2]}")
    said = await desk.send("cases/do", "cases", 200, verb="hand", number=cases[0], unit=OTHER,
                           reason="抢过来")  # fmt: skip
    assert "没有这件" in said
    assert "<dt>谁写的" not in await desk.page("figures")
    for path in ("terms", "duties/list"):
        assert (await desk.client.get(f"{HERE}/{path}")).status_code in (403, 404)
    assert (await desk.client.get("/desk/import/feedback-letters")).status_code == 403
    refused = await desk.send("new", code=403, kind="consult", unit=UNIT, box="电话", number="1",
                              words="几点开门")  # fmt: skip
    assert "不归你录" in refused


async def test_many_are_handed_over_at_once_and_what_cannot_be_is_said(
    desk: Desk, scene: Scene, cases: list[int]
) -> None:
    said = await desk.send("cases/do", "cases", 200, verb="hand", number=[str(id) for id in cases],
                           unit=OTHER, reason="都归公寓")  # fmt: skip
    assert "2 件转出去了" in said
    assert "现在就归这里" in said
    async with scene.database.session() as db:
        assert set(await db.scalars(select(Case.unit))) == {OTHER}
    assert "先勾上" in await desk.send("cases/do", "cases", 200, verb="hand")


async def test_merging_takes_the_oldest_that_is_open(
    desk: Desk, scene: Scene, cases: list[int]
) -> None:
    numbers = [str(id) for id in cases[:2]]
    assert "2 件并成一件了" in await desk.send(
        "cases/do", "cases", 200, verb="merge", number=numbers
    )
    async with scene.database.session() as db:
        assert (await db.get_one(Case, cases[1])).merged_into_id == cases[0]


async def test_a_case_is_answered_and_made_public_on_its_page(
    desk: Desk, scene: Scene, cases: list[int]
) -> None:
    here, do = f"cases/{cases[0]}", f"cases/{cases[0]}/do"
    assert "写来" in await desk.page(here)
    assert "先答复" in await desk.send(f"{do}/publish", here, 409, question="q", answer="a")
    assert "答复了，写信的人收到了" in await desk.send(f"{do}/answer", here, words="换了帽子")
    refused = await desk.send(f"{do}/publish", here, 403, question="q", answer="a")
    assert "没同意公开" in refused
    async with scene.database.session() as db:
        await db.execute(update(Case).values(consent=True))
    public = {"question": "饭里有头发找谁", "answer": "经理台当场退", "tags": "异物"}
    assert "大家搜得到" in await desk.send(f"{do}/publish", here, **public)
    async with scene.database.session() as db:
        assert (await db.scalars(select(Question.words))).one() == "异物"
    await desk.page(f"{do}/nothing", 405)


async def test_a_letter_is_entered_once(desk: Desk, scene: Scene) -> None:
    letter = {
        "kind": "consult",
        "unit": UNIT,
        "box": "领导信箱",
        "number": "A-1",
        "words": "几点开门",
    }
    assert "答复也要回到那里" in await desk.send("new", **letter)
    assert "已经录过了" in await desk.send("new", code=409, **letter)
    assert "选一下是哪一类" in await desk.send("new", code=422, **letter | {"kind": ""})
    async with scene.database.session() as db:
        assert (await db.scalars(select(Case.box_number))).one() == "A-1"


async def test_deadlines_are_set_by_kind_and_count_for_what_comes_next(
    desk: Desk, scene: Scene
) -> None:
    numbers = {f"{kind}-{name}": value for kind in Kind
               for name, value in (("days", 2), ("warn", 1), ("raised", 3))}  # fmt: skip
    assert "存好了" in await desk.send("terms", **numbers)
    assert "写 1 到 60 的数" in await desk.send(
        "terms", code=422, **numbers | {"consult-days": "0"}
    )
    async with scene.database.session() as db:
        assert (await terms.within(db))[Kind.COMPLAIN].days == 2


async def test_figures_and_sheets_count_what_there_is(
    desk: Desk, scene: Scene, cases: list[int]
) -> None:
    async with scene.database.session() as db:
        case = await db.get_one(Case, cases[0])
        await scene.answer(db, case, now=clock.now())
    page = await desk.page("figures")
    assert "100%" in page
    assert "楼道太吵" in page  # among the unanswered
    for path, rows in (("cases/sheet/cases.xlsx", 4), ("figures/figures.xlsx", 4)):
        answer = await desk.client.get(f"{HERE}/{path}")
        sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
        assert sheet.max_row == rows, path
    assert "来信没答的" in (await desk.client.get("/desk/")).text


@pytest.mark.parametrize("key", ["duties", "phrases", "questions"])
async def test_the_lists_open_and_their_forms_too(desk: Desk, key: str) -> None:
    for path in ("list", "create"):
        assert (await desk.client.get(f"/desk/feedback-{key}/{path}")).status_code == 200


async def test_a_question_with_a_name_is_refused_at_the_desk_too(desk: Desk, scene: Scene) -> None:
    form = "../feedback-questions/create"
    said = {"unit": UNIT, "question": "找谁", "answer": "打 13805160000", "shown": "on"}
    assert "看出是谁" in await desk.send(form, code=422, **said)
    await desk.send(form, **said | {"answer": "到经理台"})
    async with scene.database.session() as db:
        assert (await db.scalars(select(Question.answer))).one() == "到经理台"
