"""「模板」: operators choose which template tells which notice, and try it on themselves."""

import re
from typing import ClassVar

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.campus.audit import Entry
from app.campus.notify.models import URGENT, Delivery
from app.gateway.sending.models import Pace, Template
from app.kit import clock
from app.kit.db import Database
from app.wechat import templates as wire
from app.wechat.errors import TransportFailed
from tests.desk.conftest import DeskOf, token_of
from tests.people import Somebody

pytestmark = pytest.mark.anyio
NOTICE = "outages.over"
WORDS = "区域:{{thing1.DATA}}\n恢复时间:{{time2.DATA}}\n备注:{{thing3.DATA}}\n"


class Platform:
    """The account's templates; it does not answer while `down`."""

    listed: ClassVar = [wire.Template("T1", "恢复供应通知", WORDS, "样例", wire.keywords(WORDS))]
    down = False

    async def templates(self) -> list[wire.Template]:
        if self.down:
            raise TransportFailed("ReadTimeout")
        return self.listed

    async def subscribe_templates(self) -> list[wire.Template]:
        return []


@pytest.fixture
def platform(app: FastAPI) -> Platform:
    app.state.wechat = Platform()
    found: Platform = app.state.wechat
    return found


async def save(desk_of: DeskOf, **chosen: str) -> tuple[int, str]:
    desk = await desk_of("operator")
    token = await token_of(desk, f"/desk/templates?notice={NOTICE}&template=T1")
    form = {"csrftoken": token, "notice": NOTICE, "channel": "template", "template": "T1", **chosen}
    answer = await desk.post("/desk/templates/save", data=form)
    return answer.status_code, answer.text


async def kept(database: Database) -> dict[str, str] | None:
    async with database.session() as db:
        found: dict[str, str] | None = await db.scalar(select(Template.keywords))
        return found


async def test_what_fits_is_proposed_saved_and_in_the_trail(
    desk_of: DeskOf, platform: Platform, database: Database
) -> None:
    desk = await desk_of("operator")
    listed = (await desk.get("/desk/templates")).text
    assert "水电恢复了" in listed
    assert "还没配" in listed
    page = (await desk.get(f"/desk/templates?notice={NOTICE}&template=T1")).text
    chosen = dict(re.findall(r'name="(s_\w+)".*?value="([^"]+)" selected', page, re.DOTALL))
    code, _ = await save(desk_of, **chosen, f_thing3="详情看公告")
    assert code == 303
    assert set((await kept(database) or {}).values()) == {"thing1", "time2", "thing3"}
    async with database.session() as db:
        assert "templates.map" in set(await db.scalars(select(Entry.action)))


async def test_what_does_not_fit_is_said_at_its_place_and_not_saved(
    desk_of: DeskOf, platform: Platform, database: Database
) -> None:
    code, page = await save(desk_of, s_thing1="place", s_time2="place", s_thing3="=", f_thing3="")
    assert code == 422
    assert "这一项已经填在别的格里" in page
    assert "写上固定的文字" in page
    assert await kept(database) is None


async def test_it_can_be_taken_away_again(
    desk_of: DeskOf, platform: Platform, database: Database
) -> None:
    await save(desk_of, s_thing1="place", s_time2="at", s_thing3="=", f_thing3="详情看公告")
    assert await kept(database) is not None
    code, _ = await save(desk_of, remove="1")
    assert code == 303
    assert await kept(database) is None


async def test_a_trial_goes_to_oneself_alone(
    desk_of: DeskOf, platform: Platform, database: Database, people: dict[str, Somebody]
) -> None:
    desk = await desk_of("operator")
    token = await token_of(desk, f"/desk/templates?notice={NOTICE}&template=T1")
    form = {"csrftoken": token, "notice": NOTICE}
    assert (await desk.post("/desk/templates/try", data=form)).status_code == 303
    async with database.session() as db:
        rows = (await db.execute(select(Delivery.who, Delivery.rank))).all()
    assert [tuple(row) for row in rows] == [(people["operator"].who, URGENT)]


async def test_without_wechat_it_says_so_and_stands(desk_of: DeskOf, platform: Platform) -> None:
    platform.down = True
    page = await (await desk_of("operator")).get(f"/desk/templates?notice={NOTICE}")
    assert page.status_code == 200
    assert "微信那边没答" in page.text


async def test_a_stop_is_shown_and_can_be_lifted(
    desk_of: DeskOf, platform: Platform, database: Database
) -> None:
    now = clock.now()
    async with database.session() as db:
        db.add(Pace(channel="template", minute=now, day=now.date(), why="45009",
                    stopped_until=now.replace(year=now.year + 1)))  # fmt: skip
    desk = await desk_of("operator")
    assert "45009" in (await desk.get("/desk/templates")).text
    token = await token_of(desk, "/desk/templates")
    form = {"csrftoken": token, "channel": "template"}
    assert (await desk.post("/desk/templates/on", data=form)).status_code == 303
    assert "45009" not in (await desk.get("/desk/templates")).text


@pytest.mark.parametrize("name", ["alice", "worker", "supervisor"])
async def test_nobody_else_comes_in(desk_of: DeskOf, platform: Platform, name: str) -> None:
    answer = await (await desk_of(name)).get("/desk/templates")
    assert answer.status_code in (303, 401, 403)
