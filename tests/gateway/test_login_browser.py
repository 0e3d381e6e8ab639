"""A tap in the menu of the sandbox's phone, in a real browser: logged in without a word."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from app.kit.db import Database
from app.main import create_app
from app.sandbox.platform import Platform
from app.sandbox.server import create_app as create_sandbox
from app.sandbox.settings import Settings as SandboxSettings
from app.settings import Settings
from tests.browser import chromium, serve
from tests.gateway.phones import services

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@pytest.fixture
async def platform(database: Database, settings: Settings) -> AsyncIterator[Platform]:
    """The sandbox, with one page of the app in its menu; its address is `public_url`."""
    unused = SandboxSettings(callback_url="http://127.0.0.1:9/wechat", tries=1)
    sandbox = create_sandbox(unused)
    with serve(sandbox) as theirs:
        own = {"wechat_open_url": theirs, "wechat_api_url": theirs}
        app = create_app(settings.model_copy(update=own), services)
        with serve(app) as ours:
            app.state.settings = app.state.settings.model_copy(update={"public_url": ours})
            platform: Platform = sandbox.state.platform
            platform.settings = unused.model_copy(update={"public_url": theirs})
            page = {"type": "view", "name": "房间", "url": f"{ours}/h5/room"}
            platform.menu = {"button": [page]}
            yield platform


@pytest.fixture
async def phone(platform: Platform) -> AsyncIterator[Page]:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        await page.goto(platform.settings.public_url)
        yield page


async def open_room(phone: Page) -> None:
    await phone.get_by_role("button", name="房间", exact=True).click()


def logins(platform: Platform) -> int:
    return sum(exchange.title == "sns/oauth2/access_token" for exchange in platform.log)


async def test_a_menu_page_knows_whose_phone_it_is_on(platform: Platform, phone: Page) -> None:
    alice, bob, *_ = platform.people.values()
    inside = phone.frame_locator("iframe").locator("body")
    for person, exchanges in [(alice, 1), (bob, 2), (alice, 2)]:
        await phone.get_by_role("button", name=person.name).click()
        await open_room(phone)
        await expect(inside).to_have_text(f"room of {person.openid}")
        assert logins(platform) == exchanges


async def test_a_double_redirect_ends_on_the_page(platform: Platform, phone: Page) -> None:
    platform.faults.switch("double_redirect")
    await open_room(phone)
    inside = phone.frame_locator("iframe").locator("body")
    await expect(inside).to_have_text(f"room of {next(iter(platform.people))}")
