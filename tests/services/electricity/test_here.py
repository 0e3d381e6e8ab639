"""What the code on a door offers of the electricity behind it."""

from collections.abc import Callable

import httpx
import pytest

from app.campus.places import Building
from app.campus.places.doors import places_of
from app.kit.db import Database
from tests.services.electricity.conftest import Read, reading

pytestmark = pytest.mark.anyio
PhoneOf = Callable[[str], httpx.AsyncClient]
OFFER = "看这间的电费"


@pytest.fixture
async def door(database: Database, read: Read) -> str:
    """The page behind the code of 501, which has a meter."""
    await read(reading())
    async with database.session() as db:
        return f"/h5/places/{(await places_of(db, await db.get_one(Building, 1)))[1].code}"


@pytest.mark.parametrize("name", ["alice", "keeper", "worker", "operator"])
async def test_who_may_see_it_is_led_there(phone_of: PhoneOf, door: str, name: str) -> None:
    async with phone_of(name) as phone:
        html = (await phone.get(door)).text
        assert OFFER in html
        page = html.split('href="/h5/electricity?room=')[1].split('"')[0]
        assert "空调" in (await phone.get(f"/h5/electricity?room={page}")).text


@pytest.mark.parametrize("name", ["bob", "charlie", "teacher", "contractor"])
async def test_nobody_else_learns_of_it(phone_of: PhoneOf, door: str, name: str) -> None:
    async with phone_of(name) as phone:
        assert OFFER not in (await phone.get(door)).text


async def test_a_stranger_at_the_door_learns_nothing(client: httpx.AsyncClient, door: str) -> None:
    client.cookies.clear()
    answer = await client.get(door)
    assert answer.status_code == 200
    assert OFFER not in answer.text


async def test_a_room_without_a_meter_offers_none(
    phone_of: PhoneOf, database: Database, people: object
) -> None:
    async with database.session() as db:
        code = (await places_of(db, await db.get_one(Building, 1)))[1].code
    async with phone_of("alice") as phone:
        assert OFFER not in (await phone.get(f"/h5/places/{code}")).text
