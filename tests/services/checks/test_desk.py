"""The desk: lists are written, faults found and moved, results shown and exported, by right."""

import html
import io
import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from app.campus.permission import Grant
from app.kit import clock
from app.services.checks import looks
from app.services.checks.looks import Entered
from app.services.checks.models import Fault, List, Version, Visit
from tests.desk.conftest import DeskOf
from tests.services.checks.conftest import DIRTY, UNIT, Scene

pytestmark = pytest.mark.anyio
HERE = "/desk/checks"
LIST: dict[str, Any] = {
    "title": "食堂开学检查", "kind": "canteen", "rhythm": "day", "roles": ["supervisor"],
    "people": "", "places": ["1"], "always": "1", "name": ["灶具", "库房", ""],
    "points": ["10", "5", ""], "below": ["8", "", ""], "hours": ["8", "16", ""],
    "fault": ["有油", "", ""], "vital": ["0"],
}  # fmt: skip


@dataclass
class Desk:
    """Somebody at the desk."""

    client: httpx.AsyncClient
    scene: Scene

    async def page(self, path: str, code: int = 200) -> str:
        answer = await self.client.get(f"{HERE}/{path}")
        assert answer.status_code == code, (path, answer.status_code)
        return html.unescape(answer.text)

    async def send(self, path: str, form: str = "", **data: Any) -> httpx.Response:
        """A form's fields, with the token and key of the page at `form` (or `path`)."""
        found = await self.client.get(f"{HERE}/{form or path}")
        hidden = {
            name: re.findall(rf'name="{name}" value="([^"]*)"', found.text)[:1]
            for name in ("csrftoken", "once")
        }
        given = {name: value[0] for name, value in hidden.items() if value}
        return await self.client.post(f"{HERE}/{path}", data=given | data)


@pytest.fixture
async def desk(desk_of: DeskOf, scene: Scene) -> Desk:
    return Desk(await desk_of("operator"), scene)


@pytest.fixture
async def fault(scene: Scene) -> int:
    """An oily floor of right now."""
    async with scene.database.session() as db:
        now = clock.now()
        day = now.date()
        visit = Visit(list_id=scene.list_id, place_id=scene.place_id, first=day, due=day, last=day)
        db.add(visit)
        await db.flush()
        me = await scene.me(db, "inspector")
        await looks.look(db, me, visit.id, Entered(1, DIRTY, now), now)
        return (await db.scalars(select(Fault.id))).one()


async def test_a_list_is_written_and_due_at_once(desk: Desk, scene: Scene) -> None:
    answer = await desk.send("lists/new", **LIST)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/lists")
    assert "食堂开学检查" in await desk.page("lists")
    async with scene.database.session() as db:
        made = (await db.scalars(select(List).where(List.title == "食堂开学检查"))).one()
        points = (await db.get_one(Version, (made.id, 1))).points
        assert [(p["name"], p["below"], p["vital"]) for p in points] == [
            ("灶具", 8, True), ("库房", 5, False),
        ]  # fmt: skip
        visits = select(func.count(Visit.id)).where(Visit.list_id == made.id)
        assert await db.scalar(visits) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": ""}, "起个名字"), ({"kind": "zoo"}, "选一下查什么地方"),
        ({"rhythm": ""}, "选一下多久查一次"), ({"roles": []}, "至少选一种人来查"),
        ({"roles": ["student"]}, "至少选一种人来查"), ({"people": "nobody"}, "名册里没有"),
        ({"places": []}, "至少选一处"), ({"by_room": "1"}, "只能选有楼的地方"),
        ({"points": ["10", "x", ""]}, "第 2 行：满分写 1 到 100"),
        ({"below": ["11", "", ""]}, "第 1 行：「低于几分算问题」写 0 到 10"),
        ({"hours": ["8", "0", ""]}, "第 2 行：几个工时改好写 1 到 2000"),
        ({"name": ["灶具", "灶具", ""]}, "有两项名字一样"),
        ({"name": ["", "", ""], "points": [], "below": [], "hours": [], "fault": [], "vital": []},
         "写 1 到 60 项"),
        ({"title": "食堂每日巡查"}, "已经有一张"),
    ],
)  # fmt: skip
async def test_a_list_that_is_wrong_is_refused_with_the_row(
    desk: Desk, scene: Scene, change: dict[str, Any], says: str
) -> None:
    answer = await desk.send("lists/new", **{**LIST, **change})
    assert answer.status_code in (409, 422)
    assert says in html.unescape(answer.text)
    async with scene.database.session() as db:
        assert await db.scalar(select(func.count(List.id))) == 2


