"""Campus → building → room, and finding one by what people write."""

from app.campus.places.models import Area, Building, BuildingKind, Room
from app.campus.places.rooms import find_room, parse_room

__all__ = ["Area", "Building", "BuildingKind", "Room", "find_room", "parse_room"]
