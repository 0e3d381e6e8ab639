"""Meter figures from a spreadsheet."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock, sheets
from app.kit.errors import Invalid
from app.services.electricity.readings import DayFigure, RoomReading, record_rooms
from app.services.electricity.rules import Circuit, State

PRICE_FEN = 55
LISTED = 5
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")


def _circuit(cell: str) -> Circuit:
    for circuit in Circuit:
        if cell == circuit.label:
            return circuit
    raise ValueError("写「照明」或「空调」")


def _state(cell: str) -> State:
    try:
        return State(cell)
    except ValueError:
        raise ValueError(f"写{'、'.join(f'「{state}」' for state in State)}之一") from None


def _room(cell: str) -> str:
    if len(cell) > 40:
        raise ValueError("太长了，写成「3号楼 501」这样")
    return cell


def _fen(cell: str) -> int:
    return round(_number(cell, -100_000, 100_000) * 100)


def _price(cell: str) -> int:
    return round(_number(cell, 0, 100) * 100)


def _wh(cell: str) -> int:
    return round(_number(cell, 0, 10_000) * 1000)


def _number(cell: str, least: float, most: float) -> float:
    try:
        number = float(cell)
    except ValueError:
        raise ValueError(f"「{cell}」不是数") from None
    if not least <= number <= most:
        raise ValueError(f"「{cell}」太大或太小")
    return number


def _time(cell: str) -> datetime:
    for form in FORMATS:
        try:
            return datetime.strptime(cell, form).replace(tzinfo=clock.SHANGHAI)
        except ValueError:
            continue
    raise ValueError("写成 2026-10-10 06:00 这样")


COLUMNS = (
    sheets.Column("房间", "room", _room),
    sheets.Column("电表", "circuit", _circuit),
    sheets.Column("状态", "state", _state, required=False),
    sheets.Column("余额（元）", "balance_fen", _fen),
    sheets.Column("单价（元/度）", "price_fen", _price, required=False),
    sheets.Column("抄表时间", "read_at", _time),
    sheets.Column("前一天用电（度）", "wh", _wh, required=False),
)


async def load(db: AsyncSession, data: bytes, filename: str) -> str:
    """Take a sheet with the columns above; a row that is not newer than what is known is kept out.

    Raises Invalid that lists the wrong cells by row.
    """
    rows = await asyncio.to_thread(sheets.read, data, filename, COLUMNS)
    if not rows:
        raise Invalid("表里没有数据，从第 2 行填起")
    report = await record_rooms(db, [_reading(row) for row in rows], clock.now())
    said = f"收下 {report.taken} 块表的数"
    if report.known:
        said += f"，{report.known} 块表已有更新的数，没动"
    if report.unknown:
        more = "等" if len(report.unknown) > LISTED else ""
        names = "、".join(report.unknown[:LISTED])
        said += f"，{len(report.unknown)} 间房没找到：{names}{more}"
    return said


def _reading(row: dict[str, object]) -> RoomReading:
    wh = row.pop("wh")
    given = {name: value for name, value in row.items() if value is not None}
    reading = RoomReading.model_validate({"price_fen": PRICE_FEN, **given})
    if wh is not None:
        yesterday = (reading.read_at - timedelta(days=1)).date()
        reading.days.append(DayFigure.model_validate({"date": yesterday, "wh": wh}))
    return reading
