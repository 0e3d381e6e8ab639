"""Finding a room by what people write."""

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from app.campus.places.models import Building, Room
from app.campus.places.rules import is_room
from app.campus.places.tree import order
from app.kit.errors import NotFound
from app.kit.words import normalise

_DIGITS = dict(zip("一二三四五六七八九", range(1, 10), strict=True))
_WRITTEN = re.compile(
    r"(?:南校区|北校区)?\s*"
    r"(?P<building>\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:号楼|栋|幢|号|楼|#|-|\s)\s*"
    r"(?P<room>\d{3,4}[a-z]?)\s*(?:室|房间|寝室|宿舍)?"
)


def parse_room(text: str) -> tuple[str, str] | None:
    """Building and number out of 「3号楼 501」, 「三号楼501室」, 「3-501」, 「3#501」; else None.

    >>> parse_room("三号楼501室")
    ('3号楼', '501')
    """
    if (found := _WRITTEN.fullmatch(normalise(text))) is None:
        return None
    number = chinese_number(found["building"])
    return (f"{number}号楼", found["room"].upper()) if number else None


def chinese_number(text: str) -> int:
    """1 to 99 out of digits or 一 to 九十九; 0 for anything else."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if ten:
        tens_value = _DIGITS.get(tens, 0) if tens else 1
        return tens_value * 10 + (_DIGITS.get(ones, 0) if ones else 0) if tens_value else 0
    return _DIGITS.get(ones, 0)


async def find_room(db: AsyncSession, building: str, number: str) -> Room:
    """The room with its building loaded.

    Raises NotFound that names what there is instead.
    """
    query = (
        select(Room)
        .join(Room.building)
        .options(contains_eager(Room.building))
        .where(Building.name == building, Room.number == number, Room.gone_at.is_(None))
    )
    if room := await db.scalar(query):
        return room
    rooms = select(Room.number).join(Room.building).where(Building.name == building)
    present = await db.scalars(rooms.where(Room.gone_at.is_(None)))
    numbers = sorted(filter(is_room, present), key=order)
    if not numbers:
        raise NotFound(f"没有「{building}」这栋楼，写成「3号楼 501」这样再试")
    raise NotFound(f"{building}没有 {number}，这栋楼的房间从 {numbers[0]} 到 {numbers[-1]}")
