"""The pages of cuts and articles in a real browser: anybody can use them, on any phone."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from playwright.async_api import expect

from app.campus.people import sessions
from app.kit import clock
from app.kit.db import Database
from tests.browser import chromium, faults, open_page, overflow, serve
from tests.desk.conftest import signed
from tests.people import Somebody
from tests.services.news.conftest import Write as WriteNews
from tests.services.news.conftest import write as write_news
from tests.services.outages.conftest import Write

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
news = write_news  # the fixture under a name that is free here
TEXT = (
    "## 小标题\n\n- 一\n- 二\n\n| 时段 | 温度 |\n|---|---|\n| 白天 | 18 ℃ |\n\n> 说过 [看](/h5/bus)"
)
LOOKS = [(False, 390, False), (True, 390, False), (False, 320, False), (False, 320, True)]


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "narrow", "large"])
async def test_anybody_can_read_the_pages_on_any_phone(
    app: FastAPI, write: Write, news: WriteNews, look: tuple[bool, int, bool]
) -> None:
    dark, width, care = look
    await write(places="3号楼、4号楼 1层", reason="换热站的循环泵坏了，配件在路上，要等一等")
    await write(clock.now() + timedelta(days=2), kind="power", places="4号楼")
    row = await news(source=TEXT, photos=1, title="供暖时间和报修方式都在这里，先看再打电话")
    async with open_page(app, "/h5/outages", dark=dark, width=width, care=care) as page:
        for path in ("/h5/outages", "/h5/outages/1", "/h5/news", f"/h5/news/{row.id}"):
            await page.goto(path)
            assert await faults(page) == [], path
            assert await overflow(page) == 0, path


async def test_the_desk_shows_an_article_while_it_is_written(
    app: FastAPI, people: dict[str, Somebody], database: Database, write: Write, news: WriteNews
) -> None:
    row, number = await news(source=TEXT, photos=1), await write()
    async with database.session() as db:
        token = await sessions.start(db, clock.now(), person_id=people["operator"].person_id)
    with serve(app) as address:
        async with chromium() as browser:
            context = await browser.new_context(
                viewport={"width": 1440, "height": 900}, base_url=address
            )
            await context.add_cookies(
                [{"name": "desk", "value": signed(token), "url": f"{address}/desk"}]
            )
            page = await context.new_page()
            for path in ("outages", "outages/new", f"outages/{number}", "news", f"news/{row.id}"):
                await page.goto(f"/desk/{path}")
                assert await faults(page) == [], path
                assert await overflow(page) == 0, path
            await page.get_by_label("正文").fill("**热**<script>document.title='bad'</script>")
            await expect(page.locator("#look strong")).to_have_text("热")
            await page.get_by_label("标题", exact=True).fill("新标题")
            await expect(page.locator("#look h2").first).to_have_text("新标题")
            assert await page.title() != "bad"
