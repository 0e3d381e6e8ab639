"""Files that operators hand in: a spreadsheet, or a GTFS zip."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.bus import gtfs, sheet
from app.services.bus.feed import store

SAID = 5


async def load(db: AsyncSession, data: bytes, filename: str) -> str:
    """Take the file into the tables, whole or not at all; one sentence of what was done.

    Raises Invalid that says what to mend.
    """
    if filename.lower().endswith(".zip"):
        feed = await asyncio.to_thread(gtfs.read, data)
    else:
        feed = await asyncio.to_thread(sheet.read, data, filename)
    fresh = await store(db, feed)
    if not feed.lines:
        return f"{len(feed.stops)} 个站点的位置换好了"
    said = f"{len(feed.lines)} 条线路、{feed.runs} 班车换好了"
    missing = [name for name in fresh if feed.stops[name].latitude is None]
    if missing:
        more = "等" if len(missing) > SAID else ""
        said += f"；新站点{'、'.join(missing[:SAID])}{more}还没有坐标"
    return said
