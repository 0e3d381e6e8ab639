"""The app and the sandbox over real HTTP, and fingers on the sandbox's phone in Chromium."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from playwright.async_api import Browser, FrameLocator, Locator, Page, expect

from app.gateway.outbound import Speaker
from app.kit.service import Service
from app.main import create_app
from app.menu import default_menu
from app.sandbox.platform import Platform
from app.sandbox.server import create_app as create_sandbox
from app.sandbox.settings import Settings as SandboxSettings
from app.settings import Settings
from app.wechat.client import Client, open_client
from app.wechat.token import MemoryStore
from tests.browser import serve

expect.set_options(timeout=10_000)  # a whole story on a machine with other tests
DEMO_STUDENT = ("20240136", "林晓雨", "123456")


@dataclass(frozen=True)
class Both:
    """Our application at `ours` and the platform's stand-in at `theirs`; no slash at the end."""

    app: FastAPI
    platform: Platform
    ours: str
    theirs: str

    async def push_menu(self, services: dict[str, Service]) -> None:
        """Give the account the menu that ships."""
        settings: Settings = self.app.state.settings
        secret = settings.wechat_app_secret.get_secret_value()
        async with open_client(self.theirs) as http:
            client = Client(http, settings.wechat_app_id, secret, MemoryStore())
            await client.menu_create(default_menu(services, self.ours))

    def logins(self) -> int:
        """How many codes of web logins were exchanged."""
        return sum(one.title == "sns/oauth2/access_token" for one in self.platform.log)


@contextlib.contextmanager
def both(settings: Settings) -> Iterator[Both]:
    """The two of them, each knowing the other's address."""
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
            yield Both(app, platform, ours, theirs)


@dataclass(frozen=True)
class Phone:
    """The sandbox's page; `inside` is what its inner browser shows."""

    page: Page

    @property
    def inside(self) -> FrameLocator:
        return self.page.frame_locator("#over iframe")

    @property
    def chat(self) -> Locator:
        return self.page.locator("#chat")

    async def say(self, words: str) -> None:
        if not await self.page.get_by_label("说点什么").is_visible():
            await self.page.get_by_role("button", name="打字").click()
        await self.page.get_by_label("说点什么").fill(words)
        await self.page.get_by_label("说点什么").press("Enter")

    async def tap(self, column: str, row: str) -> None:
        """A row of the account's menu."""
        if await (menu := self.page.get_by_role("button", name="看菜单")).is_visible():
            await menu.click()
        await self.page.get_by_role("button", name=column, exact=True).click()
        await self.page.get_by_role("menuitem", name=row, exact=True).click()

    async def close(self) -> None:
        """Leave the inner browser; `#back` of the chat is covered by it."""
        await self.page.locator("#over").get_by_role("button", name="返回").click()

    async def fill(self, number: str, name: str, card: str) -> None:
        """The form that binds, not yet sent."""
        for label, typed in (("学号", number), ("姓名", name), ("身份证", card)):
            await self.inside.get_by_label(label, exact=True).fill(typed)

    async def bind(self, number: str, name: str, card: str) -> None:
        await self.fill(number, name, card)
        await self.inside.get_by_role("button", name="绑定").click()

    async def become(self, name: str) -> None:
        """Take another person's phone."""
        await self.page.locator("#people").get_by_role("button", name=name).click()


@contextlib.asynccontextmanager
async def phone_at(browser: Browser, theirs: str) -> AsyncIterator[Phone]:
    """A tab with the sandbox's page, in a context of its own."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.goto(theirs)
    try:
        yield Phone(page)
    finally:
        await context.close()
