"""The whole way, over real HTTP: a phone in a browser, the platform, the account, the campus."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from playwright.async_api import FrameLocator, Page, expect

from app.demo import fill_if_empty
from app.gateway.outbound import Speaker
from app.kit.db import Database
from app.main import create_app, load_services
from app.menu import default_menu
from app.sandbox.server import create_app as create_sandbox
from app.sandbox.settings import Settings as SandboxSettings
from app.settings import Settings
from app.wechat.client import Client, open_client
from app.wechat.token import MemoryStore
from tests.browser import chromium, serve

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
LONG = "长" * 10_000


@pytest.fixture
async def phone_url(database: Database, settings: Settings) -> AsyncIterator[str]:
    """The sandbox's address, with the demo campus behind it and the menu pushed."""
    services = load_services()
    await fill_if_empty(database, services)
    with _both(settings) as (ours, theirs):
        async with open_client(theirs) as http:
            secret = settings.wechat_app_secret.get_secret_value()
            client = Client(http, settings.wechat_app_id, secret, MemoryStore())
            await client.menu_create(default_menu(services, ours))
        yield theirs


@contextlib.contextmanager
def _both(settings: Settings) -> Iterator[tuple[str, str]]:
    sandbox = create_sandbox(SandboxSettings(callback_url="http://127.0.0.1:9/wechat"))
    with serve(sandbox) as theirs:
        app = create_app(
            settings.model_copy(update={"wechat_open_url": theirs, "wechat_api_url": theirs})
        )
        with serve(app) as ours:  # its port is known only now
            app.state.desk.speaker = Speaker(ours)
            app.state.settings = app.state.settings.model_copy(update={"public_url": ours})
            platform = sandbox.state.platform
            own = {"callback_url": f"{ours}/wechat", "public_url": theirs}
            platform.settings = platform.settings.model_copy(update=own)
            yield ours, theirs


async def heard_on(phone: httpx.AsyncClient, act: str, **what: Any) -> str:
    """What the account answers to an act of the first person, as the phone shows it."""
    state = (await phone.get("/sandbox/state")).json()
    body = {"openid": state["people"][0]["openid"], "wait": True, **what}
    pushed = (await phone.post(f"/sandbox/{act}", json=body)).json()["pushed"]
    attempts = [attempt for push in pushed for attempt in push["attempts"]]
    assert [attempt["outcome"] for attempt in attempts] == ["answered"]
    return str(attempts[0]["data"])


async def test_the_phone_answers_whatever_it_is_asked(phone_url: str) -> None:
    async with httpx.AsyncClient(base_url=phone_url, timeout=20) as phone:
        for words, part in [
            ("班车", "南校区 → 北校区"), ("洗浴", "南苑浴室"), ("电费 3号楼 501", "先绑定学号"),
            ("电话 维修", "24 小时抢修"), ("bance", "回 1 班车"), ("班次", "回 1 班车"),
            ("1", "南校区"), ("吃葡萄不吐葡萄皮", "还不会答"), (LONG, "还不会答"),
            ("帮助 班车", "末班车"),
        ]:  # fmt: skip
            assert part in await heard_on(phone, "say", text=words), words[:20]
        assert "图书馆" in await heard_on(phone, "location", lat=35.19, lng=113.265, label="")
        assert "→" in await heard_on(phone, "tap", path=[0, 0])


@pytest.mark.browser
async def test_a_newcomer_writes_taps_and_opens_a_page(phone_url: str) -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        await page.goto(phone_url)
        await _say(page, "班车")
        await expect(page.locator("#chat")).to_contain_text("看全部班次")
        await page.locator("#chat").get_by_text("看全部班次").click()
        inside = page.frame_locator("iframe")
        await expect(inside.locator(".c-next__time, .c-empty")).to_be_visible()


@pytest.mark.browser
async def test_a_student_binds_on_the_phone_and_sees_the_electricity_of_their_room_alone(
    phone_url: str,
) -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        await page.goto(phone_url)
        inside = page.frame_locator("iframe")
        await _say(page, "电费")
        await page.locator("#chat").get_by_text("绑定学号", exact=True).click()
        await _bind(inside)
        await expect(inside.get_by_text("3号楼 501")).to_be_visible()
        await expect(inside.locator(".c-tile")).to_have_count(2)
        await page.get_by_role("button", name="返回").click()
        await _say(page, "电费")
        await expect(page.locator("#chat")).to_contain_text("空调 8.40 元")
        await _say(page, "电费 3号楼 502")
        await expect(page.locator("#chat")).to_contain_text("3号楼 502 不是你的寝室")
        await _say(page, "解绑")
        await _say(page, "1")
        await expect(page.locator("#chat")).to_contain_text("解绑了")


async def _bind(inside: FrameLocator) -> None:
    for label, typed in (("学号", "20240136"), ("姓名", "林晓雨"), ("身份证", "123456")):
        await inside.get_by_label(label, exact=True).fill(typed)
    await inside.get_by_role("button", name="绑定").click()


async def _say(page: Page, words: str) -> None:
    if not await page.get_by_role("textbox").is_visible():
        await page.get_by_role("button", name="打字").click()
    await page.get_by_role("textbox").fill(words)
    await page.get_by_role("textbox").press("Enter")
