"""Rounds at the desk: written, opened, edited while open, cancelled and put back, proven."""

import re
from datetime import timedelta

import httpx
import pytest

from app.kit import clock
from app.kit.db import Database
from app.services.rooms import rounds
from app.services.rooms.figures import figures
from app.services.rooms.models import Round
from tests.desk.conftest import DeskOf
from tests.services.rooms.dorm import CHIEF, Dorm, build

pytestmark = pytest.mark.anyio
HERE = "/desk/rooms"


async def hidden(desk: httpx.AsyncClient, page: str) -> dict[str, str]:
    found = await desk.get(page)
    assert found.status_code == 200, found.text
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found.text))


async def press(
    desk: httpx.AsyncClient, page: str, deed: str, code: int = 303, **fields: object
) -> str:
    """Press a button of `page` (or of its own address); the page that it leads to."""
    data = {**await hidden(desk, page), **{name: str(value) for name, value in fields.items()}}
    done = await desk.post(f"{HERE}/{deed}", data=data)
    assert done.status_code == code, done.text
    return (await desk.get(done.headers["location"])).text if code == 303 else done.text


async def round_of(database: Database, id: int) -> Round:
    async with database.session() as db:
        found = await db.get(Round, id)
        assert found is not None
        return found


def form(**more: str) -> dict[str, str]:
    opens = clock.now() + timedelta(hours=2)
    return {
        "title": "补选一轮", "kind": "supplementary", "opens": f"{opens:%Y-%m-%dT%H:%M}",
        "closes": f"{opens + timedelta(hours=1):%Y-%m-%dT%H:%M}", "minutes": "5", "changes": "1",
        "together": "any", "seed": "7", "words": "", **more,
    }  # fmt: skip


