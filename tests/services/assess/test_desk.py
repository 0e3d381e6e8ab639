"""The desk: schemes with their lines, trials beside what is in use, month ends, the payroll."""

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from app.campus.audit import Entry
from app.campus.permission import Grant
from app.kit import clock
from app.kit.errors import Conflict
from app.services.assess import payroll, schemes, steps
from app.services.assess.models import Scheme, Stay, Team, Version
from app.services.assess.rules import Step, marking, month_of, next_month
from tests.desk.conftest import DeskOf
from tests.services.assess.conftest import NOW, TEXT, UNIT, Crew

pytestmark = pytest.mark.anyio
HERE = "/desk/assess"


@dataclass
class Desk:
    """An operator, and what they look at."""

    client: httpx.AsyncClient
    crew: Crew

    async def page(self, path: str, code: int = 200) -> str:
        answer = await self.client.get(f"{HERE}{path}")
        assert answer.status_code == code, (path, answer.status_code)
        return html.unescape(answer.text)

    async def send(self, path: str, code: int = 303, **data: Any) -> str:
        """A form of the page at `path`; the page that it leads to, or the refusal."""
        found = (await self.client.get(f"{HERE}{path}")).text
        hidden = {name: re.findall(rf'name="{name}" value="([^"]*)"', found)[0]
                  for name in ("csrftoken", "once")}  # fmt: skip
        answer = await self.client.post(f"{HERE}{path}", data=hidden | data)
        assert answer.status_code == code, html.unescape(answer.text)[-1500:]
        if code == 303:
            answer = await self.client.get(answer.headers["location"])
        return html.unescape(answer.text)


@pytest.fixture
async def desk(desk_of: DeskOf, crew: Crew) -> Desk:
    return Desk(await desk_of("operator"), crew)


async def test_a_scheme_is_written_tried_beside_the_old_one_and_used(desk: Desk) -> None:
    path = f"/schemes/{desk.crew.scheme_id}"
    new = TEXT.replace("= 合计(repairs.finished) * 2", "= 合计(repairs.finished) * 3")
    assert "存成第 2 版" in await desk.send(path, verb="write", text=new)
    month = f"{next_month(clock.now().date()):%Y-%m}"
    assert "先在过去的月份上试算" in await desk.send(path, 409, verb="use", version=2, month=month)
    page = await desk.send(path, 200, verb="try", version=2, team=desk.crew.team_id,
                           month="2026-10")  # fmt: skip
    assert "旁边是在用的第 1 版" in page
    assert "单量 13.2 → 19.8" in page
    assert "第 2 版" in await desk.send(path, verb="use", version=2, month=month)
    async with desk.crew.database.session() as db:
        uses = {row.number: row.used_from for row in await db.scalars(select(Version))}
    assert f"{uses[2]:%Y-%m}" == month


async def test_a_scheme_that_is_wrong_is_refused_with_its_lines_and_kept_on_the_page(
    desk: Desk,
) -> None:
    path, wrong = f"/schemes/{desk.crew.scheme_id}", TEXT.replace("权重 40%", "权重 30%")
    page = await desk.send(path, 422, verb="write", text=wrong + "多 = 合计(repairs.none)")
    assert "第 12 行：没有「repairs.none」这一项" in page
    assert "多 = 合计(repairs.none)" in page
    assert "权重加起来是 90%" in await desk.send(path, 422, verb="write", text=wrong)


async def test_the_check_answers_while_one_types(desk: Desk) -> None:
    found = (await desk.client.get(f"{HERE}/schemes/{desk.crew.scheme_id}")).text
    token = re.findall(r'name="csrftoken" value="([^"]*)"', found)[0]
    for text, says in ((TEXT, "看得懂"), ("甲 = 1", "第 1 行")):
        answer = await desk.client.post(
            f"{HERE}/schemes/check", data={"csrftoken": token, "text": text}
        )
        assert says in answer.text


async def test_a_new_scheme_begins_with_the_one_that_ships(desk: Desk) -> None:
    page = await desk.send("/schemes", name="新方案", unit=UNIT)
    assert "标准工时 = 合计(repairs.standard_minutes)" in page
    assert "看得懂：工时 5 项（60%）、质量 9 项（40%）" in page
    assert "已经有叫这个名字的方案" in await desk.send("/schemes", 409, name="新方案", unit=UNIT)


async def test_a_version_cannot_count_for_a_month_that_has_begun_to_be_counted(desk: Desk) -> None:
    crew, now = desk.crew, clock.now()
    async with crew.database.session() as db:
        operator, scheme = await crew.me(db, "operator"), await db.get_one(Scheme, crew.scheme_id)
        version = await db.get_one(Version, crew.version_id)
        later = now + timedelta(days=40)
        await steps.start(db, operator, await crew.team(db), month_of(now.date()), later)
        with pytest.raises(Conflict, match="已经开始算了"):
            await schemes.use(db, operator, scheme, version, month=month_of(now.date()), now=now)


