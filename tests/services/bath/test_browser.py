"""The page on a real phone browser, as the demo fills it."""

from typing import Any

import pytest

from app.campus import demo as campus
from app.kit.db import Database
from app.main import create_app
from app.services.bath import demo
from tests.browser import faults, open_page, overflow
from tests.h5.pages import needs_packages

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]


@pytest.fixture
async def app(database: Database, settings: Any) -> Any:
    async with database.session() as db:
        await campus.fill(db)
        await demo.fill(db)
    return create_app(settings)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_everyone_can_read_it(app: Any, dark: bool) -> None:
    async with open_page(app, "/h5/bath", dark=dark) as page:
        assert await faults(page) == []
        await page.goto("/h5/bath?house=东苑&sex=女")
        assert await faults(page) == []


@pytest.mark.parametrize("care", [False, True])
async def test_it_fits_the_smallest_phone(app: Any, care: bool) -> None:
    async with open_page(app, "/h5/bath?house=北苑", width=320, care=care) as page:
        assert await overflow(page) == 0


async def test_each_minute_the_figures_are_fetched_again(app: Any) -> None:
    async with open_page(app, "/h5/bath") as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        await page.clock.install()
        await page.goto("/h5/bath")
        for _ in range(2):
            async with page.expect_response("**/h5/bath?house=*") as fetched:
                await page.clock.fast_forward(61_000)
            assert (await fetched.value).status == 200
            await page.wait_for_timeout(200)
        assert await page.locator("#now").count() == 1
        assert said == []
