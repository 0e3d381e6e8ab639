"""The shell in a real browser: readable by everyone, and its script does what it says."""

import pytest
from playwright.async_api import Page, expect

from tests.browser import faults, open_page, overflow
from tests.h5.pages import needs_packages, shell

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["/h5/states", "/h5/error/500", "/h5/message"])
async def test_a_page_meets_wcag_2_2_aa(path: str, dark: bool) -> None:
    async with open_page(shell(), path, dark=dark) as page:
        await page.wait_for_timeout(350)  # what waits is shown after 300 ms
        assert await faults(page) == []


@pytest.mark.parametrize(("width", "care"), [(320, False), (320, True), (390, True)])
async def test_nothing_is_wider_than_the_phone(width: int, care: bool) -> None:
    async with open_page(shell(), "/h5/states", width=width, care=care) as page:
        assert await overflow(page) == 0


async def test_a_page_breaks_no_content_security_policy() -> None:
    async with open_page(shell(), "/h5/message") as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        await page.goto("/h5/states")
        await page.wait_for_load_state("networkidle")
        assert said == []


async def test_at_zero_a_fragment_is_fetched_and_counts_down_too() -> None:
    async with open_page(shell(left=1), "/h5/states") as page:
        await expect(page.locator("#new")).to_have_text("1 分 38 秒")


async def test_a_countdown_says_what_the_server_sent() -> None:
    async with open_page(shell(left=3 * 3600 + 125), "/h5/states") as page:
        await expect(page.locator("[data-left]")).to_have_text("3 小时 2 分")


async def test_a_fragment_that_fails_leaves_the_page_and_says_so() -> None:
    async with open_page(shell(left=1, fragment=500), "/h5/states") as page:
        await expect(page.get_by_text("刚才没更新成")).to_be_visible()
        await expect(page.locator("#next")).to_contain_text("还有")


async def test_a_form_tapped_twice_is_sent_once() -> None:
    app = shell()
    async with open_page(app, "/h5/states") as page:
        await twice(page, "只下一单")
        await expect(page.locator("#done")).to_have_text("第 1 单")
        assert app.state.orders == 1


async def test_a_button_tapped_twice_asks_once_and_can_be_tapped_again() -> None:
    app = shell()
    async with open_page(app, "/h5/states") as page:
        await twice(page, "去充值")
        await expect(page.locator(".weui-btn_loading")).to_have_text("去充值")
        await expect(page.locator("#done")).to_have_text("第 1 单")
        await page.get_by_role("button", name="去充值").click()
        await expect(page.locator("#done")).to_have_text("第 2 单")
        assert app.state.orders == 2


async def twice(page: Page, button: str) -> None:
    await page.get_by_role("button", name=button).evaluate("b => { b.click(); b.click(); }")


async def test_a_phone_without_network_is_told() -> None:
    async with open_page(shell(), "/h5/states") as page:
        note = page.locator("#offline")
        await expect(note).to_be_hidden()
        await page.context.set_offline(True)
        await expect(note).to_contain_text("手机没网")
        await page.context.set_offline(False)
        await expect(note).to_be_hidden()


async def test_what_waits_is_shown_only_after_a_moment() -> None:
    async with open_page(shell(), "/h5/message") as page:
        await page.goto("/h5/states", wait_until="commit")
        waiting = page.locator(".c-skel")
        at_first = """e => {
          const [shown] = e.getAnimations();
          shown.pause(); shown.currentTime = 0;
          const seen = getComputedStyle(e).visibility;
          shown.play();
          return seen;
        }"""
        assert await waiting.evaluate(at_first) == "hidden"
        await expect(waiting).to_be_visible()


async def test_large_type_is_one_tap_and_stays() -> None:
    async with open_page(shell(), "/h5/states") as page:
        await page.get_by_role("button", name="大字和高对比").click()
        await page.reload()
        await expect(page.locator("body")).to_have_attribute("data-weui-mode", "care")
        await page.get_by_role("button", name="大字和高对比", pressed=True).click()
        await page.reload()
        await expect(page.locator("body")).not_to_have_attribute("data-weui-mode", "care")
