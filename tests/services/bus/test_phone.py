"""The page in a real browser."""

from datetime import datetime
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from playwright.async_api import expect

from app.kit import clock
from app.kit.db import Database
from app.main import create_app
from app.services.bus.feed import Feed, NewLine, NewRun, NewStop, NewTable, store
from app.services.bus.pages import moment
from app.services.bus.rules import Days
from app.settings import Settings
from tests.browser import faults, open_page, overflow
from tests.h5.pages import needs_packages
from tests.services.bus.made import YEAR, at

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
LONG = "国际学术交流中心东配楼靠电梯一侧临时上客点"


def app_at(settings: Settings, when: str) -> FastAPI:
    """The application, on a clock that shows `when` now and goes on."""
    app = create_app(settings)
    start = clock.now()

    async def later() -> datetime:
        return at(when) + (clock.now() - start)

    app.dependency_overrides[moment] = later
    return app


@pytest.mark.usefixtures("buses")
@pytest.mark.parametrize(
    ("path", "when", "dark", "width"),
    [
        ("/h5/bus", "2026-10-10 17:17:24", False, 390),
        ("/h5/bus", "2026-10-10 17:17:24", True, 320),
        ("/h5/bus", "2026-10-11 23:00:00", True, 390),
        (
            f"/h5/bus?from={quote('火车站')}&to={quote('附属医院')}",
            "2026-10-10 17:17:24",
            False,
            320,
        ),
        ("/h5/bus/places?pick=to", "2026-10-10 17:17:24", True, 320),
    ],
)
async def test_everybody_can_use_the_page(
    settings: Settings, path: str, when: str, dark: bool, width: int
) -> None:
    async with open_page(app_at(settings, when), path, dark=dark, width=width) as page:
        assert await faults(page) == []
        assert await overflow(page) == 0


async def test_long_names_wrap(settings: Settings, database: Database) -> None:
    names = [f"{LONG}{number}号" for number in range(6)]
    runs = [NewRun(1080 + late, tuple((n, 1080 + late) for n in names), 4, LONG) for late in (0, 9)]
    line = NewLine(LONG, [NewTable(Days.DAILY, *YEAR, runs)], {LONG: 150}, "8880 0126")
    async with database.session() as db:
        await store(db, Feed({name: NewStop(name) for name in names}, {line.name: line}))
    async with open_page(app_at(settings, "2026-10-10 17:00:00"), "/h5/bus", width=320) as page:
        assert await overflow(page) == 0
        assert await faults(page) == []
        await expect(page.locator("ol.c-time li")).to_have_count(6)


@pytest.mark.usefixtures("buses")
async def test_the_page_moves_on_when_the_bus_leaves(settings: Settings) -> None:
    async with open_page(app_at(settings, "2026-10-10 17:29:57"), "/h5/bus") as page:
        await expect(page.locator(".c-next__time")).to_have_text("17:30")
        await expect(page.locator(".c-next__time")).to_have_text("17:50", timeout=8000)
        await expect(page.locator("[data-left]")).to_contain_text("19 分")
        await expect(page.locator("li[aria-current]")).to_contain_text("17:50")
