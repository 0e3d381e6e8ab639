"""Telling people: from the operator's desk to the phone that rings, not to the one next door."""

import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus import demo as campus_demo
from app.campus.campaigns.settings import confirm_above
from app.campus.notify.models import MANY, Delivery, State
from app.campus.notify.settings import settings as quiet_hours
from app.campus.people import sessions
from app.campus.people.models import Binding, Follower, Person, PersonKind
from app.campus.permission import Grant, Role
from app.campus.places import Building, Room
from app.desk.login import COOKIE
from app.gateway.sending.proposing import propose
from app.kit import clock
from app.kit.db import Database
from app.main import load_services
from app.sandbox.people import openid_of
from app.settings import ROOT, Settings
from app.wechat.client import Client, open_client
from app.wechat.token import MemoryStore
from tests.browser import chromium
from tests.desk.conftest import signed
from tests.h5.pages import needs_packages
from tests.phone import Both, Phone, both, phone_at

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.slow, needs_packages]
RESIDENT, NEIGHBOUR, OPERATOR, COLLEAGUE = "林晓雨", "周子墨", "陈悦", "何静"
CUT, OVER, GENERAL = "停水停电通知", "恢复供应通知", "后勤服务通知"  # the account's templates
SEND = "/cgi-bin/message/template/send"
# Day and night the same, and two operators for more than one phone.
ENV = {"QUIET_FROM": "0:00", "QUIET_UNTIL": "0:00", "CAMPAIGN_CONFIRM_ABOVE": "1"}
# By name: number, where they live, and their role.
CAST: dict[str, tuple[str, tuple[str, str] | None, Role | None]] = {
    RESIDENT: ("20240136", ("3号楼", "501"), None),
    NEIGHBOUR: ("26990001", ("4号楼", "201"), None),
    OPERATOR: ("9001", None, Role.OPERATOR),
    COLLEAGUE: ("9000", None, Role.OPERATOR),
}


@pytest.fixture
async def world(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Both]:
    """App, sandbox and a worker process; every notice has a template."""
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    quiet_hours.cache_clear()
    confirm_above.cache_clear()
    with both(settings) as made, _worker(made, settings):
        async with database.session() as db:
            await _people(db, settings.wechat_app_id)
            await _templates(db, made)
        yield made
    quiet_hours.cache_clear()
    confirm_above.cache_clear()


@contextlib.contextmanager
def _worker(made: Both, settings: Settings) -> Iterator[None]:
    env = {
        **os.environ, "DATABASE_URL": settings.database_url, "PUBLIC_URL": made.ours,
        "WECHAT_API_URL": made.theirs, "WECHAT_OPEN_URL": made.theirs,
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "app.cli", "work"], cwd=ROOT, env=env)
    try:
        yield
    finally:
        process.kill()
        process.wait()


async def _people(db: AsyncSession, app_id: str) -> None:
    """Everybody of CAST, bound to the phone that the sandbox has for their name."""
    await campus_demo.fill(db)
    for name, (number, home, role) in CAST.items():
        query = select(Room.id).join(Building, Building.id == Room.building_id)
        room = home and await db.scalar(
            query.where(Building.name == home[0], Room.number == home[1])
        )
        kind = PersonKind.STAFF if role else PersonKind.STUDENT
        person = Person(number=number, name=name, kind=kind, room_id=room)
        who = openid_of(app_id, name)
        db.add_all([person, Follower(who=who, joined_at=clock.now() - timedelta(days=9))])
        await db.flush()
        db.add(Binding(who=who, person_id=person.id, at=clock.now()))
        if role:
            db.add(Grant(person_id=person.id, role=role, at=clock.now()))


async def _templates(db: AsyncSession, made: Both) -> None:
    settings: Settings = made.app.state.settings
    secret = settings.wechat_app_secret.get_secret_value()
    notices = [notice for service in load_services().values() for notice in service.notices]
    async with open_client(made.theirs) as http:
        listed = await Client(http, settings.wechat_app_id, secret, MemoryStore()).templates()
    await propose(db, notices, listed)


@contextlib.asynccontextmanager
async def desk_of(
    name: str, browser: Browser, world: Both, database: Database
) -> AsyncIterator[Page]:
    """The desk, with this operator before it."""
    async with database.session() as db:
        number = CAST[name][0]
        person_id = await db.scalar(select(Person.id).where(Person.number == number))
        token = await sessions.start(db, clock.now(), person_id=person_id)
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, base_url=world.ours
    )
    context.set_default_timeout(10_000)
    url = f"{world.ours}/desk"
    await context.add_cookies([{"name": COOKIE, "value": signed(token), "url": url}])
    try:
        yield await context.new_page()
    finally:
        await context.close()


def card(phone: Phone, title: str) -> Locator:
    """A message in the chat of whoever's phone it is."""
    return phone.chat.get_by_role("article", name=title)


async def test_a_power_cut_rings_in_its_building_and_nowhere_else(
    database: Database, world: Both
) -> None:
    async with (
        chromium() as browser,
        phone_at(browser, world.theirs) as phone,
        desk_of(OPERATOR, browser, world, database) as desk,
    ):
        await phone.become(RESIDENT)
        await _announce_a_cut(desk)
        await expect(phone.page.locator("#phone.is-ringing")).to_have_count(1)
        await expect(card(phone, CUT)).to_contain_text("换配电箱")
        await _report(desk, "3号楼 停电", "停水停电通知")
        await phone.say("停电")
        await expect(phone.chat.locator(".p-row:not(.p-row_me)").last).to_contain_text(
            "原因：换配电箱"
        )
        await desk.goto("/desk/outages/1")
        await desk.get_by_role("button", name="来电了，告诉他们").click()
        await expect(card(phone, OVER)).to_contain_text("3号楼")
        await _report(desk, "3号楼 来电了", "恢复供应通知")
        await phone.become(NEIGHBOUR)
        await expect(phone.chat.get_by_role("article")).to_have_count(0)
    assert _told(world) == {RESIDENT: 2}


