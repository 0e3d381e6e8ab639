from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.campus.places import Room
from app.kit import sheets
from app.kit.db import Database
from app.kit.errors import Invalid
from app.services.electricity.models import DayUse, Meter
from app.services.electricity.readings import record
from app.services.electricity.sheet import COLUMNS, load
from tests.services.electricity.conftest import NOW, Read, days, reading

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


async def kept(database: Database) -> tuple[int, list[int]]:
    async with database.session() as db:
        balance = await db.scalar(select(Meter.balance_fen))
        return balance or 0, list(await db.scalars(select(DayUse.wh).order_by(DayUse.date)))


async def test_an_older_reading_leaves_the_balance_and_fills_missing_days(
    database: Database, read: Read
) -> None:
    await read(reading(balance_fen=700, days=days((5000,))))
    await read(reading(balance_fen=900, read_at=NOW - DAY, days=days((1, 2))))
    assert await kept(database) == (700, [1, 5000])


async def test_a_newer_reading_corrects_balance_and_days(database: Database, read: Read) -> None:
    await read(reading(balance_fen=900, read_at=NOW - DAY, days=days((1, 2))))
    await read(reading(balance_fen=700, days=days((5000,))))
    assert await kept(database) == (700, [1, 5000])


async def test_of_several_readings_in_one_call_the_newest_counts(
    database: Database, read: Read
) -> None:
    newest, older = reading(balance_fen=1), reading(balance_fen=2, read_at=NOW - DAY)
    await read(newest, older)
    assert (await kept(database))[0] == 1


def sheet(*rows: dict[str, Any]) -> bytes:
    row = {
        "room": "3号楼 501",
        "circuit": "空调",
        "balance_fen": "8.4",
        "read_at": "2025-10-10 06:00",
    }
    return sheets.write(COLUMNS, [{**row, **changes} for changes in rows])


async def test_a_sheet_is_taken_and_says_what_it_did(database: Database, room: Room) -> None:
    data = sheet({"wh": "6.1"}, {"circuit": "照明", "state": "欠费"}, {"room": "99号楼 101"})
    async with database.session() as db:
        assert await load(db, data, "表.xlsx") == "收下 2 块表的数，1 间房没找到：99号楼 101"
    assert await kept(database) == (840, [6100])
    async with database.session() as db:
        again = await load(db, data, "表.xlsx")
    assert again == "收下 0 块表的数，2 块表已有更新的数，没动，1 间房没找到：99号楼 101"


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ({"circuit": "水"}, "第 2 行「电表」：写「照明」或「空调」"),
        ({"state": "坏"}, "第 2 行「状态」：写「正常」、「欠费」、「负载关断」之一"),
        ({"balance_fen": "八块"}, "第 2 行「余额（元）」：「八块」不是数"),
        ({"balance_fen": "nan"}, "第 2 行「余额（元）」：「nan」太大或太小"),
        ({"price_fen": "101"}, "第 2 行「单价（元/度）」：「101」太大或太小"),
        ({"wh": -1}, "第 2 行「前一天用电（度）」：「-1」太大或太小"),
        ({"read_at": "昨天"}, "第 2 行「抄表时间」：写成 2026-10-10 06:00 这样"),
        ({"room": "楼" * 41}, "第 2 行「房间」：太长了，写成「3号楼 501」这样"),
    ],
)
async def test_a_wrong_cell_is_named_by_row(
    database: Database, cell: dict[str, Any], why: str
) -> None:
    async with database.session() as db:
        with pytest.raises(Invalid) as refused:
            await load(db, sheet(cell), "表.xlsx")
    assert str(refused.value) == why


async def test_an_empty_sheet_is_refused(database: Database) -> None:
    async with database.session() as db:
        with pytest.raises(Invalid, match="没有数据"):
            await load(db, sheet(), "表.xlsx")


async def test_nothing_to_record_is_nothing_done(database: Database) -> None:
    async with database.session() as db:
        assert await record(db, [], NOW) == 0
