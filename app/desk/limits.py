"""What of a list lies within the limits of who sits at the desk.

A view whose rows lie in buildings says where (`DeskView.building`); an operator of an area or a
building then sees and changes what lies there. Other lists they read, and change nothing.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from app.campus.people.me import Me
from app.campus.permission.rules import Action, Right
from app.campus.places import Building, Room

PLACE = ColumnElement[Any]


def within(me: Me, action: Action, building: PLACE) -> ColumnElement[bool]:
    """Whether a row in `building` (an id, or NULL) is one that `me` may do `action` to."""
    if me.may(action):
        return true()
    allowed = [_reaches(right) for right in me.rights if right.role in action.roles]
    return building.in_(select(Building.id).where(or_(*allowed)))


def _reaches(right: Right) -> ColumnElement[bool]:
    """`Right.reaches` for buildings, in SQL."""
    limits: list[ColumnElement[bool]] = [true() if right.unit is None else false()]
    limits += [Building.id == right.building_id] if right.building_id is not None else []
    limits += [Building.area_id == right.area_id] if right.area_id is not None else []
    return and_(*limits)


def building_of(room_id: PLACE) -> PLACE:
    """The building of a room, by the column that names it."""
    return select(Room.building_id).where(Room.id == room_id).scalar_subquery()
