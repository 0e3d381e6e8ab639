"""Campus → building → room, finding one by what people write, and the codes on their doors."""

from app.campus.places.models import Area, Bed, Building, BuildingKind, CodeKey, Room
from app.campus.places.rooms import find_room, parse_room
from app.campus.places.tree import Campus, Door, House, campus, doors_of

__all__ = [
    "Area",
    "Bed",
    "Building",
    "BuildingKind",
    "Campus",
    "CodeKey",
    "Door",
    "House",
    "Room",
    "campus",
    "doors_of",
    "find_room",
    "parse_room",
]
