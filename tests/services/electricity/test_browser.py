"""The page on a real phone browser."""

from typing import Any

import pytest
from playwright.async_api import expect

from app.main import create_app
from app.services.electricity.rules import Circuit, State
from tests.browser import faults, open_page, overflow
from tests.h5.pages import needs_packages
from tests.services.electricity.conftest import TOPUP, Read
from tests.services.electricity.test_pages import air

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
PAGES = ("?room=3号楼+501", "?room=3号楼+501&meter=lighting", "", "?room=月球", "?room=3号楼+502")


@pytest.fixture
async def app(read: Read, settings: Any) -> Any:
    shut = air(circuit=Circuit.LIGHTING, state=State.ARREARS, balance_fen=-320)
    await read(air(topups=[TOPUP]), shut)
    return create_app(settings)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_everyone_can_read_it(app: Any, dark: bool) -> None:
    async with open_page(app, "/h5/electricity", dark=dark) as page:
        for query in PAGES:
            await page.goto(f"/h5/electricity{query}")
            assert await faults(page) == []


@pytest.mark.parametrize("care", [False, True])
async def test_it_fits_the_smallest_phone(app: Any, care: bool) -> None:
    async with open_page(app, "/h5/electricity", width=320, care=care) as page:
        for query in PAGES:
            await page.goto(f"/h5/electricity{query}")
            assert await overflow(page) == 0


async def test_a_room_is_picked_and_the_other_circuit_is_tapped(app: Any) -> None:
    async with open_page(app, "/h5/electricity") as page:
        await page.get_by_role("combobox", name="楼").select_option("3号楼")
        await page.get_by_label("房间号").fill("999")
        await page.get_by_role("button", name="看电费").click()
        await expect(page.get_by_label("房间号")).to_have_value("999")
        await page.get_by_label("房间号").fill("501")
        await page.get_by_role("button", name="看电费").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("照明欠费停了，欠 3.20 元")
        await page.get_by_role("tab", name="空调").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("空调大约用到")
