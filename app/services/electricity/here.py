"""What a door's code offers: the electricity of the room behind it, to whom it concerns."""

from sqlalchemy import Integer, bindparam, exists, select

from app.campus.people.me import Me
from app.campus.places.doors import Place
from app.kit.db import Database
from app.kit.service import Row
from app.services.electricity.access import SEE
from app.services.electricity.models import Meter
from app.services.electricity.words import page_of

_METERED = select(exists().where(Meter.room_id == bindparam("room_id", type_=Integer)))


async def here(place: Place, me: Me | None, database: Database) -> list[Row]:
    """One's own room, or one that `me` may see. Nobody else learns whether there are meters."""
    if me is None or place.room_id is None:
        return []
    if not me.may(SEE, place.where, owner=me.room_id == place.room_id):
        return []
    found = await database.row(_METERED, room_id=place.room_id)
    if not found or not found[0]:
        return []
    return [Row("bolt", "看这间的电费", page_of(place.name), "余额、每天用量和充值记录")]
