"""「通知与群发」 in a real Chromium: by keyboard, live, and readable for everybody."""

from typing import Any

import pytest
from fastapi import FastAPI
from playwright.async_api import Page
from sqlalchemy import func, select, update

from app.campus.campaigns.models import Campaign
from app.campus.notify.models import Delivery, State
from app.campus.people import sessions
from app.kit import clock
from app.kit.db import Database
from tests.browser import faults, overflow
from tests.desk.test_browser import seated
from tests.h5.pages import needs_packages
from tests.people import Somebody

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
FIELDS = {"what": "停水", "place": "3号楼", "note": "换阀门", "at": "2026-11-21T22:00"}


@pytest.fixture
async def token(database: Database, people: dict[str, Somebody]) -> str:
    async with database.session() as db:
        return await sessions.start(db, clock.now(), person_id=people["operator"].person_id)


async def written(page: Page) -> None:
    """The form, filled in, with the preview beside it caught up."""
    await page.goto("/desk/campaigns/new")
    await page.keyboard.type("3号楼停水")  # the cursor stands in the title
    for name, value in FIELDS.items():
        await page.fill(f"[name=field_{name}]", value)
    await page.focus("[name=buildings]")
    await page.keyboard.press("Space")
    await page.wait_for_selector("#preview .n-count:has-text('2')")


async def test_the_preview_follows_the_form(app: FastAPI, token: str) -> None:
    async with seated(app, token) as (page, _, said):
        await written(page)
        assert "换阀门" in await page.inner_text("#preview .n-card")
        assert "alice" in await page.inner_text("#preview .n-ten")
        await page.select_option("[name=notice]", "outages.over")
        await page.wait_for_selector("[name=field_outage]")
        await page.check("[name=way][value=text]")
        await page.fill("[name=words]", "今晚停水，先接好")
        await page.wait_for_selector("#preview .n-bubble:has-text('先接好')")
        assert not await page.is_visible("[name=notice]")
        assert said == []


async def test_it_is_sent_by_keyboard_and_watched_without_reloading(
    app: FastAPI, token: str, database: Database
) -> None:
    async with seated(app, token) as (page, _, said):
        await written(page)
        await page.focus("button:has-text('存下')")
        await page.keyboard.press("Enter")
        await page.focus("button:has-text('发给 2 人')")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#progress .n-count:has-text('0')")
        await page.evaluate("window.same = true")
        await page.focus("button:has-text('先停住')")
        async with database.session() as db:
            alice = update(Delivery).where(Delivery.who == "o-alice")
            await db.execute(alice.values(state=State.SENT, tried_at=clock.now()))
        await page.wait_for_selector("#progress .n-count:has-text('1')")
        assert await page.evaluate("window.same && document.activeElement.innerText") == "先停住"
        async with database.session() as db:
            await db.execute(update(Delivery).values(state=State.DELIVERED))
        await page.wait_for_selector(".n-badge:has-text('发完了')")
        assert said == []


async def test_two_clicks_and_going_back_send_it_once(
    app: FastAPI, token: str, database: Database
) -> None:
    async with seated(app, token) as (page, _, _said):
        await written(page)
        await page.click("button:has-text('存下')")
        await page.dblclick("button:has-text('发给 2 人')")
        await page.wait_for_selector("#progress")
        await page.go_back()
        await page.wait_for_load_state()
        assert await page.locator("button:has-text('发给 2 人')").count() == 0
    async with database.session() as db:
        assert await db.scalar(select(func.count()).select_from(Delivery)) == 2
        assert await db.scalar(select(func.count()).select_from(Campaign)) == 1


async def test_a_file_of_numbers_is_read_into_the_form(app: FastAPI, token: str) -> None:
    async with seated(app, token) as (page, _, said):
        await page.goto("/desk/campaigns/new")
        await page.check("[name=to][value=numbers]")
        listed: Any = {"name": "名单.txt", "mimeType": "text/plain", "buffer": b"20260000 20260001"}
        await page.set_input_files("[name=file]", listed)
        await page.wait_for_selector("#preview .n-count:has-text('2')")
        assert await page.input_value("[name=numbers]") == "20260000\n20260001"
        assert said == []


async def read_through(page: Page, theme: str) -> list[str]:
    """What axe finds, in a theme whose colours have settled."""
    await page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
    await page.wait_for_timeout(500)
    return await faults(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_everybody_can_read_it(app: FastAPI, token: str, theme: str) -> None:
    async with seated(app, token) as (page, _, _said):
        await written(page)
        assert await read_through(page, theme) == []
        await page.click("button:has-text('存下')")
        assert await read_through(page, theme) == []
        await page.click("button:has-text('发给 2 人')")
        await page.wait_for_selector("#progress")
        assert await read_through(page, theme) == []
        await page.goto("/desk/campaigns")
        assert await read_through(page, theme) == []
        assert await overflow(page) == 0
