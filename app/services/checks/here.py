"""What a door's code offers: to who checks the room its form, to who lives there its result."""

from datetime import datetime

from sqlalchemy import select

from app.campus.people.me import Me
from app.campus.places.doors import Place as Door
from app.kit import clock
from app.kit.db import Database
from app.kit.service import Row
from app.services.checks.links import HOME
from app.services.checks.models import List, Look, Place, Visit
from app.services.checks.reach import CHECK, checks_at
from app.services.checks.rules import Seen
from app.services.checks.words import say_score


async def here(place: Door, me: Me | None, database: Database) -> list[Row]:
    """「检查 3号楼 501」, 「卫生检查 95 分」, or nothing."""
    if me is None or me.person_id is None:
        return []
    now = clock.now()
    if me.may_somewhere(CHECK):
        return await _visits(place, me, database, now)
    if place.room_id is None or place.room_id != me.room_id:
        return []
    last = (
        select(Look.score, List.title).join(List, List.id == Look.list_id)
        .where(Look.room_id == place.room_id, List.public).order_by(Look.at.desc()).limit(1)
    )  # fmt: skip
    row = await database.row(last)
    return [Row("check", f"{row[1]} {say_score(row[0])}", f"{HOME}/room")] if row else []


async def _visits(door: Door, me: Me, database: Database, now: datetime) -> list[Row]:
    """The visits under way there: of this room, or of the building as a whole."""
    seen = select(Look.id).where(Look.visit_id == Visit.id, Look.room_id == door.room_id)
    query = (
        select(Visit.id, List.title)
        .join(List, List.id == Visit.list_id).join(Place, Place.id == Visit.place_id)
        .where(
            Place.building_id == door.where.building_id,
            List.by_room.is_(door.room_id is not None), checks_at(me),
            Visit.state.in_([Seen.TODO, Seen.DOING]),
            Visit.first <= now.date(), Visit.last >= now.date(), ~seen.exists(),
        )
        .order_by(Visit.due).limit(3)
    )  # fmt: skip
    room = f"?room={door.room_id}" if door.room_id is not None else ""
    async with database.session() as db:
        found = (await db.execute(query)).all()
    return [Row("check", f"检查{door.name}", f"{HOME}/visits/{id}{room}", title)
            for id, title in found]  # fmt: skip
