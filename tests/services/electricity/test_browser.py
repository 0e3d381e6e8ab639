"""The page on a real phone browser."""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.campus.people.me import COOKIE
from app.services.electricity.rules import Circuit, State
from tests.browser import faults, open_page, overflow
from tests.h5.pages import needs_packages
from tests.people import Somebody, cookie_of
from tests.services.electricity.conftest import TOPUP, Read
from tests.services.electricity.test_pages import air

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
PAGES = ("?room=3号楼+501", "?room=3号楼+501&meter=lighting", "", "?room=月球", "?room=3号楼+502")


Opened = Callable[..., contextlib.AbstractAsyncContextManager[Page]]


@pytest.fixture
async def opened(read: Read, app: Any, people: dict[str, Somebody]) -> Opened:
    """`async with opened(dark=True) as page`: the phone of the keeper of 3号楼, at the form."""
    shut = air(circuit=Circuit.LIGHTING, state=State.ARREARS, balance_fen=-320)
    await read(air(topups=[TOPUP]), shut)

    @contextlib.asynccontextmanager
    async def open_(**how: Any) -> AsyncIterator[Page]:
        async with open_page(app, "/healthz", **how) as page:
            cookie = {"name": COOKIE, "value": cookie_of(people["keeper"]), "url": page.url}
            await page.context.add_cookies([cookie])  # type: ignore[list-item]  # a dict it takes
            await page.goto("/h5/electricity")
            yield page

    return open_


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_everyone_can_read_it(opened: Opened, dark: bool) -> None:
    async with opened(dark=dark) as page:
        for query in PAGES:
            await page.goto(f"/h5/electricity{query}")
            assert await faults(page) == []


@pytest.mark.parametrize("care", [False, True])
async def test_it_fits_the_smallest_phone(opened: Opened, care: bool) -> None:
    async with opened(width=320, care=care) as page:
        for query in PAGES:
            await page.goto(f"/h5/electricity{query}")
            assert await overflow(page) == 0


async def test_a_room_that_is_not_listed_stays_typed_with_what_is_wrong(opened: Opened) -> None:
    async with opened() as page:
        await page.goto("/h5/electricity?building=3号楼&room=999")
        await expect(page.get_by_role("textbox", name="房间")).to_have_value("999")
        await expect(page.get_by_text("从 501 到 502")).to_be_visible()


async def test_a_room_is_picked_and_the_other_circuit_is_tapped(opened: Opened) -> None:
    async with opened() as page:
        await expect(page.get_by_role("textbox", name="房间")).to_be_visible()
        await page.get_by_role("combobox", name="楼").select_option("3号楼")
        await page.get_by_role("combobox", name="房间").select_option("501")
        assert await faults(page) == []
        await page.get_by_role("button", name="看电费").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("照明欠费停了，欠 3.20 元")
        await page.get_by_role("tab", name="空调").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("空调大约用到")
