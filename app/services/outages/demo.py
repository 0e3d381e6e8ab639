"""A planned cut, one that is on, and some that are past; on a campus that has its buildings."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places import campus
from app.kit import clock
from app.services.outages.board import board
from app.services.outages.models import Outage, Part
from app.services.outages.places import read_places
from app.services.outages.rules import Kind

DESK = "8880 0110"


async def fill(db: AsyncSession) -> None:
    """Times are laid around the day it runs."""
    houses = await campus.within(db)
    now = clock.now()
    for kind, where, starts, ends, reason, more in _cuts(now):
        places, _ = read_places(where, houses)
        if not places:
            continue
        row = Outage(
            kind=kind, starts_at=starts, ends_at=ends, reason=reason, contact=DESK,
            announced_at=min(now, starts) - timedelta(hours=20), **more,
        )  # fmt: skip
        db.add(row)
        await db.flush()
        db.add_all(
            Part(outage_id=row.id, building_id=p.building_id, floor=p.floor, room_id=p.room_id)
            for p in sorted(places, key=lambda p: (p.building_id, p.floor or 0, p.room_id or 0))
        )
    await board.changed(db)


def _cuts(now: datetime) -> list[tuple[Kind, str, datetime, datetime, str, dict[str, Any]]]:
    def at(days: int, hour: int, minute: int = 0) -> datetime:
        day = now + timedelta(days=days)
        return day.replace(hour=hour, minute=minute, second=0, microsecond=0)

    hour = now.replace(minute=0, second=0, microsecond=0)
    return [
        (Kind.HOT_WATER, "7号楼、8号楼", hour - timedelta(hours=1), hour + timedelta(hours=4),
         "换热站的循环泵坏了，配件在路上", {}),
        (Kind.WATER, "3号楼、4号楼、5号楼", at(1, 8), at(1, 17, 30), "更换楼前的主管道", {}),
        (Kind.POWER, "12号楼 3层、12号楼 4层", at(3, 13, 30), at(3, 16), "配电箱检修", {}),
        (Kind.POWER, "一教", at(-4, 6), at(-4, 8), "变压器年检", {"over_at": at(-4, 7, 40)}),
        (Kind.WATER, "19号楼、20号楼", at(-9, 9), at(-9, 18), "水箱清洗",
         {"over_at": at(-9, 16, 20)}),
    ]  # fmt: skip
