"""The inbox on a real phone browser."""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import insert

from app.campus.people.me import COOKIE
from app.gateway.sending.models import Template
from app.kit.db import Database
from tests.browser import faults, open_page, overflow
from tests.campus.notices import ALARM, FOUND, REPLY, deliveries, tell
from tests.h5.pages import needs_packages
from tests.people import Somebody, cookie_of
from tests.services.inbox.conftest import Told

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
Opened = Callable[..., contextlib.AbstractAsyncContextManager[Page]]
LONG = "一把挂着蓝色小熊的黑色长柄雨伞，伞柄上刻着三个字，在二食堂三楼靠窗的桌子下面，" * 3


@pytest.fixture
async def opened(app: Any, database: Database, people: dict[str, Somebody], told: Told) -> Opened:
    """`async with opened("alice") as page`: their phone at the inbox; alice's has 32 messages."""
    for number in range(28):
        await told("alice", f"{number} 号伞")
    await tell(database, ALARM, [people["alice"]])
    for words in (LONG, "W" * 80, "在一食堂"):
        await tell(database, REPLY, [people["alice"]], words=words)

    @contextlib.asynccontextmanager
    async def open_(name: str, **how: Any) -> AsyncIterator[Page]:
        async with open_page(app, "/healthz", **how) as page:
            cookie = {"name": COOKIE, "value": cookie_of(people[name]), "url": page.url}
            await page.context.add_cookies([cookie])  # type: ignore[list-item]  # a dict it takes
            await page.goto("/h5/inbox")
            yield page

    return open_


async def paths(database: Database) -> list[str]:
    first, *_, longest, wide, _ = [d.id for d in await deliveries(database)]
    return ["", "/settings", f"/{first}", f"/{longest}", f"/{wide}"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_everyone_can_read_it(opened: Opened, database: Database, dark: bool) -> None:
    for name, some in (("alice", await paths(database)), ("bob", [""])):
        async with opened(name, dark=dark) as page:
            for path in some:
                await page.goto(f"/h5/inbox{path}")
                assert await faults(page) == []


@pytest.mark.parametrize("care", [False, True], ids=["usual", "large"])
async def test_it_fits_the_smallest_phone(opened: Opened, database: Database, care: bool) -> None:
    async with opened("alice", width=320, care=care) as page:
        for path in await paths(database):
            await page.goto(f"/h5/inbox{path}")
            assert await overflow(page) == 0
            assert await faults(page) == []


async def test_older_messages_come_as_one_scrolls(opened: Opened) -> None:
    async with opened("alice") as page:
        await expect(page.locator("#letters > a")).to_have_count(20)
        await page.get_by_text("更早的").scroll_into_view_if_needed()
        await expect(page.locator("#letters > a")).to_have_count(32)


async def test_a_message_is_opened_and_then_looks_read(opened: Opened) -> None:
    async with opened("alice") as page:
        await expect(page.get_by_role("heading", level=1)).to_have_text("32 条新消息")
        await page.get_by_role("link", name="在一食堂").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(REPLY.title)
        await page.get_by_role("link", name="消息", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("31 条新消息")
        await page.get_by_role("button", name="都看过了").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("消息")


async def test_a_kind_is_switched_off_by_a_form(opened: Opened) -> None:
    async with opened("alice") as page:
        await page.get_by_role("link", name="选哪些发到微信").click()
        switch = page.get_by_role("checkbox", name=REPLY.title)
        await expect(switch).to_be_checked()
        await switch.click()
        await page.get_by_role("button", name="记住").click()
        await expect(page.get_by_text("记住了")).to_be_visible()
        await page.goto("/h5/inbox/settings")
        await expect(switch).not_to_be_checked()


WECHAT = """
window.wx = { config(given) { this.given = given; } };
customElements.define('wx-open-subscribe', class extends HTMLElement {
  connectedCallback() {
    const button = document.createElement('button');
    button.textContent = '再收一次';
    button.onclick = () => {
      const yes = Object.fromEntries(this.getAttribute('template').split(',')
        .map(one => [one, JSON.stringify({ status: 'accept' })]));
      const detail = { errMsg: 'subscribe:ok', subscribeDetails: JSON.stringify(yes) };
      this.dispatchEvent(new CustomEvent('success', { detail }));
    };
    this.append(button);
  }
});
"""


async def test_inside_wechat_a_tap_subscribes_to_one_more(
    opened: Opened, database: Database, app: Any
) -> None:
    async with database.session() as db:
        row = {"notice": FOUND.name, "channel": "subscribe", "template_id": "t-1", "keywords": {}}
        await db.execute(insert(Template).values(row))
    async with opened("alice") as page:
        await page.add_init_script(WECHAT)
        signed = {"appId": "wx1", "timestamp": 1, "nonceStr": "n", "signature": "s"}
        await page.route("**/h5/jssdk*", lambda route: route.fulfill(json=signed))
        await page.goto("/h5/inbox/settings")
        offer = page.locator("[data-subscribe]")
        await expect(offer).to_contain_text("收不到了")
        await page.get_by_role("button", name="再收一次").click()
        await expect(offer).to_contain_text("还能收 1 次")
        assert await page.evaluate("wx.given.openTagList") == ["wx-open-subscribe"]
        assert await faults(page) == []


async def test_outside_wechat_there_is_no_such_offer(opened: Opened) -> None:
    async with opened("alice") as page:
        await page.goto("/h5/inbox/settings")
        await expect(page.locator("[data-subscribe]")).to_be_hidden()
