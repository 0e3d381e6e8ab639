"""The pages in a real browser: the box answers while one types, and anybody can use it."""

import pytest
from fastapi import FastAPI
from playwright.async_api import expect

from app.campus.people import sessions
from app.gateway import menus
from app.kit import clock
from app.kit.db import Database
from app.main import load_services
from tests.browser import chromium, faults, overflow, serve
from tests.desk.conftest import signed
from tests.people import Somebody
from tests.services.answers.conftest import WRITER, Write

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
URL = "http://127.0.0.1:8000"


async def test_the_try_box_answers_while_one_types_and_anybody_can_use_the_pages(
    app: FastAPI, people: dict[str, Somebody], database: Database, write: Write
) -> None:
    await write(kind="contains", words="跳闸", text="打 8880 0163", opens="22:00", closes="06:00")
    async with database.session() as db:
        saved = await menus.save(db, WRITER, menus.default_buttons(load_services()), 0, URL)
        saved.published_at = clock.now()
        operator = people["operator"].person_id
        token = await sessions.start(db, clock.now(), person_id=operator)
    with serve(app) as address:
        async with chromium() as browser:
            context = await browser.new_context(
                viewport={"width": 1440, "height": 900}, base_url=address
            )
            await context.add_cookies(
                [{"name": "desk", "value": signed(token), "url": f"{address}/desk"}]
            )
            page = await context.new_page()
            for path in ("/desk/answers/1", "/desk/menu", "/desk/answers"):
                await page.goto(path)
                assert await faults(page) == []
                assert await overflow(page) == 0
            await page.get_by_label("在什么时候").fill("2026-10-10T23:30")
            await page.get_by_label("同学发的话").press_sequentially("晚上跳闸了")
            await expect(page.locator("#tried")).to_contain_text("打 8880 0163")
            await page.get_by_label("在什么时候").fill("2026-10-10T12:00")
            await expect(page.locator("#tried")).to_contain_text("这个时间不算")
