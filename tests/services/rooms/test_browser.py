"""The pages on a real phone browser: taps, timers, and somebody who is faster."""

import contextlib
import gzip
import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.campus.people.me import COOKIE
from app.kit import clock
from app.kit.db import Database
from tests.browser import faults, open_page, overflow
from tests.h5.pages import needs_packages
from tests.services.rooms.dorm import Dorm
from tests.services.rooms.phones import cookie_for

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
HOME = "/h5/rooms/1"
Opened = Callable[..., contextlib.AbstractAsyncContextManager[Page]]


@pytest.fixture
def opened(app: Any, database: Database, dorm: Dorm) -> Opened:
    """`async with opened(path, dark=True) as page`: the first girl's phone."""

    @contextlib.asynccontextmanager
    async def open_(path: str = HOME, **how: Any) -> AsyncIterator[Page]:
        value = await cookie_for(database, dorm.girls[0])
        async with open_page(app, "/healthz", **how) as page:
            cookie = {"name": COOKIE, "value": value, "url": page.url}
            await page.context.add_cookies([cookie])  # type: ignore[list-item]  # a dict it takes
            await page.goto(path)
            yield page

    return open_


def paths(dorm: Dorm) -> list[str]:
    room = f"{HOME}/room/{dorm.rooms[0]}"
    return [HOME, room, f"{room}?missed={dorm.beds[0][0]}", f"{HOME}/building/1", f"{HOME}/team",
            f"{HOME}/swap", f"{HOME}/mine", "/h5/rooms/habits"]  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_everyone_can_read_it(opened: Opened, dorm: Dorm, dark: bool) -> None:
    await dorm.live(dorm.girls[1], dorm.beds[0][0])
    async with opened(dark=dark) as page:
        for path in paths(dorm):
            await page.goto(path)
            assert await faults(page) == [], path


@pytest.mark.parametrize("care", [False, True])
async def test_it_fits_the_smallest_phone(opened: Opened, dorm: Dorm, care: bool) -> None:
    async with opened(width=320, care=care) as page:
        for path in paths(dorm):
            await page.goto(path)
            assert await overflow(page) == 0, path


async def test_a_first_visit_weighs_less_than_50_kb(opened: Opened, dorm: Dorm) -> None:
    async with opened("/healthz") as page:
        for path in (HOME, f"{HOME}/room/{dorm.rooms[0]}"):
            html = await (await page.context.request.get(path)).text()
            files = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', html)
            parts = [html, *[await (await page.context.request.get(f)).text() for f in files]]
            assert sum(len(gzip.compress(part.encode())) for part in parts) < 50_000


async def test_one_tap_holds_and_one_confirms(opened: Opened, dorm: Dorm) -> None:
    async with opened(f"{HOME}/room/{dorm.rooms[0]}") as page:
        await page.locator(f'[data-bed="{dorm.beds[0][2]}"]').click()
        await expect(page.locator("#chosen")).to_have_text("3号床 上床下桌 靠窗")
        await page.get_by_role("button", name="留住这张床").click()
        await expect(page.get_by_role("dialog", name="给你留住了")).to_be_visible()
        await expect(page.locator("dialog .c-clock")).to_contain_text("04:5")
        assert await faults(page) == []
        await page.get_by_role("button", name="就住这里").click()
        await page.wait_for_url(f"**{HOME}/mine")
        await expect(page.get_by_role("heading", name="12号楼 101")).to_be_visible()
    assert await dorm.taken() == {dorm.beds[0][2]: dorm.girls[0]}


async def test_somebody_was_faster_and_the_nearest_bed_is_one_tap_away(
    opened: Opened, dorm: Dorm
) -> None:
    async with opened(f"{HOME}/room/{dorm.rooms[0]}") as page:
        await dorm.live(dorm.girls[1], dorm.beds[0][0])
        await page.get_by_role("button", name="留住这张床").click()
        await expect(page.locator("#say")).to_contain_text("刚被同学选走")
        await page.get_by_role("link", name="101 2号床还空着").click()
        await page.get_by_role("button", name="留住这张床").click()
        await expect(page.get_by_role("dialog")).to_contain_text("2号床")


async def test_an_impatient_tapper_and_back_lose_nothing(opened: Opened, dorm: Dorm) -> None:
    async with opened(f"{HOME}/room/{dorm.rooms[0]}") as page:
        await page.get_by_role("button", name="留住这张床").dblclick()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.goto(HOME)
        await expect(page.get_by_text("给你留着")).to_be_visible()
        await page.go_back()
        await expect(page.get_by_role("dialog", name="给你留住了")).to_be_visible()
        await page.get_by_role("button", name="不要了").click()
        await expect(page.get_by_role("button", name="留住这张床")).to_be_visible()
    assert {state for state, _ in (await dorm.owners()).values()} == {"free"}


async def test_a_phone_whose_clock_is_wrong_waits_and_holds_by_the_server_s(
    opened: Opened, dorm: Dorm
) -> None:
    async with opened() as page:
        await page.clock.set_system_time(datetime(2019, 1, 1))
        await dorm.edit(opens_at=clock.now() + timedelta(seconds=4))
        await page.goto(HOME)
        await expect(page.get_by_role("timer")).to_have_text(re.compile("00:0[1-4]"))
        await expect(page.get_by_text("正在选房")).to_be_visible(timeout=10_000)
        await page.goto(f"{HOME}/room/{dorm.rooms[0]}")
        await page.get_by_role("button", name="留住这张床").click()
        await expect(page.locator("dialog .c-clock")).to_contain_text("04:5")


async def test_counts_follow_without_a_reload(opened: Opened, dorm: Dorm) -> None:
    async with opened() as page:
        room = page.locator(f'[data-room="{dorm.rooms[0]}"]')
        await expect(room).to_contain_text("余 4")
        await dorm.live(dorm.girls[1], dorm.beds[0][0])
        await expect(room).to_contain_text("余 3", timeout=9000)
        await expect(page.locator("#free")).to_have_text("15")
