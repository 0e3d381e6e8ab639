"""Files into tables: seen first, then done, never halfway."""

import asyncio
import io
import re
from functools import partial

import pytest
from fastapi import FastAPI
from openpyxl import load_workbook
from sqlalchemy import func, select

from app.campus.audit import Entry
from app.campus.people import sessions
from app.campus.people.models import Person
from app.desk.imports import ImportView
from app.desk.login import COOKIE
from app.desk.views import HANDED
from app.kit import clock
from app.kit.db import Database
from app.main import load_services
from app.services.phones.models import Entry as Line
from tests.browser import chromium, serve
from tests.desk.conftest import DeskOf, signed
from tests.desk.hands import Hand
from tests.people import Somebody

pytestmark = pytest.mark.anyio
BOOK = "部门,岗位,姓名,电话\n维修中心,抢修,,8880 0110\n维修中心,主任,陈国强,8880 0111\n".encode()
KEYS = ["bus", "electricity", "phones", "people", "places", "calendar", "answers"]


def digest(page: str) -> str:
    return re.findall(r'name="digest" value="(\w{64})"', page)[0]


async def lines(database: Database) -> int:
    async with database.session() as db:
        return await db.scalar(select(func.count()).select_from(Line)) or 0


async def test_a_preview_says_what_would_be_and_writes_nothing(
    desk_of: DeskOf, database: Database
) -> None:
    hand = Hand(await desk_of("operator"))
    shown = await hand.upload("phones", BOOK, "电话.csv")
    assert "电话簿换好了，1 个部门，2 个电话" in shown.text
    assert await lines(database) == 0


async def test_what_was_shown_is_done_and_written_down(desk_of: DeskOf, database: Database) -> None:
    hand = Hand(await desk_of("operator"))
    shown = await hand.upload("phones", BOOK, "电话.csv")
    done = await hand.upload("phones", BOOK, "电话.csv", step="do", digest=digest(shown.text))
    assert (done.status_code, await lines(database)) == (200, 2)
    async with database.session() as db:
        entry = (await db.scalars(select(Entry).where(Entry.action == "phones.import"))).one()
    assert entry.actor == "operator"
    assert entry.after == {"文件": "电话.csv", "结果": "电话簿换好了，1 个部门，2 个电话"}


async def test_another_file_than_the_one_shown_is_refused(
    desk_of: DeskOf, database: Database
) -> None:
    hand = Hand(await desk_of("operator"))
    shown = await hand.upload("phones", BOOK, "电话.csv")
    other = BOOK.replace(b"0111", b"0112")
    answer = await hand.upload("phones", other, "电话.csv", step="do", digest=digest(shown.text))
    assert (answer.status_code, await lines(database)) == (422, 0)
    assert "文件和刚才看的不是同一份，再看一遍" in answer.text


async def test_errors_are_told_by_row_and_nothing_is_written(
    desk_of: DeskOf, database: Database
) -> None:
    hand = Hand(await desk_of("operator"))
    answer = await hand.upload("phones", BOOK + "维修中心,值班,,月球\n".encode(), "电话.csv")
    told = re.findall(r'list-group-item">(.*?)<', answer.text)
    assert told == ["第 4 行「电话」：不像电话号码，只写数字、空格和「-」"]
    assert (answer.status_code, await lines(database)) == (422, 0)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no zip", b"\xff\xfe\x00"])
@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.zip"])
async def test_no_file_breaks_it(desk_of: DeskOf, data: bytes, name: str) -> None:
    hand = Hand(await desk_of("operator"))
    for key in KEYS:
        assert (await hand.upload(key, data, name)).status_code == 422, key


@pytest.mark.parametrize("key", KEYS)
async def test_its_template_has_the_columns_that_it_reads(desk_of: DeskOf, key: str) -> None:
    hand = Hand(await desk_of("operator"))
    made = await hand.client.get(f"/desk/import/{key}/template.xlsx")
    assert next(iter(load_workbook(io.BytesIO(made.content)).worksheets[0].values))
    answer = await hand.upload(key, made.content, "模板.xlsx")
    assert "缺少列" not in answer.text
    assert answer.status_code == 200 or key == "people"  # its template is empty


