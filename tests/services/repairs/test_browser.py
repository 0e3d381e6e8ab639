"""The reporter's pages on a real phone browser."""

import contextlib
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import func, select

from app.campus.people.me import COOKIE
from app.campus.people.models import Person
from app.services.repairs.kinds import fill_kinds
from app.services.repairs.models import Kind, Order, Photo
from tests.browser import faults, open_page, overflow
from tests.h5.pages import needs_packages
from tests.people import Somebody, cookie_of
from tests.services.repairs.conftest import Scene
from tests.services.repairs.reporting import HOME, NEW, PhoneOf, Reporting, jpeg

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
Opened = Callable[..., contextlib.AbstractAsyncContextManager[Page]]


@pytest.fixture
async def phones(scene: Scene, phone_of: PhoneOf) -> Reporting:
    async with scene.database.session() as db:
        await fill_kinds(db)
        kind = await db.get_one(Kind, scene.kind_id)
        kind.icon = "tap"
        (await db.get_one(Person, scene.ids["worker"])).phone = "8880 0127"
    scene.database.forget()
    return Reporting(scene, phone_of)


@pytest.fixture
def opened(app: Any, phones: Reporting, people: dict[str, Somebody]) -> Opened:
    """`async with opened("alice", path) as page`: that person's phone."""

    @contextlib.asynccontextmanager
    async def open_(name: str, path: str = NEW, **how: Any) -> AsyncIterator[Page]:
        async with open_page(app, "/healthz", **how) as page:
            root = page.url.removesuffix("/healthz")
            cookie = {"name": COOKIE, "value": cookie_of(people[name]), "url": root}
            await page.context.add_cookies([cookie])  # type: ignore[list-item]  # a dict it takes
            await page.goto(path)
            yield page

    return open_


async def paths(phones: Reporting) -> list[str]:
    """Every page: of an order under way with photos and a long story, and of one to rate."""
    long = "洗手池下面的接头一直在滴水，" * 30
    said = {"kind": str(phones.scene.kind_id), "sign": "漏水", "words": long}
    answer = await phones.post("alice", NEW, [jpeg()] * 6, **said)
    one = answer.headers["location"]
    number = one.removeprefix(f"{HOME}/")
    early = await phones.report(anew=number, words="W" * 80, urgent="on")
    await phones.accept(number)
    done = await phones.report(anew=early, words="阳台")
    await phones.finish(done)
    kind = phones.scene.kind_id
    return [
        NEW, f"{NEW}?kind={kind}&anew={early}", f"{NEW}?kind={kind}",
        f"{NEW}?other=1&building=3号楼", one, f"{one}/add", f"{HOME}/{early}/edit",
        f"{HOME}/{early}/withdraw", f"{HOME}/{done}", f"{HOME}/{done}/rate",
        f"{HOME}/{done}/rework", HOME, f"{HOME}/public", f"{HOME}/fees",
    ]  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_everyone_can_read_it(opened: Opened, phones: Reporting, dark: bool) -> None:
    some = await paths(phones)
    async with opened("alice", dark=dark) as page:
        for path in some:
            await page.goto(path)
            assert await faults(page) == [], path


@pytest.mark.parametrize("care", [False, True], ids=["usual", "large"])
async def test_it_fits_the_smallest_phone(opened: Opened, phones: Reporting, care: bool) -> None:
    some = await paths(phones)
    async with opened("alice", width=320, care=care) as page:
        for path in some:
            await page.goto(path)
            assert await overflow(page) == 0, path


async def test_reporting_is_three_taps_with_the_promise_in_the_bar(
    opened: Opened, phones: Reporting
) -> None:
    async with opened("alice") as page:
        await page.get_by_text("水管", exact=True).click()
        await page.get_by_text("漏水", exact=True).click()
        await expect(page.locator(".c-bar__say b")).to_have_text(re.compile("前修好"))
        before = await page.locator(".c-bar__say b").inner_text()
        await page.get_by_role("checkbox", name="很急").click()
        await expect(page.locator(".c-bar__say b")).not_to_have_text(before)
        await expect(page.get_by_role("radio", name="漏水")).to_be_checked()
        await page.get_by_role("button", name="提交报修").click()
        await expect(page.get_by_text("报上了", exact=False)).to_be_visible()
        await expect(page.locator("h1")).to_have_text(re.compile("前修好"))


