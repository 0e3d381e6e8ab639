"""Whoever lives in a room hears once that its money runs out."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from app.campus.notify.models import Delivery, Message
from app.campus.notify.rules import cut, fits
from app.campus.people.models import Person
from app.campus.places import Room
from app.kit.db import Database
from app.services.electricity.notices import LOW
from app.services.electricity.readings import record
from app.services.electricity.rules import Circuit
from tests.people import Somebody
from tests.services.electricity.conftest import NOW, Read, reading

pytestmark = pytest.mark.anyio
FULL = reading(balance_fen=5000, read_at=NOW - timedelta(hours=3))


async def told(database: Database) -> list[dict[str, Any]]:
    async with database.session() as db:
        return list(await db.scalars(select(Message.fields).order_by(Message.id)))


def at(hours: int, fen: int) -> Any:
    return reading(balance_fen=fen, read_at=NOW + timedelta(hours=hours))


async def test_who_lives_there_is_told_and_nobody_else(
    database: Database, read: Read, people: dict[str, Somebody]
) -> None:
    await read(FULL)
    await read(at(0, 999))
    [fields] = await told(database)
    assert fields | {"read_at": ""} == {
        "room": "3号楼 501", "circuit": "空调", "balance": 999, "read_at": "",
        "advice": "不到 10 元，早点充值",
    }  # fmt: skip
    async with database.session() as db:
        assert list(await db.scalars(select(Delivery.who))) == ["o-alice"]
        job = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'gateway:send'")
        assert await db.scalar(job) == 1


async def test_a_crossing_is_told_once_until_the_meter_is_topped_up(
    database: Database, read: Read
) -> None:
    for hours, fen in enumerate((5000, 1000, 999, 300, -20, 2000, 1000, 500, 400)):
        await read(at(hours, fen))
    assert [fields["balance"] for fields in await told(database)] == [999, 500]


async def test_the_same_readings_again_and_older_ones_tell_nothing(
    database: Database, read: Read
) -> None:
    await read(at(0, 840))
    for again in (at(0, 840), at(-5, 2000), at(-4, 100)):
        await read(again)
    assert len(await told(database)) == 1


async def test_two_readings_at_once_tell_it_once(
    database: Database, read: Read, room: Room
) -> None:
    async def push(minutes: int) -> None:
        one = reading(balance_fen=500, read_at=NOW + timedelta(minutes=minutes))
        async with database.session() as db:
            await record(db, [(room.id, one)], NOW + timedelta(hours=1))

    await read(FULL)
    await asyncio.gather(*(push(minutes) for minutes in range(6)))
    assert len(await told(database)) == 1


async def test_each_meter_is_told_of_by_itself(database: Database, read: Read) -> None:
    await read(reading(balance_fen=10), reading(Circuit.LIGHTING, balance_fen=-250))
    found = {
        fields["circuit"]: (fields["balance"], fields["advice"]) for fields in await told(database)
    }
    assert found == {"空调": (10, "不到 10 元，早点充值"), "照明": (0, "欠 2.50 元，充值后来电")}


async def test_an_old_reading_is_no_news(database: Database, room: Room) -> None:
    async with database.session() as db:
        await record(db, [(room.id, reading())], NOW + timedelta(days=3))
    assert await told(database) == []


async def test_nobody_lives_there_and_nobody_is_told(database: Database, read: Read) -> None:
    async with database.session() as db:
        await db.execute(update(Person).values(room_id=None))
    await read(at(0, 10))
    assert await told(database) == []


async def test_what_is_told_fits_the_platform(database: Database, read: Read) -> None:
    await read(at(0, -10_000_000))
    [fields] = await told(database)
    for field in LOW.fields:
        said = cut(field.kind, fields[field.name])
        assert fits(field.kind, said)
        assert "…" not in said