@pytest.mark.parametrize("key", ["phones", "people", "places", "calendar"])
async def test_what_is_saved_changes_nothing_when_it_comes_back(
    desk_of: DeskOf, people: dict[str, Somebody], key: str
) -> None:
    hand = Hand(await desk_of("operator"))
    if key == "phones":
        shown = await hand.upload(key, BOOK, "电话.csv")
        await hand.upload(key, BOOK, "电话.csv", step="do", digest=digest(shown.text))
    saved = (await hand.client.get(f"/desk/import/{key}/all.xlsx")).content
    if key == "calendar":
        assert (await hand.upload(key, saved, "全部.xlsx")).status_code == 422  # it is empty
        return
    answer = await hand.upload(key, saved, "全部.xlsx")
    said = re.findall(r'class="fs-3">(.*?)</div>', answer.text, re.DOTALL)[0]
    assert "新增 0" in said or "什么都没变" in said or "1 个部门，2 个电话" in said, said


async def test_whoever_confirms_a_roster_has_seen_how_many_leave(
    desk_of: DeskOf, database: Database
) -> None:
    async with database.session() as db:
        db.add_all(Person(number=f"S{n:03}", name="某人", kind="student") for n in range(40))
    hand = Hand(await desk_of("operator"))
    sheet = "学号/工号,姓名,身份\nS001,某人,学生\n".encode()
    shown = await hand.upload("people", sheet, "名册.csv")
    assert "走的人比留下的还多" in shown.text
    done = await hand.upload("people", sheet, "名册.csv", step="do", digest=digest(shown.text))
    assert "名册导入好了" in done.text
    async with database.session() as db:
        gone = select(func.count()).where(Person.gone_at.is_not(None), Person.number.like("S%"))
        assert await db.scalar(gone) == 39


async def test_whoever_waits_for_a_long_roster_is_told_how_far_it_is(
    desk_of: DeskOf,
) -> None:
    hand, other = Hand(await desk_of("operator")), await desk_of("administrator")
    heads = "学号/工号,姓名,身份\n"
    sheet = heads + "".join(f"S{n:05},某人,学生\n" for n in range(20_000))
    far, key = [], "k" * 22
    sent = asyncio.create_task(hand.upload("people", sheet.encode(), "名册.csv", wait=key))
    while not sent.done():
        answer = await hand.client.get(f"/desk/import/people/progress?key={key}")
        far += [answer.json()] if answer.status_code == 200 else []
        assert (await other.get(f"/desk/import/people/progress?key={key}")).status_code == 204
        await asyncio.sleep(0)
    assert "新增 20000 人" in (await sent).text
    assert far
    assert all(0 < one["done"] <= one["total"] == 20_000 for one in far)
    after = await hand.client.get(f"/desk/import/people/progress?key={key}")
    assert after.status_code == 204


def test_every_service_that_takes_files_has_a_page_for_them() -> None:
    services = load_services().values()
    handed = [view for _, _, views in HANDED for view in views]
    handed += [view for service in services for view in service.desk]
    pages = [v.args[0] for v in handed if isinstance(v, partial) and v.func is ImportView]
    assert {service.load for service in services} - {None} <= {page.load for page in pages}


async def test_in_a_browser_it_is_chosen_seen_and_done(
    app: FastAPI, people: dict[str, Somebody], database: Database
) -> None:
    async with database.session() as db:
        who = people["operator"].person_id
        token = await sessions.start(db, clock.now(), person_id=who)
    with serve(app) as address:
        async with chromium() as browser:
            page = await browser.new_page(base_url=address)
            cookie = {"name": COOKIE, "value": signed(token), "url": f"{address}/desk"}
            await page.context.add_cookies([cookie])
            await page.goto("/desk/import/phones")
            file = {"name": "电话.csv", "mimeType": "text/csv", "buffer": BOOK}
            await page.set_input_files("#file", file)
            await page.click("button:has-text('先看看')")
            await page.click("button:has-text('就这样导入')")
            await page.wait_for_selector(".alert-success:has-text('2 个电话')")
    assert await lines(database) == 2
