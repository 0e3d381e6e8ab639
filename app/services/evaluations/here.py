"""What a door's code offers: to rate what is behind it."""

from app.campus.people.me import Me
from app.campus.places.doors import Place
from app.kit import clock
from app.kit.db import Database
from app.kit.service import Row
from app.services.evaluations.board import board, open_now

MOST = 3


async def here(place: Place, me: Me | None, database: Database) -> list[Row]:
    """A row for each subject of this room, or of its building."""
    entries = open_now(await board.get(database), clock.now())
    rooms = [e for e in entries if place.room_id is not None and e.room_id == place.room_id]
    houses = [
        entry
        for entry in entries
        if entry.room_id is None
        and entry.building_id is not None
        and entry.building_id == place.where.building_id
    ]
    return [
        Row("star", f"评价{entry.name}", entry.page, "点星、选几个词，半分钟")
        for entry in (*rooms, *houses)[:MOST]
    ]