async def test_a_duplicate_is_seen_while_writing_and_followed(
    opened: Opened, phones: Reporting
) -> None:
    await phones.report(words="接头一直滴")
    async with phones.database.session() as db:
        bob = await db.get_one(Person, phones.scene.ids["bob"])
        bob.room_id = phones.scene.rooms["501"]
    async with opened("bob") as page:
        await page.get_by_placeholder("还有要说的吗").fill("我先写了一句")
        await page.get_by_text("水管", exact=True).click()
        await expect(page.get_by_text("室友刚刚报过")).to_be_visible()
        await expect(page.get_by_placeholder("还有要说的吗")).to_be_hidden()
        await page.get_by_text("不是这一件，我要另报").click()
        await expect(page.get_by_placeholder("还有要说的吗")).to_have_value("我先写了一句")
        await expect(page.get_by_role("button", name="提交报修")).to_be_visible()
        await page.locator(".c-kinds").get_by_text("灯").click()
        await page.get_by_text("水管", exact=True).click()
        await expect(page.get_by_text("室友刚刚报过")).to_be_hidden()
        await page.goto(f"{NEW}?kind={phones.scene.kind_id}")
        await page.get_by_role("button", name="我也遇到").click()
        await expect(page.get_by_text("有进展就告诉你")).to_be_visible()


async def test_another_place_is_picked_without_losing_what_was_typed(
    opened: Opened, phones: Reporting
) -> None:
    async with opened("alice") as page:
        await page.get_by_text("水管", exact=True).click()
        await page.get_by_placeholder("还有要说的吗").fill("水房的龙头")
        await page.get_by_text("换地方").click()
        await page.get_by_label("楼", exact=True).select_option("3号楼")
        await page.get_by_label("房间").select_option("502")
        await page.get_by_role("button", name="提交报修").click()
        await expect(page.get_by_text("3号楼 502 水管")).to_be_visible()
        await expect(page.get_by_text("水房的龙头")).to_be_visible()


async def test_six_photos_are_shown_small_and_sent(opened: Opened, phones: Reporting) -> None:
    colours = ("red", "green", "blue", "white", "black", "gray")
    files: list[Any] = [
        {"name": f"{c}.jpg", "mimeType": "image/jpeg", "buffer": jpeg(c)} for c in colours
    ]
    async with opened("alice", f"{NEW}?kind={phones.scene.kind_id}") as page:
        await page.get_by_label("加照片").set_input_files(files)
        await expect(page.locator("button.c-photo")).to_have_count(6)
        await page.get_by_role("button", name="提交报修").click()
        await expect(page.get_by_alt_text("点开看大图")).to_have_count(6)
    async with phones.database.session() as db:
        assert await db.scalar(select(func.count()).select_from(Photo)) == 6


async def test_a_draft_survives_a_failed_send(opened: Opened, phones: Reporting) -> None:
    photo: Any = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    async with opened("alice") as page:
        await page.get_by_text("水管", exact=True).click()
        await page.get_by_placeholder("还有要说的吗").fill("写到一半断网了")
        await page.get_by_label("加照片").set_input_files([photo])
        await page.context.set_offline(True)
        await page.get_by_role("button", name="提交报修").click()
        await expect(page.get_by_text("写好的已存在手机里")).to_be_visible()
        await page.context.set_offline(False)
        await page.goto(NEW)
        await expect(page.get_by_placeholder("还有要说的吗")).to_have_value("写到一半断网了")
        await expect(page.locator("button.c-photo")).to_have_count(1)
        await page.get_by_role("button", name="提交报修").click()
        await expect(page.get_by_alt_text("点开看大图")).to_have_count(1)