async def test_a_campaign_is_tried_confirmed_by_another_held_and_watched(
    database: Database, world: Both
) -> None:
    async with (
        chromium() as browser,
        phone_at(browser, world.theirs) as phone,
        desk_of(OPERATOR, browser, world, database) as desk,
        desk_of(COLLEAGUE, browser, world, database) as second,
    ):
        await phone.become(OPERATOR)
        address = await _write(desk)
        await desk.get_by_role("button", name="先发给自己看看").click()
        await expect(card(phone, GENERAL)).to_contain_text("大门 23:00 锁")
        await desk.get_by_role("button", name="交给同事核对").click()
        await expect(desk.get_by_text("等另一位运营核对")).to_be_visible()
        await expect(desk.get_by_role("button", name="核对过了")).to_have_count(0)
        world.platform.faults.switch("busy", path=SEND)
        await second.goto(address)
        await second.get_by_role("button", name="核对过了，发给 2 人").click()
        await _hold_and_go_on(second, world, database)
        await phone.become(RESIDENT)
        await expect(card(phone, GENERAL)).to_contain_text("大门 23:00 锁")
    assert _told(world) == {OPERATOR: 1, RESIDENT: 1, NEIGHBOUR: 1}


async def _announce_a_cut(desk: Page) -> None:
    """Power, in 3号楼, since an hour ago."""
    begins = clock.now() - timedelta(hours=1)
    await desk.goto("/desk/outages/new")
    await desk.locator("label.btn", has_text="停电").click()
    await desk.get_by_label("从几点").fill(f"{begins:%Y-%m-%dT%H:%M}")
    await desk.get_by_label("大概几点恢复").fill(f"{begins + timedelta(hours=4):%Y-%m-%dT%H:%M}")
    await desk.get_by_label("为什么").fill("换配电箱")
    await desk.get_by_label("打哪个电话问").fill("8880 0110")
    await desk.get_by_label("3号楼", exact=True).check()
    await desk.get_by_role("button", name="存草稿，看会通知谁").click()
    await desk.get_by_role("button", name="通知这 1 人").click()


async def _report(desk: Page, title: str, says: str) -> None:
    """What the desk says of a campaign about the cut: to whom, what, and what came of it."""
    await desk.get_by_role("link", name=title).click()
    await expect(desk.locator(".n-badge")).to_have_text("发完了")
    people = desk.locator("#people tbody tr")
    await expect(people).to_have_count(1)
    await expect(people).to_contain_text(RESIDENT)
    await expect(people).to_contain_text("3号楼 501")
    await expect(desk.locator(".n-card")).to_contain_text(says)
    await _until_received(desk)


async def _until_received(desk: Page) -> None:
    """The receipt comes a moment after the message: the page is opened anew until it has."""
    for _ in range(20):
        if await desk.locator("#people").get_by_role("cell", name="收到了").count():
            return
        await desk.wait_for_timeout(250)
        await desk.reload()
    await expect(desk.locator("#people")).to_contain_text("收到了")


async def _write(desk: Page) -> str:
    """A campaign to a list of two numbers; where it is, not sent yet."""
    await desk.goto("/desk/campaigns/new")
    await desk.get_by_label("标题").fill("今晚锁门")
    for label, text in (("什么事", "今晚锁门"), ("地点", "各宿舍楼"), ("说明", "大门 23:00 锁")):
        await desk.get_by_label(label, exact=True).fill(text)
    await desk.locator("[name=field_at]").fill("2026-11-21T23:00")
    await desk.get_by_label("名单里的人").check()
    await desk.locator("[name=numbers]").fill(f"{CAST[RESIDENT][0]}\n{CAST[NEIGHBOUR][0]}")
    await expect(desk.locator("#preview .n-count")).to_contain_text("2")
    await desk.get_by_role("button", name="存下，去核对").click()
    await desk.wait_for_url("**/desk/campaigns/*")
    return desk.url


async def _hold_and_go_on(desk: Page, world: Both, database: Database) -> None:
    """WeChat is too busy to take it; it is paused, nothing goes out, and then it goes on."""
    await expect(desk.locator("#progress")).to_contain_text("0 / 2 人")
    await desk.get_by_role("button", name="先停住").click()
    await expect(desk.locator("#progress")).to_contain_text("停住了，还有 2 人没发")
    held = select(Delivery.id).where(Delivery.rank == MANY, Delivery.state == State.SENDING)
    for _ in range(40):
        async with database.session() as db:
            if await db.scalar(held.limit(1)) is None:
                break
        await desk.wait_for_timeout(100)
    world.platform.faults.switch("busy", on=False)
    await desk.wait_for_timeout(2500)  # longer than any of them was to wait for its next try
    assert _told(world) == {OPERATOR: 1}
    await desk.get_by_role("button", name="接着发").click()
    await expect(desk.locator("#progress")).to_contain_text("都发完了")


def _told(world: Both) -> dict[str, int]:
    """Copies that reached each phone, as the platform counts them."""
    names = {one.openid: one.name for one in world.platform.people.values()}
    return {names[who]: n for who, n in world.platform.letters.told.people().items()}
