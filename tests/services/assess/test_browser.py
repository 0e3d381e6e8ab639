"""In Chromium: the month end of a team of ten, from start to a payroll that adds up to the fen."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO

import pytest
from fastapi import FastAPI
from openpyxl import load_workbook
from playwright.async_api import Browser, Page, expect
from sqlalchemy import update

from app.campus.people import sessions
from app.campus.people.me import COOKIE
from app.kit import clock
from app.kit.jobs import defer
from app.main import load_services
from app.services.assess import payroll
from app.services.assess.models import Run
from app.services.assess.rules import begins, month_before, month_of
from app.settings import Settings
from app.worker import work
from tests.browser import chromium, faults, overflow, serve
from tests.desk.test_browser import seated
from tests.h5.pages import needs_packages
from tests.services.assess.conftest import MEN, Crew
from tests.services.assess.hands import Hands

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
BONUS = 1_000_003  # fen: ten do not share it evenly


@contextlib.asynccontextmanager
async def phone(
    browser: Browser, address: str, hands: Hands, name: str, *, dark: bool = False, width: int = 390
) -> AsyncIterator[Page]:
    """A phone that somebody of the crew is logged in with."""
    context = await browser.new_context(
        viewport={"width": width, "height": 844}, base_url=address, has_touch=True,
        reduced_motion="reduce", color_scheme="dark" if dark else "light",
    )  # fmt: skip
    context.set_default_timeout(10_000)
    cookie = await hands.cookie(name)
    await context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
    yield await context.new_page()
    await context.close()


async def orders(crew: Crew) -> None:
    """Forty orders and more of everybody in the month that is over, one of m1's late."""
    at = begins(month_before(month_of(clock.now().date()))) + timedelta(days=9, hours=9)
    async with crew.database.session() as db:
        for n, name in enumerate(MEN, start=1):
            await crew.fact(db, name, "repairs.finished", 4000 + 100 * n, at=at, source=f"x:{n}")
        await crew.fact(db, "m1", "repairs.late", 725, at=at, source="x:late", number="1-17",
                        words="晚了 12 小时")  # fmt: skip


async def test_a_leader_runs_the_month_end_of_a_team_of_ten(
    app: FastAPI, settings: Settings, crew: Crew
) -> None:
    await orders(crew)
    hands = Hands(crew, app)
    with serve(app) as address:
        async with chromium() as browser:
            async with phone(browser, address, hands, "leader") as page:
                await starts(page, crew, settings)
            async with phone(browser, address, hands, "m1") as page:
                await objects(page)
            async with phone(browser, address, hands, "leader") as page:
                await grants(page)
            await passes(crew, settings)
            async with phone(browser, address, hands, "boss") as page:
                await approves(page)
            async with phone(browser, address, hands, "m1") as page:
                await page.goto("/h5/assess/1")
                await expect(page.get_by_text("定了，不再改")).to_be_visible()
                await expect(page.get_by_text("3,000.00 元")).to_be_visible()
    await adds_up(crew)


async def starts(page: Page, crew: Crew, settings: Settings) -> None:
    await page.goto(f"/h5/assess/crew/{crew.team_id}")
    await page.locator(".c-bar button").click()
    await expect(page.get_by_text("正在算")).to_be_visible()
    await work(settings, load_services(), until_empty=True)
    await page.goto("/h5/assess/team/1")
    await expect(page.get_by_text("10 人，平均")).to_be_visible()
    await page.get_by_role("button", name="公布").click()
    await expect(page.get_by_text("前可以提异议")).to_be_visible()


async def objects(page: Page) -> None:
    await page.goto("/h5/mine")
    await page.locator('a[href="/h5/assess/1"]').click()
    await expect(page.get_by_text("单 1-17 晚了 12 小时")).to_be_visible()
    item = page.locator("details.k-item", has_text="超时")
    await item.get_by_text("这一项不对").click()
    await item.get_by_label("超时哪里不对").fill("等三角阀，改期时班长知道")
    await item.get_by_role("button", name="提异议").click()
    await expect(page.get_by_text("等答复")).to_be_visible()


