"""Where an object is, for whoever asks whether a right reaches it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.permission.rules import Where
from app.campus.places.models import Building, Room
from app.kit.errors import NotFound


def where_of(place: Room | Building, unit: str | None = None) -> Where:
    """`place` (a room with its building loaded) for `may`, with the `unit` that has to do with it.

    So a right to a building reaches its rooms, and a right to an area reaches its buildings
    and their rooms.
    """
    building = place.building if isinstance(place, Room) else place
    return Where(building.area_id, building.id, unit)


async def where_of_room(db: AsyncSession, room_id: int, unit: str | None = None) -> Where:
    """`where_of` by the room's number in the table. Raises NotFound."""
    query = select(Building).join(Room, Room.building_id == Building.id).where(Room.id == room_id)
    if (building := await db.scalar(query)) is None:
        raise NotFound("没有这个房间，可能改了房号")
    return where_of(building, unit)
