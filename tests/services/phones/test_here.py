"""What a door's code offers of the phone book."""

import httpx
import pytest
from sqlalchemy import select

from app.campus import demo as campus
from app.campus.places import Building
from app.campus.places.doors import places_of
from app.kit.db import Database
from app.services.phones.demo import fill

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("building", "keeper"),
    [("3号楼", "打3号楼值班室"), ("13号楼", "打13号楼值班室"), ("南苑浴室", "")],
)
async def test_a_dormitory_has_its_keepers_number_on_the_door(
    client: httpx.AsyncClient, database: Database, building: str, keeper: str
) -> None:
    async with database.session() as db:
        await campus.fill(db)
        await fill(db)
        named = await db.scalars(select(Building).where(Building.name == building))
        code = (await places_of(db, named.one()))[0].code
    html = (await client.get(f"/h5/places/{code}")).text
    assert html.count("值班室") == bool(keeper)
    assert keeper in html