async def grants(page: Page) -> None:
    await page.goto("/h5/assess/team/1")
    await expect(page.get_by_text("m1有异议")).to_be_visible()
    await page.get_by_label("答复m1").fill("料确实没到")
    await page.get_by_label("改的话").fill("2")
    await page.get_by_role("button", name="改", exact=True).click()
    await expect(page.get_by_text("m1有异议")).not_to_be_visible()


async def passes(crew: Crew, settings: Settings) -> None:
    """The days for objections pass, and the job that waits for that runs."""
    async with crew.database.session() as db:
        await db.execute(update(Run).values(until=clock.now() - timedelta(seconds=1)))
        await defer(db, "assess:close", run=1)
    await work(settings, load_services(), until_empty=True)


async def approves(page: Page) -> None:
    await page.goto("/h5/assess/team/1")
    await page.get_by_label("全班组多少元").fill("10000.03")
    await page.get_by_role("button", name="算一下").click()
    await expect(page.locator("dd", has_text="10,000.03 元")).to_be_visible()
    await page.get_by_role("button", name="批准").click()
    await page.get_by_role("button", name="锁定").click()
    await expect(page.get_by_role("heading", name="定了，不再改")).to_be_visible()


async def adds_up(crew: Crew) -> None:
    async with crew.database.session() as db:
        row = await crew.outcome(db, 1, "m1")
        assert row.points == row.counted + 200
        given = await payroll.rows_of(db, 1)
        assert len({one.bonus_fen for one in given}) == 10
        assert sum(one.bonus_fen or 0 for one in given) == BONUS
        data, _ = await payroll.sheet(db, await crew.me(db, "boss"), 1)
    rows = list(load_workbook(BytesIO(data)).worksheets[0].values)
    assert str(rows[-1][8]) == "10000.03"


@pytest.mark.parametrize("dark", [False, True])
async def test_everyone_can_read_the_phones_pages(app: FastAPI, crew: Crew, dark: bool) -> None:
    async with crew.database.session() as db:
        run = await crew.opened(db, at=clock.now())
    hands = Hands(crew, app)
    team, man = crew.team_id, crew.ids["m1"]
    pages = [("m1", ""), ("m1", f"/{run}"), ("leader", f"/team/{run}"), ("leader", f"/crew/{team}"),
             ("boss", f"/team/{run}/who/{man}"), ("leader", "/rate")]  # fmt: skip
    with serve(app) as address:
        async with chromium() as browser:
            for name, path in pages:
                async with phone(browser, address, hands, name, dark=dark, width=320) as page:
                    await page.goto(f"/h5/assess{path}")
                    assert await faults(page) == [], path
                    assert await overflow(page) == 0, path


async def test_everyone_can_read_the_desks_pages(app: FastAPI, crew: Crew) -> None:
    async with crew.database.session() as db:
        run = await crew.opened(db, at=clock.now())
        token = await sessions.start(db, clock.now(), person_id=crew.ids["operator"])
    async with seated(app, token) as (page, _, said):
        for path in ("", f"/runs/{run}", f"/runs/{run}/people/{crew.ids['m1']}", "/schemes",
                     f"/schemes/{crew.scheme_id}", "/teams", f"/teams/{crew.team_id}"):  # fmt: skip
            await page.goto(f"/desk/assess{path}")
            assert await faults(page) == [], path
        assert said == []


async def test_a_slip_in_a_scheme_is_told_while_one_types(app: FastAPI, crew: Crew) -> None:
    async with crew.database.session() as db:
        token = await sessions.start(db, clock.now(), person_id=crew.ids["operator"])
    async with seated(app, token) as (page, _, said):
        await page.goto(f"/desk/assess/schemes/{crew.scheme_id}")
        text = page.get_by_label("方案", exact=True)
        await text.fill("部分 甲 权重 90%\n乙 = 合计(repairs.lat)")
        await expect(page.get_by_text("是不是 repairs.late（超时）")).to_be_visible()
        await text.fill("部分 甲\n乙 = 合计(repairs.late)")
        await expect(page.get_by_text("看得懂：甲 1 项")).to_be_visible()
        assert said == []
