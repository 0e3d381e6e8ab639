"""The page behind a door's code, on a real phone browser."""

from typing import Any

import pytest

from app.campus import demo as campus
from app.campus.places import Building
from app.campus.places.doors import places_of
from app.kit.db import Database
from app.main import create_app
from tests.browser import faults, open_page, overflow
from tests.h5.pages import needs_packages

pytestmark = [pytest.mark.anyio, pytest.mark.browser, needs_packages]


@pytest.fixture
async def path(database: Database) -> str:
    """The page of a room of the demo."""
    async with database.session() as db:
        await campus.fill(db)
        building = await db.get_one(Building, 3)
        return f"/h5/places/{(await places_of(db, building, 5, 5))[0].code}"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_everyone_can_read_it(settings: Any, path: str, dark: bool) -> None:
    async with open_page(create_app(settings), path, dark=dark) as page:
        assert await faults(page) == []


@pytest.mark.parametrize("care", [False, True])
async def test_it_fits_the_smallest_phone(settings: Any, path: str, care: bool) -> None:
    async with open_page(create_app(settings), path, width=320, care=care) as page:
        assert await overflow(page) == 0
