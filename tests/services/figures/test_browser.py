"""Figures in Chromium: a period beside another, a bar that leads to its rows, a picture kept."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from PIL import Image
from playwright.async_api import Page, expect

from app.campus.people import sessions
from app.kit import clock
from app.kit.db import Database
from app.services.figures.rules import Against, against, month_of
from tests.browser import faults
from tests.desk.test_browser import seated
from tests.h5.pages import needs_packages
from tests.people import UNIT, Somebody
from tests.services.figures.conftest import Lend, lent

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
HERE = "/desk/figures"


@pytest.fixture
async def token(database: Database, people: dict[str, Somebody], counted: Lend) -> str:
    """An operator's session; 12 bikes today, 20 on the same day of the month before."""
    today = clock.now().date()
    before = against(month_of(today, today), Against.BEFORE).last
    await counted(lent(before, 20, minutes=60) + lent(today, 12, unit=UNIT, minutes=30, word="快"))
    async with database.session() as db:
        return await sessions.start(db, clock.now(), person_id=people["operator"].person_id)


@contextlib.asynccontextmanager
async def opened(app: FastAPI, token: str, path: str) -> AsyncIterator[Page]:
    """A page of the operator's; nothing may complain on its console."""
    async with seated(app, token) as (page, _, said):
        await page.goto(f"{HERE}{path}")
        yield page
        assert said == []


async def test_a_month_is_held_against_another_and_a_bar_leads_to_its_rows(
    bikes: FastAPI, token: str
) -> None:
    async with opened(bikes, token, "") as page:
        await expect(page.get_by_text("少 40%，")).to_be_visible()
        await page.get_by_role("link", name="看借车的全部数据").click()
        await expect(page.get_by_text("快 30 分，")).to_be_visible()
        await page.get_by_role("link", name="去年同期").click()
        await expect(page.get_by_text("快 30 分，")).to_have_count(0)
        await page.locator("svg.f-chart a", has=page.locator("rect")).first.click()
        await expect(page.get_by_role("cell", name="a bike")).to_have_count(12)
        await page.get_by_role("link", name="回借车的数据").click()
        await page.get_by_role("link", name="上个月").click()
        await expect(page.get_by_role("link", name="20 辆", exact=True).first).to_be_visible()


async def test_any_days_can_be_looked_at(bikes: FastAPI, token: str) -> None:
    async with opened(bikes, token, "/of/bikes") as page:
        today = str(clock.now().date())
        await page.get_by_label("从哪天").fill(today)
        await page.get_by_role("button", name="看", exact=True).click()
        await expect(page.get_by_role("link", name="12 辆", exact=True).first).to_be_visible()
        assert f"since={today}" in page.url


async def test_a_picture_is_kept(bikes: FastAPI, token: str, tmp_path: Path) -> None:
    async with opened(bikes, token, "/of/bikes") as page:
        async with page.expect_download() as coming:
            await page.get_by_role("button", name="把「借出」存成图片").click()
        download = await coming.value
        assert download.suggested_filename == "借车 借出.png"
        await download.save_as(tmp_path / "picture.png")
    picture = Image.open(tmp_path / "picture.png").convert("RGB")
    assert picture.width > 1000
    colours = picture.getcolors(1 << 24) or []
    assert (6, 163, 82) in {colour for _, colour in colours}  # the bars are green


@pytest.mark.parametrize("path", ["", "/of/bikes", "/rows/bikes.lent", "/reports"])
async def test_everyone_can_read_it(bikes: FastAPI, token: str, path: str) -> None:
    async with opened(bikes, token, path) as page:
        assert await faults(page) == []
