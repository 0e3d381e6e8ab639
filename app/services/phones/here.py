"""What a door's code offers: the number of who keeps the building."""

from app.campus.people.me import Me
from app.campus.places.doors import Place
from app.kit.db import Database
from app.kit.service import Row
from app.services.phones.book import book
from app.services.phones.rules import say_number

MOST = 2


async def here(place: Place, me: Me | None, database: Database) -> list[Row]:
    """「打3号楼值班室」: lines whose post, or whose office, is called after the building."""
    known = await book.get(database)
    lines = [
        line
        for line in known.lines
        if line.post.startswith(place.building) or line.office.name.startswith(place.building)
    ]
    return [
        Row("phone", f"打{line.title}", f"tel:{line.number}", say_number(line.number))
        for line in lines[:MOST]
    ]
