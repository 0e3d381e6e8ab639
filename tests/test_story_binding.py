"""A student's first day, on the sandbox's phone in Chromium: bind, see one's own room, unbind."""

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import func, select

from app.campus.people.models import Binding, PersonKind
from app.campus.people.roster import store
from app.campus.places import Area, Building, BuildingKind, Room, campus
from app.kit import clock
from app.kit.db import Database
from app.main import load_services
from app.services.electricity import demo as meters
from app.settings import Settings
from tests.browser import chromium
from tests.h5.pages import needs_packages
from tests.phone import DEMO_STUDENT, Both, Phone, both, phone_at

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
NEIGHBOUR = ("20240137", "周子墨", "654321")
REFUSED = "3号楼 501 不是你的寝室"


@pytest.fixture
async def world(database: Database, settings: Settings) -> AsyncIterator[Both]:
    """A campus of two rooms, each with a student and meters; nobody is bound yet."""
    async with database.session() as db:
        area = Area(name="3号楼片区")
        db.add(area)
        await db.flush()
        building = Building(
            name="3号楼", campus="南校区", kind=BuildingKind.DORMITORY, area_id=area.id
        )
        db.add(building)
        await db.flush()
        rooms = [Room(building_id=building.id, number=n, floor=5, beds=4) for n in ("501", "502")]
        db.add_all(rooms)
        await db.flush()
        people = zip((DEMO_STUDENT, NEIGHBOUR), rooms, strict=True)
        await store(db, [_row(*who, room.id) for who, room in people], clock.now())
        await meters.fill(db)
        await campus.changed(db)
    with both(settings) as made:
        await made.push_menu(load_services())
        yield made


def _row(number: str, name: str, card: str, room: int) -> dict[str, object]:
    return {"number": number, "name": name, "card": card, "room": room, "kind": PersonKind.STUDENT}


@pytest.fixture
async def phone(world: Both) -> AsyncIterator[Phone]:
    async with chromium() as browser, phone_at(browser, world.theirs) as phone:
        yield phone


async def to_the_form(phone: Phone) -> None:
    """From the menu to the form that binds."""
    await phone.tap("服务", "电费")
    await phone.inside.get_by_role("link", name="去绑定").click()
    await expect(phone.inside.get_by_label("学号", exact=True)).to_be_visible()


async def test_from_the_menu_to_ones_own_room_and_out_again(world: Both, phone: Phone) -> None:
    await phone.tap("服务", "电费")
    await expect(phone.inside.locator("body")).to_contain_text("先绑定学号")
    assert world.logins() == 1  # nobody was asked anything
    await phone.inside.get_by_role("link", name="去绑定").click()
    await phone.bind(*DEMO_STUDENT)
    await expect(phone.inside.get_by_text("3号楼 501")).to_be_visible()
    await expect(phone.inside.locator(".c-tile")).to_have_count(2)
    await phone.close()
    await phone.say("我的")
    await phone.chat.locator("a", has_text="我的").last.click()
    await phone.inside.get_by_role("link", name="换绑或解绑学号").click()
    await phone.inside.get_by_role("button", name="解绑").click()
    await expect(phone.inside.locator("body")).to_contain_text("还没绑学号")
    await phone.close()
    await phone.tap("服务", "电费")
    await expect(phone.inside.locator("body")).to_contain_text("先绑定学号")
    assert world.logins() == 1  # not a word in between


async def test_another_room_is_refused_in_the_chat_and_by_its_address(
    world: Both, phone: Phone
) -> None:
    await to_the_form(phone)
    await phone.bind(*DEMO_STUDENT)
    await expect(phone.inside.get_by_text("3号楼 501")).to_be_visible()
    await phone.close()
    await phone.say("电费 3号楼 502")
    await expect(phone.chat).to_contain_text("3号楼 502 不是你的寝室")
    page = await opened(phone.page, world, "林晓雨", "/h5/electricity?room=3号楼 502")
    await expect(page.locator("main")).to_contain_text("3号楼 502 不是你的寝室")
    await expect(page.locator(".c-tile")).to_have_count(0)


