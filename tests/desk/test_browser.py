"""The desk in a real Chromium, 1440 x 900: whom it asks, what it says, what axe finds."""

import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from playwright.async_api import Page

from app.campus.people import sessions
from app.desk.login import COOKIE
from app.kit import clock
from app.kit.db import Database
from tests.browser import chromium, faults, serve
from tests.desk.conftest import signed
from tests.desk.rows import fill
from tests.h5.pages import needs_packages
from tests.people import Somebody

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
PATHS = ["/desk/", "/desk/messages/list", "/desk/messages/list?filter=matched__is_false",
         "/desk/messages/detail?pk=1", "/desk/audit/list", "/desk/passwords/list",
         "/desk/settings"]  # fmt: skip


@contextlib.asynccontextmanager
async def seated(app: FastAPI, token: str) -> AsyncIterator[tuple[Page, set[str], list[str]]]:
    """A page of somebody at the desk, the hosts it asks, and what its console says."""
    with serve(app) as address:
        async with chromium() as machine:
            size = {"width": 1440, "height": 900}
            context = await machine.new_context(viewport=size, base_url=address)  # type: ignore[arg-type]  # a ViewportSize
            cookie = {"name": COOKIE, "value": signed(token), "url": f"{address}/desk"}
            await context.add_cookies([cookie])  # type: ignore[list-item]  # a SetCookieParam
            page, hosts, said = await context.new_page(), set[str](), list[str]()
            page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            yield page, hosts, said
            assert hosts == {urlsplit(address).netloc}


@pytest.fixture
async def token(database: Database, people: dict[str, Somebody]) -> str:
    async with database.session() as db:
        await fill(db, clock.now())
        person_id = people["administrator"].person_id
        return await sessions.start(db, clock.now(), person_id=person_id)


async def test_no_page_asks_a_third_party_or_complains(app: FastAPI, token: str) -> None:
    async with seated(app, token) as (page, hosts, said):
        for path in PATHS:
            await page.goto(path)
            await page.wait_for_load_state("networkidle")
        assert said == []
        assert len(hosts) == 1


@pytest.mark.parametrize("path", ["/desk/", "/desk/settings"])
async def test_everyone_can_read_it(app: FastAPI, token: str, path: str) -> None:
    async with seated(app, token) as (page, _, _):
        await page.goto(path)
        assert await faults(page) == []


async def test_the_page_size_and_the_columns_work_without_inline_handlers(
    app: FastAPI, token: str
) -> None:
    async with seated(app, token) as (page, _, said):
        await page.goto("/desk/messages/list")
        await page.locator("[data-d-go]").select_option(index=1)
        await page.wait_for_url("**page_size=50**")
        await page.locator("#column-visibility-dropdown > button").click()
        await page.locator(".column-visibility-toggle").first.uncheck()
        await page.locator("[data-d-columns]").click()
        await page.wait_for_url("**cols=**")
        assert said == []
