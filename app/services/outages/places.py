"""Places as operators write them, and as everybody reads them. Pure, on the campus in memory."""

import re
from collections.abc import Iterable

from app.campus.places import Campus, House
from app.campus.places.tree import order
from app.kit.words import normalise
from app.services.outages.rules import Place

_PARTS = re.compile(r"[\n,，、;；]+")
_FLOOR = re.compile(r"(?P<house>.+?)\s*(?P<floor>\d{1,2})\s*(?:层|楼)")
_DOORS = re.compile(r"(?P<house>.+?)\s+(?P<first>\S+?)(?:\s*[-~–到至]\s*(?P<last>\S+))?")
MOST = 200


def read_places(text: str, campus: Campus) -> tuple[set[Place], list[str]]:
    """Single floors and rooms out of 「3号楼 5层、3号楼 501-512」; and the parts nobody knows."""
    found: set[Place] = set()
    wrong = []
    for part in (part.strip() for part in _PARTS.split(text)):
        if not part:
            continue
        places = _read(part, campus)
        found |= places
        if not places:
            wrong.append(part)
    return found, wrong


def _read(part: str, campus: Campus) -> set[Place]:
    part = normalise(part)
    if house := _named(part, campus):
        return {Place(house.id)}
    if (found := _FLOOR.fullmatch(part)) and (house := _named(found["house"], campus)):
        floor = int(found["floor"])
        return {Place(house.id, floor)} if floor in house.floors else set()
    if (found := _DOORS.fullmatch(part)) and (house := _named(found["house"], campus)):
        return _doors(house, found["first"], found["last"] or found["first"])
    return set()


def _named(name: str, campus: Campus) -> House | None:
    return next((house for house in campus.houses if normalise(house.name) == name.strip()), None)


def _doors(house: House, first: str, last: str) -> set[Place]:
    """The rooms from `first` to `last`, both of which have to be there."""
    numbers = [normalise(door.number) for door in house.doors]
    if first not in numbers or last not in numbers or order(first) > order(last):
        return set()
    return {
        Place(house.id, door.floor, door.id)
        for door in house.doors
        if order(first) <= order(normalise(door.number)) <= order(last)
    }


def tidy(places: Iterable[Place]) -> tuple[Place, ...]:
    """Without what lies in another of them: a floor of a building that is there as a whole."""
    all_of = set(places)
    kept = [
        place
        for place in all_of
        if not (place.floor is not None and Place(place.building_id) in all_of)
        and not (place.room_id is not None and Place(place.building_id, place.floor) in all_of)
    ]
    return tuple(sorted(kept, key=lambda p: (p.building_id, p.floor or 0, p.room_id or 0)))


def say_places(places: Iterable[Place], campus: Campus) -> str:
    """「3号楼、4号楼 5层、5号楼 501、502」, in the order of the campus."""
    mine: dict[int, list[Place]] = {}
    for place in places:
        mine.setdefault(place.building_id, []).append(place)
    said = [_said(house, mine[house.id]) for house in campus.houses if house.id in mine]
    return "、".join(said) or "已经没有的地方"


def _said(house: House, places: list[Place]) -> str:
    if any(place.floor is None for place in places):
        return house.name
    floors = sorted(place.floor for place in places if place.room_id is None and place.floor)
    doors = {door.id: door.number for door in house.doors}
    rooms = sorted((doors[p.room_id] for p in places if p.room_id in doors), key=order)
    parts = [f"{floor}层" for floor in floors] + rooms
    return f"{house.name} {'、'.join(parts)}" if parts else house.name


def as_text(places: Iterable[Place], campus: Campus) -> str:
    """What `read_places` reads back, one place on a line; whole buildings are not in it."""
    lines = []
    for place in places:
        house = campus.house(place.building_id)
        if house is None or place.floor is None:
            continue
        door = campus.room(place.room_id) if place.room_id is not None else None
        lines.append(door.name if door else f"{house.name} {place.floor}层")
    return "\n".join(lines)


def rooms_of(places: Iterable[Place], campus: Campus) -> list[int]:
    """The ids of the rooms that lie in floors and rooms; whole buildings are not in it."""
    return sorted({
        door.id
        for place in places
        if place.floor is not None and (house := campus.house(place.building_id))
        for door in house.doors
        if place.holds(house.id, door.floor, door.id)
    })  # fmt: skip