@pytest.mark.usefixtures("people")
async def test_a_draft_is_written_once_however_often_it_is_sent(
    desk_of: DeskOf, database: Database
) -> None:
    desk = await desk_of("operator")
    assert "还没有选房" in (await desk.get(HERE)).text
    data = {**await hidden(desk, f"{HERE}/new"), **form()}
    first, second = [await desk.post(f"{HERE}/new", data=data) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"] == f"{HERE}/1/pools?did=new"
    row = await round_of(database, 1)
    assert (row.hold, row.changes, row.together, row.seed) == (300, 1, "any", 7)
    assert "补选一轮" in (await desk.get(HERE)).text


@pytest.mark.usefixtures("people")
async def test_a_wrong_field_is_told_beside_what_was_written(desk_of: DeskOf) -> None:
    desk = await desk_of("operator")
    data = {**await hidden(desk, f"{HERE}/new"), **form(minutes="99", title="名字还在")}
    refused = await desk.post(f"{HERE}/new", data=data)
    assert refused.status_code == 422
    assert "写 1 到 30 的整数" in refused.text
    assert "名字还在" in refused.text


@pytest.mark.usefixtures("people")
async def test_an_open_round_is_edited_and_shows_its_new_version(
    dorm: Dorm, desk_of: DeskOf, database: Database
) -> None:
    desk, page = await desk_of("operator"), f"{HERE}/{dorm.round_id}"
    before = (await round_of(database, dorm.round_id)).version
    seen = await hidden(desk, f"{page}/edit")
    assert "存下就算数" in (await desk.get(f"{page}/edit")).text
    saved = await desk.post(f"{page}/edit", data={**seen, **form(changes="4")})
    after = await round_of(database, dorm.round_id)
    assert (saved.status_code, after.changes, after.version) == (303, 4, before + 1)
    assert f"第 {after.version} 版" in (await desk.get(page)).text
    late = await desk.post(f"{page}/edit", data={**seen, **form(changes="5")})
    assert late.status_code == 409
    assert (await round_of(database, dorm.round_id)).changes == 4


@pytest.mark.usefixtures("people")
async def test_the_board_counts_what_happens(dorm: Dorm, desk_of: DeskOf) -> None:
    desk, page = await desk_of("operator"), f"{HERE}/{dorm.round_id}"
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    await dorm.hold(dorm.girls[1], dorm.beds[0][1])
    assert await dorm.hold(dorm.girls[2], dorm.beds[0][0]) == "taken"
    shown = await desk.get(page)
    mark = re.findall(r"live\?mark=([^\"]+)", shown.text)[0]
    live = await desk.get(f"{page}/live", params={"mark": mark})
    assert "hx-refresh" not in live.headers
    assert "床被选走了" in live.text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", live.text))
    assert "定下了 1 一共 12 人，8% 正留着 1 点了" in text
    stale = await desk.get(f"{page}/live", params={"mark": "soon-1"})
    assert stale.headers["hx-refresh"] == "true"


@pytest.mark.usefixtures("people")
async def test_a_round_is_cancelled_and_put_back_as_it_was(
    dorm: Dorm, desk_of: DeskOf, database: Database
) -> None:
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    desk, page, id = await desk_of("operator"), f"{HERE}/{dorm.round_id}", dorm.round_id
    assert "写一句为什么" in await press(desk, page, f"{id}/do/cancel", 422)
    assert "取消了" in await press(desk, page, f"{id}/do/cancel", why="名单错了")
    assert (await round_of(database, id)).stage == "cancelled"
    assert "放回去了" in await press(desk, page, f"{id}/do/put_back")
    assert (await round_of(database, id)).stage == "ready"
    assert await dorm.taken() == {dorm.beds[0][0]: dorm.girls[0]}


@pytest.mark.usefixtures("people")
async def test_a_round_is_closed_and_written_to_the_roster(dorm: Dorm, desk_of: DeskOf) -> None:
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    desk, page, id = await desk_of("operator"), f"{HERE}/{dorm.round_id}", dorm.round_id
    assert "停选了" in await press(desk, page, f"{id}/do/close")
    assert "1 个人的房间写进住宿名单了" in await press(desk, page, f"{id}/do/apply")
    assert "都对得上" in (await desk.get(f"{page}/verify")).text


@pytest.mark.usefixtures("people")
async def test_a_button_pressed_twice_is_done_once(dorm: Dorm, desk_of: DeskOf) -> None:
    desk, page = await desk_of("operator"), f"{HERE}/{dorm.round_id}"
    opens = clock.now() + timedelta(hours=1)
    times = {"opens": f"{opens:%Y-%m-%dT%H:%M}",
             "closes": f"{opens + timedelta(hours=1):%Y-%m-%dT%H:%M}"}  # fmt: skip
    data = {**await hidden(desk, page), **times}
    for _ in range(2):
        assert (await desk.post(f"{page}/do/copy", data=data)).status_code == 303
    listed = (await desk.get(HERE)).text
    assert listed.count("新生选房 演练</strong>") == 1


@pytest.mark.usefixtures("people")
async def test_what_is_not_there_is_said(dorm: Dorm, desk_of: DeskOf) -> None:
    desk, page = await desk_of("operator"), f"{HERE}/{dorm.round_id}"
    for path in (f"{HERE}/99", f"{page}/rooms/99", f"{page}/people/99", f"{page}/import/gold"):
        assert (await desk.get(path)).status_code == 404, path
    assert "没有这个按钮" in await press(desk, page, f"{dorm.round_id}/do/explode", 404)


async def test_the_dashboard_tells_of_open_rounds_and_of_those_left_over(
    database: Database,
) -> None:
    dorm = await build(database)
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    async with database.session() as db:
        [figure] = await figures(db, clock.now())
        [todo] = await figures(db, clock.now() + timedelta(hours=2))
        await rounds.create(db, CHIEF, "草稿", "formal", clock.now() + timedelta(hours=9),
                            clock.now() + timedelta(hours=10))  # fmt: skip
        urgent = (await figures(db, clock.now()))[-1]
    assert getattr(figure, "value", "") == "1 人"
    assert getattr(todo, "title", "") == "11 个新生还没有床"
    assert getattr(urgent, "title", "") == "「草稿」还是草稿"
