"""「选房」 at the desk in a real Chromium: the board lives, and everybody can read the pages."""

import pytest
from fastapi import FastAPI

from app.campus.people import sessions
from app.kit import clock
from app.kit.db import Database
from tests.browser import faults, overflow
from tests.desk.test_browser import seated
from tests.h5.pages import needs_packages
from tests.people import Somebody
from tests.services.rooms.dorm import Dorm

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]


@pytest.fixture
async def token(database: Database, people: dict[str, Somebody]) -> str:
    async with database.session() as db:
        return await sessions.start(db, clock.now(), person_id=people["operator"].person_id)


async def test_the_board_follows_without_reloading_and_turns_over_when_the_round_does(
    app: FastAPI, token: str, dorm: Dorm
) -> None:
    async with seated(app, token) as (page, _, said):
        await page.goto(f"/desk/rooms/{dorm.round_id}")
        await page.evaluate("window.same = true")
        await dorm.live(dorm.girls[0], dorm.beds[0][0])
        await page.wait_for_selector("#live .d-kpi:has-text('定下了') .h1:has-text('1')")
        assert await page.locator(".r-spark rect").count() == 1
        assert await page.evaluate("window.same")
        await dorm.edit(closes_at=clock.now())
        await page.wait_for_selector("button:has-text('结束这一轮')")
        assert said == []


async def test_a_round_is_ended_placed_and_put_on_doors_by_hand(
    app: FastAPI, token: str, dorm: Dorm
) -> None:
    async with seated(app, token) as (page, _, said):
        await page.goto(f"/desk/rooms/{dorm.round_id}")
        await page.click("summary:has-text('提前停选')")
        await page.click("button:has-text('现在就停')")
        await page.click("a:has-text('补位')")
        await page.click("button:has-text('照这样安排 12 人')")
        await page.wait_for_selector("text=安排了 12 个人")
        await page.click(".nav-tabs a:has-text('房间')")
        await page.click(".r-door:has-text('101')")
        await page.click("summary:has-text('冻结这间')")
        await page.fill("details[open] [name=why]", "漏水")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("text=冻结了")
        assert said == []
    assert len(await dorm.taken()) == 12


async def test_everybody_can_read_it_by_day_and_by_night(
    app: FastAPI, token: str, dorm: Dorm
) -> None:
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    await dorm.hold(dorm.girls[1], dorm.beds[0][0])
    id = dorm.round_id
    async with seated(app, token) as (page, _, _said):
        await page.emulate_media(reduced_motion="reduce")
        for path in (
            "", "/new", f"/{id}", f"/{id}/pools", f"/{id}/rooms", f"/{id}/rooms/{dorm.rooms[0]}",
            f"/{id}/people", f"/{id}/people/{dorm.girls[0]}", f"/{id}/log", f"/{id}/placement",
            f"/{id}/figures", f"/{id}/verify", f"/{id}/import/beds",
        ):  # fmt: skip
            await page.goto(f"/desk/rooms{path}")
            assert await overflow(page) == 0, path
            for theme in ("light", "dark"):
                await page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
                assert await faults(page) == [], (path, theme)
