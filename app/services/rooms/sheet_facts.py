"""What freshmen want to know of rooms, as a spreadsheet: price, which way it faces, the key."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places import Campus, campus
from app.kit import sheets
from app.kit.sheets import Column
from app.services.rooms.models import RoomFacts, Round
from app.services.rooms.rounds import told
from app.services.rooms.rules import Stage
from app.services.rooms.sheet import find, short

MOST_YUAN = 100_000


@dataclass
class Facts:
    """Reads rows; each room once."""

    campus: Campus
    mine: frozenset[int] | None = None
    _seen: set[int] = field(default_factory=set)

    @property
    def columns(self) -> list[Column]:
        return [
            Column("房间", "room_id", self.room),
            Column("每床每年（元）", "fen", fen, required=False),
            Column("朝向", "faces", short, required=False),
            Column("特点", "extras", words, required=False),
            Column("领钥匙", "key_place", short, required=False),
        ]

    def room(self, cell: str) -> int:
        door = find(self.campus, cell)
        house = self.campus.house_of(door)
        if self.mine is not None and (house is None or house.id not in self.mine):
            raise ValueError("这栋楼不归你管")
        if door in self._seen:
            raise ValueError("这间在上面写过一次")
        self._seen.add(door)
        return door


def fen(cell: str) -> int:
    """「1200」 or 「1200.50」 yuan as fen."""
    try:
        yuan = Decimal(cell)
    except InvalidOperation:
        raise ValueError(f"要写数字，像 1200，「{cell[:10]}」不是") from None
    if not (yuan.is_finite() and 0 <= yuan <= MOST_YUAN):
        raise ValueError(f"要在 0 到 {MOST_YUAN} 之间")
    return int(yuan * 100)


def words(cell: str) -> list[str]:
    """「独卫、阳台」."""
    return [short(word) for word in cell.replace("，", "、").replace(",", "、").split("、") if word]


async def load(db: AsyncSession, mine: frozenset[int] | None, data: bytes, name: str) -> str:
    """Take the file in; an empty cell changes nothing. Raises Invalid with a line per error."""
    reader = Facts(await campus.within(db), mine)
    rows = await asyncio.to_thread(sheets.read, data, name, reader.columns)
    for row in rows:
        await db.execute(_put(row))
    for round_id in await db.scalars(select(Round.id).where(Round.stage == Stage.READY)):
        await told(db, round_id)
    return f"{len(rows)} 间房的价格和样子写好了" if rows else "表里一间房也没有"


def _put(row: Mapping[str, Any]) -> Any:
    filled = {name: value for name, value in row.items() if value is not None}
    new = {"fen": 0, "faces": "", "key_place": ""} | filled
    statement = insert(RoomFacts).values(new)
    after = {name: value for name, value in filled.items() if name != "room_id"}
    if not after:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(index_elements=["room_id"], set_=after)


COLUMNS = Facts(Campus(())).columns


def template() -> bytes:
    """One room."""
    row = {
        "room_id": "3号楼 501", "fen": 1200, "faces": "朝南", "extras": "独卫、阳台",
        "key_place": "3号楼一楼值班室",
    }  # fmt: skip
    return sheets.write(COLUMNS, [row])
