"""Friends rehearse, choose a room as it opens, one swaps; an operator places the rest. Chromium."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.async_api import Browser, Page, expect

from app.campus.people import sessions
from app.campus.people.me import COOKIE
from app.desk.login import COOKIE as DESK_COOKIE
from app.kit import clock
from app.kit.db import Database
from app.services.rooms import rounds
from tests.browser import chromium, faults, overflow, serve
from tests.desk.conftest import signed
from tests.h5.pages import needs_packages
from tests.people import Somebody
from tests.services.rooms.dorm import CHIEF, HOUR, Dorm, build
from tests.services.rooms.phones import cookie_for

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]
REAL, REHEARSAL = "/h5/rooms/1", "/h5/rooms/2"
SOON = timedelta(seconds=8)


@dataclass(frozen=True)
class Story:
    """Anna and Bea are friends, Cora chooses alone; the others do not turn up."""

    browser: Browser
    address: str
    dorm: Dorm

    async def screen(self, cookie: dict[str, str], width: int, height: int) -> Page:
        """A browser of their own, logged in."""
        size = {"width": width, "height": height}
        context = await self.browser.new_context(viewport=size, base_url=self.address)  # type: ignore[arg-type]  # a ViewportSize
        context.set_default_timeout(10_000)
        await context.add_cookies([{**cookie, "url": f"{self.address}/desk"}])  # type: ignore[typeddict-item]  # a SetCookieParam
        return await context.new_page()

    async def phone(self, girl: int) -> Page:
        cookie = await cookie_for(self.dorm.database, self.dorm.girls[girl])
        return await self.screen({"name": COOKIE, "value": cookie}, 390, 844)


@pytest.fixture
async def story(app: FastAPI, database: Database) -> AsyncIterator[Story]:
    """The real round opens in seconds; the rehearsal with the same beds is open."""
    dorm = await build(database, opens_at=clock.now() + HOUR / 2)
    async with database.session() as db:
        now = clock.now()
        copy = await rounds.copy_for_rehearsal(db, CHIEF, dorm.round_id, now - HOUR, now + HOUR)
        await rounds.ready(db, CHIEF, copy.id, now)
    with serve(app) as address:
        async with chromium() as browser:
            yield Story(browser, address, dorm)


@pytest.fixture
async def token(database: Database, people: dict[str, Somebody]) -> str:
    async with database.session() as db:
        return await sessions.start(db, clock.now(), person_id=people["operator"].person_id)


async def test_friends_rehearse_and_choose_and_an_operator_places_the_rest(
    story: Story, token: str, tmp_path: Path
) -> None:
    anna, bea, cora = [await story.phone(girl) for girl in range(3)]
    desk = await story.screen({"name": DESK_COOKIE, "value": signed(token)}, 1440, 900)
    await rehearse(story, anna, bea)
    await team_up_by_number(anna, bea)
    await choose_as_it_opens(story, anna, bea, desk)
    await chooses_alone(story, cora)
    await swap(story, bea, cora)
    await place_the_rest(story, desk)
    await print_the_doors(desk, tmp_path)
    await lives_where_she_was_placed(story)
    assert (await story.dorm.proof()).broken == []


async def readable(page: Page) -> None:
    """Everybody can read it, and it is no wider than the phone."""
    assert await faults(page) == [], page.url
    assert await overflow(page) == 0, page.url


async def rehearse(story: Story, anna: Page, bea: Page) -> None:
    """A team by code, one room for both; the real round knows nothing of it."""
    await anna.goto(f"{REHEARSAL}/team")
    await anna.get_by_role("button", name="建队伍").click()
    code = await anna.locator(".c-code").inner_text()
    await bea.goto(f"{REHEARSAL}/team")
    await bea.get_by_label("口令").fill(code.lower())
    await bea.get_by_role("button", name="进队").click()
    await expect(bea.get_by_role("heading", name="队里 2 人")).to_be_visible()
    await readable(bea)
    await anna.goto(f"{REHEARSAL}/room/{story.dorm.rooms[3]}")
    await hold_and_confirm(anna, "留住 2 张床")
    await expect(anna.get_by_text("演练里你选了")).to_be_visible()
    await bea.goto(f"{REHEARSAL}/mine")
    await expect(bea.get_by_role("heading", name="12号楼 201")).to_be_visible()
    assert await story.dorm.taken() == {}


async def hold_and_confirm(page: Page, button: str) -> None:
    await page.get_by_role("button", name=button).click()
    await expect(page.get_by_role("dialog", name="给你留住了")).to_be_visible()
    await readable(page)
    await page.get_by_role("button", name="就住这里").click()
    await page.wait_for_url("**/mine")


async def team_up_by_number(anna: Page, bea: Page) -> None:
    """For the real round, which has not opened: Anna asks, Bea agrees."""
    await anna.goto(f"{REAL}/team")
    await anna.get_by_label("录取号").fill("26990001")
    await anna.get_by_role("button", name="约 TA").click()
    await expect(anna.get_by_role("heading", name="队里 1 人")).to_be_visible()
    await bea.goto(REAL)
    await bea.get_by_text("同学约你一起住").click()
    await readable(bea)
    await bea.get_by_role("button", name="一起住").click()
    await expect(bea.get_by_role("heading", name="队里 2 人")).to_be_visible()


async def choose_as_it_opens(story: Story, anna: Page, bea: Page, desk: Page) -> None:
    """The countdown ends, the page turns over by itself, and the board counts."""
    await story.dorm.edit(opens_at=clock.now() + SOON)
    await desk.goto(f"/desk/rooms/{story.dorm.round_id}")
    await anna.goto(REAL)
    await expect(anna.get_by_role("timer")).to_be_visible()
    await readable(anna)
    await expect(anna.get_by_text("正在选房")).to_be_visible(timeout=20_000)
    await readable(anna)
    await anna.locator(f'[data-room="{story.dorm.rooms[0]}"]').click()
    await hold_and_confirm(anna, "留住 2 张床")
    await expect(anna.get_by_role("heading", name="12号楼 101")).to_be_visible()
    await bea.goto(f"{REAL}/mine")
    await expect(bea.get_by_role("heading", name="12号楼 101")).to_be_visible()
    await expect(bea.get_by_role("heading", name="1 位室友")).to_be_visible()
    await readable(bea)
    tile = desk.locator("#live .d-kpi", has=desk.get_by_text("定下了"))
    await expect(tile.locator(".h1")).to_have_text("2")
    await readable(desk)


async def chooses_alone(story: Story, cora: Page) -> None:
    """In the room next door, a bed by its picture."""
    await cora.goto(f"{REAL}/room/{story.dorm.rooms[1]}")
    await cora.locator(f'[data-bed="{story.dorm.beds[1][3]}"]').click()
    await hold_and_confirm(cora, "留住这张床")
    await expect(cora.get_by_role("heading", name="12号楼 102")).to_be_visible()


async def swap(story: Story, bea: Page, cora: Page) -> None:
    """Bea asks Cora by her number; Cora agrees, and both have moved."""
    before = await story.dorm.taken()
    await bea.goto(f"{REAL}/swap")
    await bea.get_by_label("录取号").fill("26990002")
    await bea.get_by_label("说一句").fill("想和老乡住")
    await readable(bea)
    await bea.get_by_role("button", name="问问 TA").click()
    await expect(bea.get_by_text("问过了")).to_be_visible()
    await cora.goto(f"{REAL}/mine")
    await cora.get_by_text("同学想和你换床").click()
    await expect(cora.get_by_text("想和老乡住")).to_be_visible()
    await readable(cora)
    await cora.get_by_role("button", name="换", exact=True).click()
    await expect(cora.get_by_role("heading", name="12号楼 101")).to_be_visible()
    await bea.goto(f"{REAL}/mine")
    await expect(bea.get_by_role("heading", name="12号楼 102")).to_be_visible()
    after, (_, two, three) = await story.dorm.taken(), story.dorm.girls[:3]
    moved = {two: three, three: two}
    assert after == {bed: moved.get(who or 0, who) for bed, who in before.items()}


async def place_the_rest(story: Story, desk: Page) -> None:
    """Ended early; where the nine others go is shown, and done as it was shown."""
    await desk.click("summary:has-text('提前停选')")
    await desk.get_by_role("button", name="现在就停").click()
    await desk.get_by_role("link", name="补位").click()
    rows = desk.locator("tbody tr")
    await expect(rows).to_have_count(9)
    await readable(desk)
    shown = await rows.first.locator("td").nth(2).inner_text()
    who = await rows.first.locator("a").inner_text()
    await desk.get_by_role("button", name="照这样安排 9 人").click()
    await expect(desk.get_by_text("安排了 9 个人")).to_be_visible()
    await desk.get_by_role("link", name="新生", exact=True).click()
    await expect(desk.locator("tr", has_text=who)).to_contain_text(shown.split()[1])
    await readable(desk)


async def print_the_doors(desk: Page, folder: Path) -> None:
    """A card for each door with somebody behind it."""
    await desk.get_by_role("link", name="现场").click()
    async with desk.expect_download() as leaving:
        await desk.get_by_role("link", name="门贴", exact=True).click()
    file = folder / "doors.pdf"
    await (await leaving.value).save_as(file)
    assert file.read_bytes().startswith(b"%PDF")
    assert file.stat().st_size > 2_000  # an empty sheet has 1,300


async def lives_where_she_was_placed(story: Story) -> None:
    """Somebody who never turned up sees her room."""
    late = await story.phone(7)
    await late.goto(f"{REAL}/mine")
    await expect(late.get_by_role("heading", name="12号楼")).to_be_visible()
    await readable(late)