async def test_saving_a_list_makes_the_next_version_and_a_late_form_is_refused(
    desk: Desk, scene: Scene
) -> None:
    path = f"lists/{scene.list_id}"
    assert "地面干净" in await desk.page(path)
    assert (await desk.send(path, version="1", **LIST)).status_code == 303
    late = await desk.send(path, version="1", **LIST)
    assert late.status_code == 409
    assert "同事刚改过" in late.text
    assert (await desk.send(f"{path}/retire", form=path)).status_code == 303
    assert "停用了" in await desk.page("lists")
    assert "停用" in (await desk.send(f"{path}/retire", form="lists/new")).text


async def test_the_queue_finds_faults_and_exports_them(desk: Desk, fault: int) -> None:
    for found in ("", "state=open", "state=all&q=地面", f"unit={UNIT}", "place=1&list=1",
                  f"since={clock.now().date()}&until={clock.now().date()}"):  # fmt: skip
        assert "一地的油" in await desk.page(f"faults?{found}"), found
    for other in ("state=late", "state=closed", "q=窗户", "unit=公寓中心", "place=2",
                  "until=2020-01-01"):  # fmt: skip
        assert "一地的油" not in await desk.page(f"faults?{other}"), other
    sheet = await desk.client.get(f"{HERE}/faults/sheet/faults.xlsx?state=all")
    rows = list(load_workbook(io.BytesIO(sheet.content)).worksheets[0].values)
    assert rows[1][1:5] == ("第二食堂", "地面干净", "一地的油", "要整改")


async def test_a_fault_is_handed_over_put_off_and_dropped(
    desk: Desk, scene: Scene, fault: int
) -> None:
    page = f"faults/{fault}"
    assert "换人整改" in await desk.page(page)
    moves: tuple[tuple[str, dict[str, Any]], ...] = (
        ("hand", {"to": scene.ids["second"]}),
        ("later", {"until": f"{clock.now().year + 1}-01-05T17:00", "words": "等配件"}),
        ("drop", {"words": "查错了"}),
    )
    for move, fields in moves:
        assert (await desk.send(f"{page}/{move}", form=page, **fields)).status_code == 303, move
    again = await desk.send(f"{page}/drop", form="lists/new", words="再来")
    assert again.status_code == 409
    assert "已经不算了" in again.text
    async with scene.database.session() as db:
        trail = (await db.execute(select(Fault.state, Fault.owner_id))).one()
        assert tuple(trail) == ("dropped", scene.ids["second"])


async def test_the_calendar_the_visit_and_the_results_show_it(desk: Desk, fault: int) -> None:
    assert "第二食堂" in await desk.page("visits")
    assert "82.9" in await desk.page("visits/1")
    assert "82.9" in await desk.page("results")
    assert "没有查过" in await desk.page("results?kind=property")
    sheet = await desk.client.get(f"{HERE}/results/sheet/results.xlsx")
    rows = list(load_workbook(io.BytesIO(sheet.content)).worksheets[0].values)
    assert rows[1][:7] == ("第二食堂", "食堂", UNIT, "鼎兴餐饮", 1, 0, 82.86)


async def test_who_runs_one_unit_sees_its_faults_alone(
    desk: Desk, scene: Scene, fault: int
) -> None:
    async with scene.database.session() as db:
        mine = select(Grant).where(Grant.person_id == scene.ids["operator"])
        (await db.scalars(mine)).one().unit = "公寓中心"
    assert "一地的油" not in await desk.page("faults?state=all")
    assert "一地的油" not in await desk.page("visits")
    assert "第二食堂" not in await desk.page("results")
    assert (await desk.client.get(f"{HERE}/faults/{fault}")).status_code == 404
    assert (await desk.client.get(f"{HERE}/visits/1")).status_code == 404
    refused = await desk.client.get(f"{HERE}/lists")
    assert refused.status_code in (303, 403)