async def test_a_month_end_is_run_at_the_desk_and_exported_when_locked(desk: Desk) -> None:
    crew = desk.crew
    page = await desk.send("", team=crew.team_id, month="2026-10")
    assert "正在算" in page
    async with crew.database.session() as db:
        await steps.count(db, 1, NOW)
    assert "公布了" in await desk.send("/runs/1", verb="publish")
    assert "奖金改好了" in await desk.send("/runs/1", verb="bonus", yuan="1,000.10")
    assert "锁定以后才能导出" in await desk.page("/runs/1/payroll.xlsx", 409)
    async with crew.database.session() as db:
        await crew.over(db, 1)
        await payroll.approve(db, await crew.me(db, "boss"), 1, 100_010, NOW)
    assert "锁定了" in await desk.send("/runs/1", verb="lock")
    answer = await desk.client.get(f"{HERE}/runs/1/payroll.xlsx")
    rows = list(load_workbook(BytesIO(answer.content)).worksheets[0].values)
    assert (rows[0][0], rows[-1][0], len(rows)) == ("工号", "合计", 12)
    async with crew.database.session() as db:
        deeds = set(await db.scalars(select(Entry.action).where(Entry.action.like("assess.%"))))
    names = ("start", "publish", "bonus", "approve", "lock", "export")
    assert deeds >= {f"assess.{name}" for name in names}


async def test_the_head_approves_at_the_desk_and_opens_nothing_else(
    desk: Desk, desk_of: DeskOf, crew: Crew
) -> None:
    async with crew.database.session() as db:
        run = await crew.decided(db)
        await db.execute(update(Grant).where(Grant.person_id == crew.ids["head"]).values(unit=UNIT))
    head = Desk(await desk_of("head"), crew)
    assert "还没算" in await head.page("")
    await head.send(f"/runs/{run}", 422, verb="approve", seen="?")
    assert "批了" in await head.send(f"/runs/{run}", verb="approve", seen=0)
    assert "退回了" in await head.send(f"/runs/{run}", verb="back", words="再看看")
    for path in ("/schemes", "/teams", f"/teams/{crew.team_id}"):
        await head.page(path, 403)


async def test_people_by_items_and_what_lies_behind_them(desk: Desk) -> None:
    async with desk.crew.database.session() as db:
        run = await desk.crew.opened(db)
    page = await desk.page(f"/runs/{run}")
    assert page.count('<th scope="row">') == 10
    person = f"/runs/{run}/people/{desk.crew.ids['m1']}"
    assert "单 261002-17 晚了 12 小时" in await desk.page(person)
    assert "改好了" in await desk.send(person, item="超时", points="2", words="等料")
    assert "写上加几分" in await desk.send(person, 422, item="", points="两分", words="等料")
    await desk.page("/runs/99", 404)


async def test_teams_and_who_is_in_them(desk: Desk) -> None:
    page = await desk.send("/teams", name="维修三班", unit=UNIT, leader="9CHIEF",
                           scheme=desk.crew.scheme_id)  # fmt: skip
    assert "建好了" in page
    path = "/teams/3"
    assert "加上了" in await desk.send(path, verb="join", person="9m1", since="2026-11-01",
                                      base="3200.50")  # fmt: skip
    join: dict[str, Any] = {"verb": "join", "base": "1"}
    page = await desk.send(path, 404, person="0", since="2026-11-01", **join)
    assert "名册里没有工号" in page
    page = await desk.send(path, 409, person="9M2", since="2025-11-01", **join)
    assert "日期往后写" in page
    async with desk.crew.database.session() as db:
        stays = list(await db.scalars(select(Stay).where(Stay.person_id == desk.crew.ids["m1"])))
        assert sorted((stay.team_id, str(stay.until)) for stay in stays) == [
            (1, "2026-11-01"), (3, "None"),
        ]  # fmt: skip
    assert "班组里还有人" in await desk.send(path, 409, verb="close")


async def test_notes_are_taken_at_the_desk_too(desk: Desk) -> None:
    path, man = f"/teams/{desk.crew.team_id}", desk.crew.ids["m1"]
    said: dict[str, Any] = {
        "person": man,
        "item": "迟到",
        "day": str(clock.now().date()),
        "words": "晚到",
    }
    assert "晚到" in await desk.send(path, verb="note", points="-2", **said)
    assert "-5 到 0 分之间" in await desk.send(path, 422, verb="note", points="-9", **said)
    assert "撤了" in await desk.send(path, verb="withdraw", note=1)


async def test_marks_given_on_paper_are_entered_at_the_desk(desk: Desk) -> None:
    path = f"/teams/{desk.crew.team_id}"
    said: dict[str, Any] = {"verb": "mark", "item": "态度", "month": f"{clock.now():%Y-%m}"}
    man = desk.crew.ids["m1"]
    assert "记下了" in await desk.send(path, person=man, points="8.5", **said)
    assert "0 到 10 分之间" in await desk.send(path, 422, person=man, points="80", **said)
    said = {"verb": "mark_team", "item": "部门", "by": "能源学院", "points": "9"}
    inside = marking(clock.now().date())
    page = await desk.send(path, 303 if inside else 409, **said)
    assert ("记下了" if inside else "25 日到下月 5 日") in page


async def test_who_operates_another_unit_sees_none_of_it(desk: Desk) -> None:
    crew = desk.crew
    async with crew.database.session() as db:
        run = await crew.opened(db)
        mine = update(Grant).where(Grant.person_id == crew.ids["operator"])
        await db.execute(mine.values(unit="饮食中心"))
    assert "维修一班" not in await desk.page("")
    await desk.page(f"/runs/{run}", 403)
    await desk.page(f"/teams/{crew.team_id}", 404)
    page = await desk.page(f"/schemes/{crew.scheme_id}")
    assert "存成新的一版" not in page
    async with crew.database.session() as db:
        assert (await steps.get(db, run)).step == Step.OPEN
        assert (await db.get_one(Team, crew.team_id)).gone_at is None