async def test_a_second_phone_does_not_see_the_first_ones_room(world: Both, phone: Phone) -> None:
    await to_the_form(phone)
    await phone.bind(*DEMO_STUDENT)
    await expect(phone.inside.locator(".c-tile")).to_have_count(2)
    theirs = "/h5/electricity?room=3号楼 501&all=1"
    await phone.become("周子墨")
    page = await opened(phone.page, world, "周子墨", theirs)
    await expect(page.locator("main")).to_contain_text("先绑定学号")
    await page.close()
    await to_the_form(phone)
    await phone.bind(*NEIGHBOUR)
    await expect(phone.inside.get_by_text("3号楼 502")).to_be_visible()
    page = await opened(phone.page, world, "周子墨", theirs)
    await expect(page.locator("main")).to_contain_text(REFUSED)
    await page.close()
    await phone.close()
    await phone.say("电费 3号楼 501")
    await expect(phone.chat).to_contain_text(REFUSED)


async def opened(beside: Page, world: Both, name: str, path: str) -> Page:
    """The page at `path` on the phone of `name`, as 「在新窗口打开」 opens it."""
    openid = next(p.openid for p in world.platform.people.values() if p.name == name)
    page = await beside.context.new_page()
    query = urlencode({"openid": openid, "url": f"{world.ours}{path}"})
    await page.goto(f"{world.theirs}/sandbox/open?{query}")
    return page


async def test_a_wrong_try_says_so_and_keeps_what_was_typed(phone: Phone) -> None:
    await to_the_form(phone)
    number, name, _ = DEMO_STUDENT
    for card in ("111111", "222222"):
        await phone.bind(number, name, card)
        await expect(phone.inside.get_by_text("这三样对不上")).to_be_visible()
        for label, kept in (("学号", number), ("姓名", name), ("身份证", card)):
            await expect(phone.inside.get_by_label(label, exact=True)).to_have_value(kept)
    await phone.bind(*DEMO_STUDENT)
    await expect(phone.inside.get_by_text("3号楼 501")).to_be_visible()


async def test_a_double_tap_back_and_refresh_bind_once_and_end_well(
    database: Database, world: Both, phone: Phone
) -> None:
    await to_the_form(phone)
    await phone.fill(*DEMO_STUDENT)
    await phone.inside.get_by_role("button", name="绑定").dblclick()
    await expect(phone.inside.get_by_text("3号楼 501")).to_be_visible()
    for step in ("location.reload()", "history.back()", "location.reload()"):
        await phone.inside.locator("body").evaluate(f"() => setTimeout(() => {step})")
        await phone.page.wait_for_timeout(300)
        await expect(phone.inside.locator("main")).to_be_visible()
        await expect(phone.inside.locator("body")).not_to_contain_text(
            "菜单」"
        )  # an error page's way on
    await expect(phone.inside.get_by_text("3号楼 501")).to_be_visible()
    async with database.session() as db:
        assert await db.scalar(select(func.count()).select_from(Binding)) == 1
    assert world.logins() == 1


async def test_two_tabs_play_two_phones(world: Both, phone: Phone) -> None:
    await to_the_form(phone)
    await phone.bind(*DEMO_STUDENT)
    await expect(phone.inside.locator(".c-tile")).to_have_count(2)
    other = Phone(await phone.page.context.new_page())
    await other.page.goto(world.theirs)
    await other.become("周子墨")
    await other.tap("服务", "电费")
    await expect(other.inside.locator("main")).to_contain_text("先绑定学号")
    await phone.page.mouse.move(2, 2)  # where the tabs are
    async with phone.page.expect_response("**/sandbox/open?**"):
        await phone.inside.locator("main").hover()
    async with phone.page.expect_event("framenavigated"):
        await phone.inside.locator(".c-tile").first.click()
    await expect(phone.inside.get_by_text("3号楼 501")).to_be_visible()
