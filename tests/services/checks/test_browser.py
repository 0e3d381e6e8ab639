"""Checks in a real browser: a fault goes round, with and without a network, for all eyes."""

import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urljoin

import pytest
from fastapi import FastAPI
from playwright.async_api import Page, expect
from sqlalchemy import func, select

from app.campus.people.me import COOKIE
from app.kit import clock
from app.services.checks import lists, looks
from app.services.checks.looks import Entered
from app.services.checks.models import Fault, Look, Photo, Visit
from app.services.checks.rules import State
from tests.browser import faults, open_page, overflow
from tests.h5.pages import needs_packages
from tests.people import Somebody, cookie_of
from tests.services.checks.conftest import DIRTY, Scene, draft, jpeg
from tests.services.checks.hands import HOME, Hands

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
PHOTO = {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}


@pytest.fixture
def hands(scene: Scene, people: dict[str, Somebody], app: FastAPI) -> Hands:
    return Hands(scene, people, app)


@pytest.fixture
async def visit(scene: Scene) -> int:
    return await due(scene, scene.list_id, scene.place_id)


async def due(scene: Scene, list_id: int, place_id: int) -> int:
    """A visit that is due today, whichever day that is."""
    async with scene.database.session() as db:
        day = clock.now().date()
        new = Visit(list_id=list_id, place_id=place_id, first=day, due=day, last=day)
        db.add(new)
        await db.flush()
        return new.id


async def log_in(page: Page, somebody: Somebody) -> None:
    """From now on it is somebody's phone."""
    cookie = {"name": COOKIE, "value": cookie_of(somebody), "url": urljoin(page.url, "/")}
    await page.context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict, spelt out


@contextlib.asynccontextmanager
async def opened(
    hands: Hands, name: str, path: str, *, dark: bool = False, width: int = 390
) -> AsyncIterator[Page]:
    """A page of checks on somebody's phone."""
    somebody = await hands.somebody(name)
    async with open_page(hands.app, "/h5/phones", dark=dark, width=width) as page:
        await log_in(page, somebody)
        answer = await page.goto(f"{HOME}{path}")
        assert answer
        assert answer.ok
        yield page


async def mark(page: Page, item: str, words: str) -> None:
    """Choose a mark of a point, by what stands on it."""
    point = page.locator(f".k-item[data-name='{item}']")
    await point.locator("label", has_text=words).first.click()


async def mark_all(page: Page) -> None:
    """An oily floor, and nothing else."""
    await mark(page, "地面干净", "4")
    await page.get_by_label("地面干净怎么了").fill("一地的油")
    await mark(page, "留样齐全", "好")
    await mark(page, "消毒记录", "不适用")


async def state_of(scene: Scene) -> str:
    async with scene.database.session() as db:
        return await db.scalar(select(Fault.state)) or ""


async def test_an_inspector_finds_a_fault_the_firm_mends_it_and_it_passes(
    hands: Hands, scene: Scene, visit: int
) -> None:
    async with opened(hands, "inspector", "") as page:
        await page.get_by_role("link", name="第二食堂").click()
        await mark_all(page)
        point = page.locator(".k-item[data-name='地面干净']")
        await point.locator("input[type=file]").set_input_files(PHOTO)  # type: ignore[arg-type]  # a TypedDict, spelt out
        await expect(page.get_by_text("都打分了")).to_be_visible()
        await page.get_by_role("button", name="查完了").click()
        await expect(page.get_by_role("heading", name="都查完了")).to_be_visible()
        await log_in(page, await hands.somebody("hired"))
        await page.goto(HOME)
        await page.get_by_role("link", name="第二食堂 地面干净").click()
        await expect(page.get_by_role("img", name="查出来的照片 1，点开看大图")).to_be_visible()
        await page.get_by_role("button", name="改好了").click()
        await page.locator("#fix input[type=file]").set_input_files(PHOTO)  # type: ignore[arg-type]  # a TypedDict, spelt out
        await page.get_by_label("怎么改的").fill("拖干净了")
        await page.locator("#fix [type=submit]").click()
        await expect(page.locator(".c-time li").first).to_contain_text("改好了，等复查")
        await log_in(page, await hands.somebody("inspector"))
        await page.goto(HOME)
        await page.get_by_role("link", name="第二食堂 地面干净").click()
        await page.get_by_role("button", name="过了").click()
        await page.locator("#pass [type=submit]").click()
        await expect(page.locator(".c-time li").first).to_contain_text("复查过了")
    assert await state_of(scene) == State.PASSED
    async with scene.database.session() as db:
        assert await db.scalar(select(func.count(Photo.id))) == 2


