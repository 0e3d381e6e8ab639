"""What a code at a bathhouse offers: how full it is."""

from app.campus.calendar import calendar
from app.campus.people.me import Me
from app.campus.places.doors import Place
from app.kit import clock
from app.kit.db import Database
from app.kit.service import Row
from app.services.bath.houses import baths
from app.services.bath.words import page, say_side


async def here(place: Place, me: Me | None, database: Database) -> list[Row]:
    """「看南苑浴室挤不挤 / 男 37 个空位，女 满了」, at its door and at those inside."""
    days, now = await calendar.get(database), clock.now()
    return [
        Row(
            "shower",
            f"看{house.name}挤不挤",
            page(house, None),
            "，".join(f"{side.sex} {say_side(side, now, days)}" for side in house.sides),
        )
        for house in await baths.get(database)
        if house.building_id == place.where.building_id
    ]