async def test_a_draft_survives_a_server_that_fails(opened: Opened, phones: Reporting) -> None:
    photo: Any = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    async with opened("alice", f"{NEW}?kind={phones.scene.kind_id}&sign=漏水") as page:
        await page.route("**/new", lambda route: route.fulfill(status=500, body="broken"))
        await page.get_by_placeholder("还有要说的吗").fill("服务器坏了")
        await page.get_by_label("加照片").set_input_files([photo])
        await page.get_by_role("button", name="提交报修").click()
        await expect(page.get_by_text("broken")).to_be_visible()
        await page.unroute("**/new")
        await page.goto(NEW)
        await expect(page.get_by_placeholder("还有要说的吗")).to_have_value("服务器坏了")
        await expect(page.get_by_text("上次没发出去")).to_be_visible()
        await page.get_by_role("button", name="提交报修").click()
        await expect(page.get_by_alt_text("点开看大图")).to_have_count(1)
        await page.goto(NEW)
        await expect(page.get_by_placeholder("还有要说的吗")).to_have_value("")


async def test_what_was_refused_keeps_words_and_photos(opened: Opened, phones: Reporting) -> None:
    photo: Any = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    async with opened("alice") as page:
        await page.get_by_placeholder("还有要说的吗").fill("忘了选")
        await page.get_by_label("加照片").set_input_files([photo])
        await page.get_by_role("button", name="提交报修").click()
        await expect(page.get_by_text("选一下什么坏了")).to_be_visible()
        await expect(page.get_by_placeholder("还有要说的吗")).to_have_value("忘了选")
        await expect(page.locator("button.c-photo")).to_have_count(1)


async def test_a_double_tap_makes_one_order(opened: Opened, phones: Reporting) -> None:
    async with opened("alice", f"{NEW}?kind={phones.scene.kind_id}&sign=漏水") as page:
        await page.get_by_role("button", name="提交报修").dblclick()
        await expect(page.locator("h1")).to_have_text(re.compile("前修好"))
    async with phones.database.session() as db:
        assert await db.scalar(select(func.count()).select_from(Order)) == 1


async def test_the_order_tells_its_news_without_a_reload(opened: Opened, phones: Reporting) -> None:
    number = await phones.report(urgent="on")
    async with opened("alice", f"{HOME}/{number}") as page:
        await page.evaluate("window.same = true")
        await expect(page.get_by_text("正在找师傅")).to_be_visible()
        await phones.finish(number)
        await page.evaluate("document.getElementById('live').dispatchEvent(new Event('timeup'))")
        await expect(page.locator("h1")).to_have_text(re.compile("修好了"))
        await expect(page.get_by_role("link", name="评一下")).to_be_visible()
        await expect(page.get_by_text("不用修了，撤销")).to_be_hidden()
        assert await page.evaluate("window.same")


async def test_it_is_urged_withdrawn_and_rated_by_taps(opened: Opened, phones: Reporting) -> None:
    done = await phones.report(words="阳台")
    await phones.finish(done)
    number = await phones.report()
    async with opened("alice", f"{HOME}/{number}") as page:
        await page.get_by_role("button", name="催一下").click()
        await expect(page.get_by_text("以后可以再催")).to_be_visible()
        await page.get_by_text("不用修了，撤销").click()
        await page.get_by_role("dialog").get_by_role("button", name="撤销").click()
        await expect(page.locator("h1")).to_have_text("这张单撤了")
        await page.goto(f"{HOME}/{done}/rate")
        await page.locator(".r-stars label").nth(3).click()
        await expect(page.locator(".r-stars .is-on")).to_have_count(4)
        await expect(page.locator("#stars-error")).to_have_text("不错")
        await page.get_by_text("态度好").click()
        await page.get_by_role("button", name="提交评价").click()
        await expect(page.get_by_text("你评了 4 星")).to_be_visible()