async def test_what_lacks_a_mark_is_shown_before_anything_is_sent(
    hands: Hands, scene: Scene, visit: int
) -> None:
    async with opened(hands, "inspector", f"/visits/{visit}") as page:
        await mark(page, "地面干净", "4")
        await expect(page.get_by_text("还有 2 项没打分")).to_be_visible()
        await page.get_by_role("button", name="查完了").click()
        await expect(page.locator("#toast")).to_contain_text("「地面干净」有问题")
        await page.get_by_label("地面干净怎么了").fill("油")
        await page.get_by_role("button", name="查完了").click()
        await expect(page.locator("#toast")).to_contain_text("「留样齐全」还没打分")
    async with scene.database.session() as db:
        assert await db.scalar(select(func.count(Look.id))) == 0


async def test_what_is_entered_without_a_network_is_sent_later_once(
    hands: Hands, scene: Scene, visit: int
) -> None:
    async with opened(hands, "inspector", f"/visits/{visit}") as page:
        await page.context.set_offline(True)
        await mark_all(page)
        await page.get_by_role("button", name="查完了").click()
        await expect(page.locator("#queue .weui-cell")).to_have_count(1)
        await expect(page.get_by_text("有网就发，不用再填")).to_be_visible()
        async with scene.database.session() as db:
            assert await db.scalar(select(func.count(Look.id))) == 0
        await page.context.set_offline(False)
        await expect(page.get_by_role("heading", name="80 分")).to_be_visible(timeout=15000)
        await expect(page.locator("#queue")).to_be_hidden()
        await page.reload()
    async with scene.database.session() as db:
        assert await db.scalar(select(func.count(Look.id))) == 1
        assert await db.scalar(select(func.count(Fault.id))) == 1


async def test_rooms_are_checked_one_after_the_other_without_a_network(
    hands: Hands, scene: Scene
) -> None:
    id = await due(scene, scene.dorm_id, scene.house_id)
    async with opened(hands, "keeper", f"/visits/{id}") as page:
        await page.context.set_offline(True)
        for number in ("501", "502"):
            await page.get_by_role("link", name=number).click()
            await expect(page.get_by_role("heading", name=number)).to_be_focused()
            await mark_all(page)
            await page.get_by_role("button", name="查完了").click()
        await expect(page.locator("#queue .weui-cell")).to_have_count(2)
        await page.context.set_offline(False)
        await expect(page.get_by_text("查了 2 间").first).to_be_visible(timeout=15000)
    async with scene.database.session() as db:
        rooms = select(Look.room_id).order_by(Look.id)
        assert list(await db.scalars(rooms)) == [scene.rooms["501"], scene.rooms["502"]]


# Whose: whether in the dark, and which pages, each with the sheet to open.
PAGES = {
    "inspector": (True, [("", ""), ("/visits/1", ""), ("/visits/2", ""), ("/results", ""),
                         ("/places/1", ""), ("/faults", "")]),
    "keeper": (False, [("/visits/3", ""), ("/visits/3?room=1", "")]),
    "hired": (True, [("/faults", ""), ("/faults/1", "fix")]),
    "head": (False, [("/faults/1", "hand"), ("/faults/1", "later"), ("/faults/1", "drop")]),
    "alice": (False, [("/room", "")]),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
async def test_each_page_meets_wcag_2_2_aa_and_fits_a_small_phone(
    hands: Hands, scene: Scene, visit: int, name: str
) -> None:
    await everything(scene, visit)
    dark, pages = PAGES[name]
    async with opened(hands, name, pages[0][0], dark=dark, width=320) as page:
        for path, dialog in pages:
            answer = await page.goto(f"{HOME}{path}")
            assert answer
            assert answer.ok, path
            assert await faults(page) == [], path
            assert await overflow(page) == 0, path
            if dialog:
                await page.locator(f"[data-dialog={dialog}]").first.click()
                assert await faults(page) == [], (path, dialog)


async def everything(scene: Scene, visit: int) -> None:
    """A visit with a fault, another that is due, and one room by room with a room seen."""
    now = clock.now()
    async with scene.database.session() as db:
        entered = Entered(1, DIRTY, now)
        await looks.look(db, await scene.me(db, "inspector"), visit, entered, now)
        second = await lists.add(db, None, draft(scene.place_id, title="开学检查"), now)
    await due(scene, second.id, scene.place_id)
    rooms = await due(scene, scene.dorm_id, scene.house_id)
    async with scene.database.session() as db:
        entered = Entered(1, DIRTY, now, room_id=scene.rooms["501"])
        await looks.look(db, await scene.me(db, "keeper"), rooms, entered, now)
