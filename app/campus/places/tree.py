"""All buildings with their floors and rooms in memory: what pickers and imports ask."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places.models import Building, Room
from app.kit.cache import Cached

_DIGITS = re.compile(r"(\d+)")


def order(name: str) -> list[tuple[int, str]]:
    """A key that sorts 「3号楼」 before 「10号楼」, and 大厅 after the rooms.

    >>> sorted(["10号楼", "3号楼"], key=order)
    ['3号楼', '10号楼']
    """
    parts = [part for part in _DIGITS.split(name) if part]
    return [(int(part), "") if part.isdecimal() else (10**9, part) for part in parts]


@dataclass(frozen=True, slots=True)
class Door:
    """A room: `number` as on the door, `name` with its building (「3号楼 501」)."""

    id: int
    number: str
    name: str
    floor: int
    beds: int


@dataclass(frozen=True, slots=True)
class House:
    """A building. `floors`: the doors of each floor, both in the order people expect."""

    id: int
    name: str
    campus: str
    kind: str
    area_id: int | None
    floors: dict[int, tuple[Door, ...]]

    @property
    def doors(self) -> tuple[Door, ...]:
        return tuple(door for doors in self.floors.values() for door in doors)


@dataclass(frozen=True)
class Campus:
    """Every building and room that there is now. `houses` in the order people expect."""

    houses: tuple[House, ...]
    _rooms: dict[int, tuple[House, Door]] = field(default_factory=dict)
    _names: dict[tuple[str, str], Door] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for house in self.houses:
            for door in house.doors:
                self._rooms[door.id] = (house, door)
                self._names[house.name, door.number] = door

    @property
    def campuses(self) -> dict[str, list[House]]:
        """「南校区」 → its buildings."""
        found: dict[str, list[House]] = {}
        for house in self.houses:
            found.setdefault(house.campus, []).append(house)
        return found

    def house(self, id: int) -> House | None:
        return next((house for house in self.houses if house.id == id), None)

    def named(self, building: str) -> House | None:
        return next((house for house in self.houses if house.name == building), None)

    def room(self, id: int) -> Door | None:
        return self._rooms[id][1] if id in self._rooms else None

    def house_of(self, room_id: int) -> House | None:
        return self._rooms[room_id][0] if room_id in self._rooms else None

    def find(self, building: str, number: str) -> Door | None:
        """The room 「3号楼」, 「501」 as `parse_room` reads them; None if there is none."""
        return self._names.get((building, number))


def doors_of(house: House | None) -> list[tuple[str, str]]:
    """The doors of a building for a picker: value and words, both as on the door."""
    return [(door.number, door.number) for door in house.doors] if house else []


async def load(db: AsyncSession) -> Campus:
    """The campus as it is in the database."""
    columns = (Room.id, Room.building_id, Room.number, Room.floor, Room.beds)
    present = await db.execute(select(*columns).where(Room.gone_at.is_(None)))
    rooms: dict[int, list[tuple[int, str, int, int]]] = {}
    for id, building_id, number, floor, beds in present:
        rooms.setdefault(building_id, []).append((id, number, floor, beds))
    buildings = await db.scalars(select(Building))
    houses = [_house(building, rooms.get(building.id, [])) for building in buildings]
    return Campus(tuple(sorted(houses, key=lambda house: (house.campus, order(house.name)))))


def _house(building: Building, rooms: Sequence[tuple[int, str, int, int]]) -> House:
    floors: dict[int, list[Door]] = {}
    for id, number, floor, beds in sorted(rooms, key=lambda room: (room[2], order(room[1]))):
        door = Door(id, number, f"{building.name} {number}", floor, beds)
        floors.setdefault(floor, []).append(door)
    return House(
        building.id, building.name, building.campus, building.kind, building.area_id,
        {floor: tuple(doors) for floor, doors in floors.items()},
    )  # fmt: skip


campus = Cached("campus", load)
