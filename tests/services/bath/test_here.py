"""What the code at a bathhouse offers."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from app.campus.places import Building
from app.campus.places.doors import places_of
from app.kit import clock
from app.kit.db import Database
from app.services.bath.models import Shutdown
from tests.services.bath.conftest import Add

pytestmark = pytest.mark.anyio


async def page(client: httpx.AsyncClient, database: Database, building: str) -> str:
    """The page behind the code of a building."""
    async with database.session() as db:
        named = await db.scalars(select(Building).where(Building.name == building))
        code = (await places_of(db, named.one()))[0].code
    return (await client.get(f"/h5/places/{code}")).text


async def test_its_door_shows_how_full_it_is(
    client: httpx.AsyncClient, database: Database, houses: dict[str, int], add: Add
) -> None:
    begun = clock.now() - timedelta(hours=1)
    await add(
        Shutdown(house_id=houses["南苑浴室"], sex=None, starts=begun, ends=None, reason="检修")
    )
    html = await page(client, database, "南苑浴室")
    assert "看南苑浴室挤不挤" in html
    assert "男 没开，女 没开" in html
    assert 'href="/h5/bath?house=%E5%8D%97%E8%8B%91"' in html
    assert "北苑" not in html


async def test_other_doors_do_not(
    client: httpx.AsyncClient, database: Database, houses: dict[str, int]
) -> None:
    async with database.session() as db:
        db.add(Building(name="3号楼", campus="南校区"))
    assert "挤不挤" not in await page(client, database, "3号楼")
