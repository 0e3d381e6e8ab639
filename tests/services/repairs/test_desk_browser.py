"""The board in Chromium: a card is dragged, tapped and merged; pages can be read by everyone."""

import contextlib
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from playwright.async_api import Page, expect

from app.campus.people import sessions
from app.kit import clock
from tests.browser import faults
from tests.desk.conftest import DeskOf
from tests.desk.test_browser import seated
from tests.h5.pages import needs_packages
from tests.services.repairs.conftest import Scene
from tests.services.repairs.desk import HERE, Desk, sit_down

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]


@pytest.fixture
async def desk(desk_of: DeskOf, scene: Scene) -> Desk:
    return await sit_down(desk_of, scene)


@contextlib.asynccontextmanager
async def opened(app: FastAPI, desk: Desk, path: str) -> AsyncIterator[Page]:
    """A page of the operator's; nothing may complain on its console."""
    async with desk.database.session() as db:
        token = await sessions.start(db, clock.now(), person_id=desk.scene.ids["operator"])
    async with seated(app, token) as (page, _, said):
        await page.goto(f"{HERE}/{path}")
        yield page
        assert said == []


async def test_a_card_is_dragged_onto_a_worker(app: FastAPI, desk: Desk) -> None:
    order, worker = await desk.reported(), desk.scene.ids["second"]
    async with opened(app, desk, "board") as page:
        card = page.locator(f'[data-number="{order.number}"]')
        await card.drag_to(page.locator(f'[data-worker="{worker}"]'))
        await expect(page.get_by_role("status").first).to_contain_text("派出去了")
        await expect(page.get_by_label("已派，还没到")).to_contain_text("second")
    assert (await desk.order(order.number)).worker_id == worker


async def test_a_card_is_tapped_and_then_a_worker(app: FastAPI, desk: Desk) -> None:
    order = await desk.reported()
    async with opened(app, desk, "board") as page:
        await page.get_by_role("button", name="选人").click()
        await page.get_by_role("button", name="third", exact=True).click()
        await expect(page.get_by_label("已派，还没到")).to_contain_text("third")
    assert (await desk.order(order.number)).worker_id == desk.scene.ids["third"]


async def test_a_card_on_its_like_asks_and_merges(app: FastAPI, desk: Desk) -> None:
    into = await desk.reported()
    other = await desk.reported("bob", room_id=desk.scene.rooms["502"])
    async with opened(app, desk, "board") as page:
        card = page.locator(f'[data-number="{other.number}"]')
        await card.drag_to(page.locator(f'[data-number="{into.number}"]'))
        await page.get_by_role("button", name="并成一件").click()
        await expect(page.get_by_role("status").first).to_contain_text("并到")
    assert (await desk.order(other.number)).merged_into_id == into.id


@pytest.mark.parametrize(
    "path", ["board", "board/map", "orders", "order", "new", "figures", "rota", "stock"]
)
async def test_everyone_can_read_it(app: FastAPI, desk: Desk, path: str) -> None:
    order = await desk.accepted()
    path = f"orders/{order.number}" if path == "order" else path
    async with opened(app, desk, path) as page:
        assert await faults(page) == []
