"""What is rated, at the desk: one by one, by file, and with codes to print."""

import pytest
from sqlalchemy import select

from app.kit import sheets
from app.kit.db import Database
from app.services.evaluations import desk_sheet
from app.services.evaluations.models import Form, Subject
from tests.desk.conftest import DeskOf
from tests.desk.hands import Hand
from tests.people import UNIT, Somebody
from tests.services.evaluations.desk import HERE, OTHER, Desk, limited, sit_down
from tests.services.evaluations.made import opened

pytestmark = pytest.mark.anyio
NAMES = [column.name for column in desk_sheet.COLUMNS]


@pytest.fixture
async def desk(desk_of: DeskOf, database: Database, people: dict[str, Somebody]) -> Desk:
    await opened(database)
    return await sit_down(desk_of, database)


async def subjects(database: Database) -> dict[str, Subject]:
    async with database.session() as db:
        return {one.name: one for one in await db.scalars(select(Subject))}


async def form_of(desk: Desk) -> int:
    return (await subjects(desk.database))["二食堂 3 号桌"].form_id


def file(*rows: tuple[str, ...]) -> bytes:
    cells = [dict(zip(NAMES, (*row, *[""] * 8), strict=False)) for row in rows]
    return sheets.write(desk_sheet.COLUMNS, cells)


async def test_one_more_is_typed_with_its_place_and_whose_it_is(
    desk: Desk, people: dict[str, Somebody]
) -> None:
    typed = {"name": "3号楼值班室", "kind": "office", "unit": UNIT, "place": "3号楼 501",
             "person": "20260004", "position": "2", "form": await form_of(desk)}  # fmt: skip
    sent = await desk.post("/subjects/new", "/subjects/new", typed)
    assert sent.status_code == 303, sent.text
    found, ids = (await subjects(desk.database))["3号楼值班室"], people
    assert (found.room_id, found.person_id) == (ids["alice"].room_id, ids["worker"].person_id)


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [("name", "", "写上名字"), ("place", "月球", "没认出「月球」"),
     ("person", "x", "名册里没有"), ("kind", "survey", "选一种类型"),
     ("form", "999", "没有这张表"), ("position", "a", "写一个数")],
)  # fmt: skip
async def test_a_mistake_is_told_and_what_was_typed_stays(
    desk: Desk, field: str, value: str, why: str
) -> None:
    typed = {"name": "新的", "kind": "office", "unit": UNIT, "position": "0",
             "form": await form_of(desk), field: value}  # fmt: skip
    answer = await desk.post("/subjects/new", "/subjects/new", typed)
    assert answer.status_code in (404, 422)
    assert why in answer.text
    assert set(await subjects(desk.database)) == {"二食堂 3 号桌"}


async def test_a_code_is_changed_and_a_thing_rated_no_more(desk: Desk) -> None:
    one = (await subjects(desk.database))["二食堂 3 号桌"]
    page = f"/subjects/{one.id}"
    await desk.did(f"{page}/do/rotate", page)
    assert (await subjects(desk.database))[one.name].rotation == one.rotation + 1
    await desk.did(f"{page}/do/retire", page)
    assert one.name not in await desk.page("/subjects")


async def test_codes_are_printed_for_what_the_filters_leave(desk: Desk) -> None:
    pdf = await desk.client.get(f"{HERE}/subjects/codes.pdf?unit={UNIT}")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    none = await desk.client.get(f"{HERE}/subjects/codes.pdf?unit={OTHER}")
    assert none.status_code == 404


async def test_a_file_adds_and_changes_and_leaves_the_rest(desk: Desk) -> None:
    title = "这顿饭怎么样"
    data = file(("4 号窗口", "窗口", title, UNIT, "3号楼", "20260004", "二食堂"),
                ("二食堂 3 号桌", "食堂", title))  # fmt: skip
    async with desk.database.session() as db:
        assert "加了 1 样，改了 1 样" in await desk_sheet.load(db, data, "a.xlsx")
    found = await subjects(desk.database)
    assert (found["4 号窗口"].team, found["4 号窗口"].unit) == ("二食堂", UNIT)
    assert found["二食堂 3 号桌"].kind == "canteen"
    async with desk.database.session() as db:
        dumped = sheets.read(await desk_sheet.dump(db), "a.xlsx", desk_sheet.COLUMNS)
    assert {row["name"] for row in dumped} == set(found)


async def test_a_file_with_mistakes_is_refused_with_its_rows(desk: Desk) -> None:
    data = file(("甲", "窗口", "没有的表"), ("乙", "窗口", "这顿饭怎么样", "没有的单位"))
    answer = await Hand(desk.client).upload("evaluations", data, "a.xlsx", step="look")
    assert answer.status_code == 422
    assert "第 2 行：没有叫「没有的表」的评价表" in answer.text
    assert "第 3 行：没有「没有的单位」这个单位" in answer.text
    assert len(await subjects(desk.database)) == 1


async def test_the_template_can_be_imported_as_it_is_but_for_its_forms(desk: Desk) -> None:
    async with desk.database.session() as db:
        db.add(Form(title="食堂评价", changed_at=(await db.scalars(select(Form.changed_at))).one()))
    rows = sheets.read(desk_sheet.template(), "a.xlsx", desk_sheet.COLUMNS)
    data = sheets.write(desk_sheet.COLUMNS, [
        {**row, "kind": "窗口", "form": "食堂评价", "unit": "", "place": ""} for row in rows
    ])  # fmt: skip
    async with desk.database.session() as db:
        assert "加了 3 样" in await desk_sheet.load(db, data, "a.xlsx")


async def test_who_is_limited_to_a_unit_sees_and_changes_no_other(
    desk: Desk, people: dict[str, Somebody]
) -> None:
    await limited(desk.database, people["operator"], OTHER)
    one = (await subjects(desk.database))["二食堂 3 号桌"]
    assert one.name not in await desk.page("/subjects")
    assert (await desk.client.get(f"{HERE}/subjects/{one.id}")).status_code == 404
    typed = {"name": "偷加的", "kind": "office", "unit": UNIT, "form": one.form_id,
             "position": "0", "once": "k" * 22}  # fmt: skip
    sent = await desk.post("/subjects/new", "/subjects/new", typed)
    assert sent.status_code == 403, sent.text
