"""An operator's first day: in by scanning, 20,000 people, a rule, a menu; the phone shows it."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import func, select

from app.campus import demo as campus_demo
from app.campus.people import demo as people_demo
from app.campus.people import roster
from app.campus.people.models import Binding, Follower, Person, PersonKind
from app.campus.permission import Grant, Role
from app.kit import clock
from app.kit.db import Database
from app.main import load_services
from app.sandbox.platform import Platform
from app.settings import Settings
from tests.browser import chromium
from tests.h5.pages import needs_packages
from tests.phone import Both, Phone, both, phone_at

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.slow, needs_packages]
OPERATOR = "陈悦"


@pytest.fixture
async def demo_roster(database: Database) -> bytes:
    """The demo's people as a spreadsheet; the campus stays, of the people only the operator."""
    async with database.session() as db:
        await campus_demo.fill(db)
        trial = await db.begin_nested()
        await people_demo.fill(db)
        data = await roster.export(db)
        await trial.rollback()
    return data


@pytest.fixture
async def world(database: Database, settings: Settings, demo_roster: bytes) -> AsyncIterator[Both]:
    with both(settings) as made:
        await _an_operator(database, made.platform)
        await made.push_menu(load_services())
        yield made


async def _an_operator(database: Database, platform: Platform) -> None:
    """陈悦, on the roster and bound to the phone that the sandbox has for her."""
    who = next(one.openid for one in platform.people.values() if one.name == OPERATOR)
    async with database.session() as db:
        person = Person(number="9001", name=OPERATOR, kind=PersonKind.STAFF)
        db.add_all([person, Follower(who=who, joined_at=clock.now())])
        await db.flush()
        db.add(Grant(person_id=person.id, role=Role.OPERATOR, at=clock.now()))
        db.add(Binding(who=who, person_id=person.id, at=clock.now()))


async def test_an_operator_comes_in_by_scanning_and_the_phone_shows_what_they_do(
    database: Database, world: Both, demo_roster: bytes
) -> None:
    async with chromium() as browser, phone_at(browser, world.theirs) as phone:
        desk = await _come_in(browser, world, phone)
        await _import(desk, demo_roster)
        async with database.session() as db:
            assert (await db.scalar(select(func.count()).select_from(Person)) or 0) > 20_000
        await _write_a_rule(desk, "校医院几点", "校医院今天 8:00–22:00，夜里打 8880 0120")
        await phone.become("林晓雨")
        await phone.say("校医院几点")
        await expect(phone.chat).to_contain_text("夜里打 8880 0120")
        await _change_the_menu(desk, "校医院", "校医院几点")
        await phone.page.get_by_role("button", name="看菜单").click()
        await phone.page.get_by_role("button", name="校医院", exact=True).click()
        await expect(phone.chat.get_by_text("夜里打 8880 0120")).to_have_count(2)


async def _come_in(browser: Browser, world: Both, phone: Phone) -> Page:
    """The desk's page, after the operator's phone scanned its code and said yes."""
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, base_url=world.ours
    )
    desk = await context.new_page()
    await desk.goto("/desk/")
    number = await desk.locator("#scan b").inner_text()
    scene = await desk.locator(".d-scene code").inner_text()
    await phone.become(OPERATOR)
    await phone.page.get_by_role("button", name="扫门牌").click()
    await phone.page.get_by_role("dialog").get_by_role("button", name=scene).click()
    await expect(phone.chat).to_contain_text(f"屏幕上的号是 {number}")
    await phone.say("1")  # 「回 1 确认登录」
    await desk.wait_for_url("**/desk/")
    await expect(desk.locator("header").first).to_contain_text(OPERATOR)
    return desk


async def _import(desk: Page, data: bytes) -> None:
    await desk.goto("/desk/import/people")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    await desk.get_by_label("选文件").set_input_files(
        {"name": "名册.xlsx", "mimeType": kind, "buffer": data}
    )
    await desk.get_by_role("button", name="先看看").click()
    await expect(desk.locator("#reading")).to_be_visible()
    shown = desk.locator("#result")
    await expect(shown).to_contain_text("还没写进去", timeout=60_000)
    await expect(shown).to_contain_text("离校 0 人")
    await desk.get_by_role("button", name="就这样导入").click()
    await expect(shown).to_contain_text("名册导入好了：新增", timeout=60_000)


async def _write_a_rule(desk: Page, words: str, answer: str) -> None:
    await desk.goto("/desk/answers/new")
    await desk.get_by_label("词", exact=True).fill(words)
    await desk.get_by_label("答复", exact=True).fill(answer)
    await desk.get_by_role("button", name="存下，马上生效").click()
    await expect(desk.get_by_text("存好了")).to_be_visible()


async def _change_the_menu(desk: Page, name: str, word: str) -> None:
    """The third column becomes one button that asks `word`."""
    await desk.goto("/desk/menu")
    column = desk.locator("fieldset").nth(2)
    for below in range(1, 6):
        await column.get_by_label(f"下级 {below}的名字").fill("")
        await column.get_by_label(f"下级 {below}的词或网址").fill("")
    await desk.get_by_label("第 3 栏的名字").fill(name)
    await desk.get_by_label("第 3 栏的词或网址").fill(word)
    await desk.get_by_role("button", name="存下并发布").click()
    await expect(desk.get_by_text("发布了")).to_be_visible()
