"""Who 「我的」 belongs to: what stands above everything, found by one subquery."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import DateTime, Integer, bindparam, func, select

from app.campus.people.binding import PATIENCE
from app.campus.people.models import Move, Person
from app.campus.places import Building, Room
from app.kit import clock

_ROOM = (
    select(Building.name + " " + Room.number)
    .join(Room, Room.building_id == Building.id)
    .where(Room.id == bindparam("room_id", type_=Integer))
    .scalar_subquery()
)
_MOVE = (
    select(func.json_build_array(Move.id, Move.at))
    .where(
        Move.person_id == Person.id,
        Move.at > bindparam("now", type_=DateTime(timezone=True)) - PATIENCE,
    )
    .correlate(Person)
    .scalar_subquery()
)
# [sex, phone, room or None, [id of a move, when it was asked for] or None]
HEAD = (
    select(func.json_build_array(Person.sex, Person.phone, _ROOM, _MOVE))
    .where(Person.id == bindparam("person_id", type_=Integer))
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Head:
    """`room`: 「3号楼 501」 or None. `move`: the id of a move that waits for consent, or None;
    it expires at `until` (Shanghai)."""

    sex: str
    phone: str
    room: str | None
    move: int | None
    until: datetime | None

    @classmethod
    def read(cls, found: list[Any]) -> Self:
        """What `HEAD` found."""
        sex, phone, room, move = found
        if move is None:
            return cls(sex, phone, room, None, None)
        until = datetime.fromisoformat(move[1]) + PATIENCE
        return cls(sex, phone, room, move[0], until.astimezone(clock.SHANGHAI))
