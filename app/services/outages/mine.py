"""What 「我的」 says of the cut at home."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, select

from app.campus.places import Room, campus
from app.kit.db import Database
from app.kit.service import Mine, Row
from app.services.outages.board import board, home, open_cuts
from app.services.outages.rules import ICONS, OFF, headline


async def rows(database: Database, value: Any, now: datetime) -> list[Row]:
    """A row for each cut that reaches their room, now or soon."""
    place = home(await campus.get(database), value)
    if place is None:
        return []
    cuts = open_cuts(await board.get(database), now)
    return [
        Row(ICONS[cut.kind], f"你那儿{OFF[cut.kind]}", f"/h5/outages/{cut.id}", headline(cut, now))
        for cut in cuts
        if cut.reaches(place)
    ]


_ROOM = select(Room.id).where(Room.id == bindparam("room_id", type_=Integer)).scalar_subquery()
mine = Mine(_ROOM, rows)
