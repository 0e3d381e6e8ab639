"""The phone in a real browser."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright
from starlette.applications import Starlette
from starlette.routing import Route

from app.sandbox.people import demo_people
from app.sandbox.server import create_app
from app.sandbox.settings import Settings
from app.sandbox.templates import private
from tests.sandbox.conftest import Account

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


@pytest.fixture
def url(serve: Callable[[Any], str]) -> str:
    account = Account(Settings())
    account.answer = lambda message: f"收到「{message.content}」\n<a href='http://x.cn/'>看看</a>"
    route = Route("/wechat", account.receive, methods=["POST"])
    callback = serve(Starlette(routes=[route]))
    return serve(create_app(Settings(callback_url=f"{callback}/wechat")))


@pytest.fixture
def page(url: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(url)
        yield page
        browser.close()
        assert problems == []


def test_a_word_said_is_answered_in_a_bubble(page: Page) -> None:
    page.get_by_label("说点什么").fill("电费")
    page.keyboard.press("Enter")
    expect(page.locator(".p-row_me .p-say")).to_have_text("电费")
    expect(page.locator(".p-row:not(.p-row_me) .p-say")).to_contain_text("收到「电费」")
    expect(page.get_by_role("link", name="看看")).to_have_attribute("href", "http://x.cn/")
    expect(page.locator("#summary")).to_contain_text("「电费」送了 1 次")
    expect(page.locator("#log details").first).to_contain_text("<Content>电费</Content>")


def test_another_person_has_another_chat_and_a_badge(page: Page, url: str) -> None:
    second = httpx.get(f"{url}/sandbox/state").json()["people"][1]["openid"]
    httpx.post(f"{url}/sandbox/say", json={"openid": second, "text": "班车"})
    row = page.get_by_role("button", name="周子墨")
    expect(row.locator(".weui-badge")).to_have_text("1")
    row.click()
    expect(page.locator(".p-row_me .p-say")).to_have_text("班车")
    expect(row.locator(".weui-badge")).to_have_count(0)


def test_a_switch_on_the_panel_reaches_the_platform(page: Page, url: str) -> None:
    page.get_by_role("switch", name="同一条推三次").check()
    page.wait_for_timeout(300)
    faults = httpx.get(f"{url}/sandbox/state").json()["faults"]
    assert [fault["name"] for fault in faults if fault["on"]] == ["duplicate"]


def test_a_place_is_sent_from_the_sheet(page: Page) -> None:
    page.get_by_role("button", name="发位置").click()
    page.get_by_role("dialog").get_by_role("button", name="3号楼").click()
    expect(page.locator(".p-row_me .p-box b")).to_have_text("3号楼")
    expect(page.get_by_role("dialog")).to_have_count(0)


def tell(url: str, openid: str) -> None:
    """A template message from the account."""
    settings = Settings()
    body = {"grant_type": "client_credential", "appid": settings.app_id,
            "secret": settings.app_secret}  # fmt: skip
    token = httpx.post(f"{url}/cgi-bin/stable_token", json=body).json()["access_token"]
    template = next(iter(private(settings.app_id).values()))
    values = ("3号楼", "2026年11月21日 15:01", "检修", "8880 0110")
    names = (name for name, *_ in template.keywords)
    data = {name: {"value": value} for name, value in zip(names, values, strict=True)}
    letter = {"touser": openid, "template_id": template.id, "url": f"{url}/s/x", "data": data}
    path = f"{url}/cgi-bin/message/template/send"
    assert httpx.post(path, params={"access_token": token}, json=letter).json()["errcode"] == 0


def test_a_template_message_rings_and_opens(page: Page, url: str) -> None:
    tell(url, next(iter(demo_people(Settings().app_id, 0.0))))
    card = page.get_by_role("article", name="停电通知")
    expect(card.locator("dt")).to_have_text(["停电区域", "停电时间", "停电原因", "联系电话"])
    expect(page.locator("#phone.is-ringing")).to_have_count(1)
    expect(page.locator("#phone.is-ringing")).to_have_count(0)
    card.get_by_role("link", name="详情").click()
    expect(page.get_by_role("dialog", name="停电通知")).to_be_visible()


def test_another_persons_message_is_a_badge(page: Page, url: str) -> None:
    tell(url, list(demo_people(Settings().app_id, 0.0))[1])
    expect(page.get_by_label("1 条没看", exact=True)).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(0)


def test_the_pop_up_of_notices_is_answered(page: Page, url: str) -> None:
    page.get_by_role("button", name="订阅通知").click()
    page.get_by_role("switch", name="余额不足提醒").uncheck()
    page.get_by_role("button", name="允许", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="拒收消息").click()
    expect(page.get_by_text("你拒收这个公众号的消息了")).to_be_visible()
    first = httpx.get(f"{url}/sandbox/state").json()["people"][0]
    assert sorted(first["credits"].values()) == [0, 1, 1, 1, 1]
    assert first["blocked"]
