"""The pages of results: pictures that fill, topics with what was said, and too few to be shown."""

import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from app.kit import clock
from app.kit.db import Database
from app.services.evaluations.models import Form, Subject
from tests.desk.conftest import DeskOf
from tests.people import UNIT, Somebody
from tests.services.evaluations.desk import HERE, OTHER, Desk, answered, limited, sit_down
from tests.services.evaluations.made import opened

pytestmark = pytest.mark.anyio
SAID = ("菜有点咸", "菜不错", "排队太久", "菜凉了", "阿姨手抖")


@pytest.fixture
async def desk(desk_of: DeskOf, database: Database) -> Desk:
    return await sit_down(desk_of, database)


async def five(database: Database, person_id: int | None) -> tuple[Form, Subject]:
    form, subject, _ = await opened(database, anonymous=person_id is None)
    for at, words in enumerate(SAID):
        given: dict[str, Any] = {"stars": at + 1, "tags": ["味道好"], "words": words}
        await answered(database, form, subject, person_id=person_id, **given)
    return form, subject


async def test_the_page_shows_pictures_topics_and_what_is_behind_a_number(
    desk: Desk, people: dict[str, Somebody]
) -> None:
    form, _ = await five(desk.database, people["alice"].person_id)
    page = await desk.page(f"/{form.id}")
    assert "5 份" in page
    assert "<strong>饭菜</strong>" in page
    said = await desk.page(f"/{form.id}/answers?topic=饭菜&judged=咸")
    assert "说到「饭菜」的，觉得咸" in said
    assert "菜有点咸" in said
    assert "菜凉了" not in said
    one = await desk.page(f"/{form.id}/answers?question=stars&value=5")
    assert "阿姨手抖" in one
    assert "排队太久" not in one


async def test_the_live_part_is_fetched_only_when_something_came(
    desk: Desk, people: dict[str, Somebody]
) -> None:
    form, subject = await five(desk.database, people["alice"].person_id)
    page = await desk.page(f"/{form.id}")
    mark = page.split("live?mark=")[1].split('"')[0]
    live = f"{HERE}/{form.id}/live?mark={mark}"
    assert (await desk.client.get(live)).status_code == 204
    await answered(desk.database, form, subject, person_id=people["bob"].person_id, stars=5)
    answer = await desk.client.get(live)
    assert answer.status_code == 200
    assert "6 份" in answer.text
    assert "<html" not in answer.text


async def test_few_anonymous_answers_show_neither_pictures_nor_words(desk: Desk) -> None:
    form, subject, _ = await opened(desk.database, anonymous=True)
    for words in SAID[:4]:
        await answered(desk.database, form, subject, stars=2, words=words)
    page = await desk.page(f"/{form.id}")
    assert "再等 1 份" in page
    assert "饭菜" not in page
    assert "菜有点咸" not in await desk.page(f"/{form.id}/answers")
    sheet = await desk.client.get(f"{HERE}/{form.id}/answers.xlsx")
    assert len(list(load_workbook(io.BytesIO(sheet.content)).worksheets[0].values)) == 1


async def test_a_day_with_few_of_many_anonymous_answers_is_not_shown_either(desk: Desk) -> None:
    form, subject = await five(desk.database, None)
    day = clock.now().date() - timedelta(days=3)
    await answered(desk.database, form, subject, day=day, stars=1, words="只有这一天")
    assert "只有这一天" in await desk.page(f"/{form.id}/answers")
    query = f"since={day}&until={day}"
    assert "只有这一天" not in await desk.page(f"/{form.id}/answers?{query}")
    assert "再等 4 份" in await desk.page(f"/{form.id}?{query}")


async def test_a_period_is_compared_with_the_one_before(
    desk: Desk, people: dict[str, Somebody]
) -> None:
    form, subject = await five(desk.database, people["alice"].person_id)
    today = clock.now().date()
    await answered(desk.database, form, subject, person_id=people["bob"].person_id,
                   day=today - timedelta(days=9), stars=1)  # fmt: skip
    page = await desk.page(f"/{form.id}?since={today - timedelta(days=6)}&until={today}")
    assert "上一段 1 份" in page
    assert "上一段 1.0" in page
    assert "+2.0" in page


@pytest.mark.parametrize("named", [True, False])
async def test_the_sheet_has_a_column_for_each_question_and_names_no_anonymous(
    desk: Desk, people: dict[str, Somebody], named: bool
) -> None:
    form, _ = await five(desk.database, people["alice"].person_id if named else None)
    sheet = await desk.client.get(f"{HERE}/{form.id}/answers.xlsx")
    head, *rows = load_workbook(io.BytesIO(sheet.content)).worksheets[0].values
    assert {"总的来说", "选几个词", "想说的话"} <= set(head)
    who = {row[head.index("姓名")] for row in rows}
    assert who == ({"alice"} if named else {"匿名"})
    assert {row[head.index("想说的话")] for row in rows} == set(SAID)


async def test_answers_are_turned_page_by_page_without_losing_one(
    desk: Desk, people: dict[str, Somebody]
) -> None:
    form, subject, _ = await opened(desk.database)
    today = clock.now().date()
    for n in range(33):
        await answered(desk.database, form, subject, person_id=people["alice"].person_id,
                       day=today - timedelta(days=n % 2), stars=3, words=f"第{n}句")  # fmt: skip
    first = await desk.page(f"/{form.id}/answers")
    after = first.split("after=")[1].split('"')[0]
    second = await desk.page(f"/{form.id}/answers?after={after}")
    assert [page.count("<article") for page in (first, second)] == [30, 3]
    assert all(f"第{n}句" in first + second for n in range(33))


@pytest.mark.parametrize(
    "query",
    ["since=x", "unit=%00", "subject=9999999999", "after=1:2", "question=no&value=1", "value=1",
     "topic=" + "长" * 99],
)  # fmt: skip
async def test_a_strange_address_shows_a_page(
    desk: Desk, people: dict[str, Somebody], query: str
) -> None:
    form, _ = await five(desk.database, people["alice"].person_id)
    for path in ("", "/answers"):
        assert (await desk.client.get(f"{HERE}/{form.id}{path}?{query}")).status_code == 200


async def test_a_head_sees_of_a_common_form_what_is_theirs(
    desk: Desk, people: dict[str, Somebody]
) -> None:
    form, subject, _ = await opened(desk.database, unit="")
    await answered(desk.database, form, subject, person_id=people["alice"].person_id,
                   stars=2, words="菜很咸")  # fmt: skip
    await limited(desk.database, people["operator"], UNIT)
    assert "菜很咸" in await desk.page(f"/{form.id}/answers")
    await limited(desk.database, people["operator"], OTHER)
    assert (await desk.client.get(f"{HERE}/{form.id}")).status_code == 403
    figures = await desk.page("/figures")
    assert "二食堂 3 号桌" not in figures


async def test_figures_put_units_and_periods_beside_each_other(
    desk: Desk, people: dict[str, Somebody]
) -> None:
    form, subject = await five(desk.database, people["alice"].person_id)
    await answered(desk.database, form, subject, person_id=people["bob"].person_id,
                   day=clock.now().date() - timedelta(days=40), stars=1)  # fmt: skip
    page = await desk.page("/figures")
    assert UNIT in page
    assert "+2.0" in page
    sheet = await desk.client.get(f"{HERE}/figures/figures.xlsx")
    head, row = load_workbook(io.BytesIO(sheet.content)).worksheets[0].values
    found = dict(zip(head, row, strict=True))
    assert (found["单位"], found["评价"], found["平均星"], found["低分"]) == (UNIT, 5, 3, 2)
