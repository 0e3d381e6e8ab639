"""The list of places as a spreadsheet: seen first, then taken in, and given out again.

A building that the file names is brought to what the file says; an empty cell changes nothing.
Its rooms that the file leaves out are marked gone, never deleted, for others may refer to them;
a building without any room in the file keeps those it has, and other buildings stay untouched.
"""

import asyncio
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Person
from app.campus.places.draft import COLUMNS, KINDS, read
from app.campus.places.models import Area, Building, BuildingKind, Room
from app.campus.places.taking import Counts, take
from app.campus.places.tree import campus, order
from app.kit import sheets


async def preview(db: AsyncSession, data: bytes, filename: str) -> Counts:
    """What `load` would do, doing nothing. Raises Invalid as `load` does."""
    return await take(db, await asyncio.to_thread(read, data, filename), dry=True)


async def load(db: AsyncSession, data: bytes, filename: str) -> str:
    """Take the file in and say what was done. Raises Invalid; then nothing was changed."""
    counts = await take(db, await asyncio.to_thread(read, data, filename), dry=False)
    await campus.changed(db)
    return f"楼和房间导好了：{counts}"


async def dump(db: AsyncSession) -> bytes:
    """All buildings and rooms as an xlsx that `load` reads back and finds nothing to change."""
    rooms: dict[int, list[Room]] = {}
    for room in await db.scalars(select(Room).where(Room.gone_at.is_(None))):
        rooms.setdefault(room.building_id, []).append(room)
    query = (
        select(Building, Area.name, Person.number)
        .outerjoin(Area, Building.area_id == Area.id)
        .outerjoin(Person, (Area.person_id == Person.id) & Person.gone_at.is_(None))
    )
    found = [(b, area, person) for b, area, person in await db.execute(query)]
    rows: list[dict[str, Any]] = []
    for building, area, person in sorted(found, key=lambda item: order(item[0].name)):
        first = {
            "campus": building.campus, "building": building.name,
            "kind": KINDS[BuildingKind(building.kind)][0], "area": area, "person": person,
            "latitude": building.latitude, "longitude": building.longitude,
        }  # fmt: skip
        here = sorted(rooms.get(building.id, []), key=lambda r: (r.floor, order(r.number)))
        rows += [{**first, "floor": r.floor, "number": r.number, "beds": r.beds} for r in here] or [
            first
        ]
    return sheets.write(COLUMNS, rows)


def template() -> bytes:
    """An empty list with one building filled in, to show how."""
    example = {
        "campus": "南校区", "building": "3号楼", "kind": "宿舍", "floor": 5, "number": "501",
        "beds": 4, "latitude": 35.19, "longitude": 113.27,
    }  # fmt: skip
    return sheets.write(COLUMNS, [example])
