"""Bringing the campus to what a list of places says, and counting what that changes."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Person
from app.campus.places.beds import put_up
from app.campus.places.draft import Draft, Listed
from app.campus.places.models import Area, Building, Room
from app.kit import clock, sheets
from app.kit.errors import Invalid

_OWN = ("campus", "kind", "latitude", "longitude")


@dataclass
class Counts:
    """What an import would do, or has done. `untouched`: buildings that it does not name."""

    new_buildings: int = 0
    changed_buildings: int = 0
    new_rooms: int = 0
    changed_rooms: int = 0
    gone_rooms: int = 0
    new_areas: int = 0
    changed_areas: int = 0
    untouched: int = 0

    def __str__(self) -> str:
        """「新增 1 栋楼、24 个房间；改动 3 个房间；2 个房间不在表里了，停用」."""
        new = [(self.new_buildings, "栋楼"), (self.new_rooms, "个房间"), (self.new_areas, "个片区")]
        changed = [
            (self.changed_buildings, "栋楼"),
            (self.changed_rooms, "个房间"),
            (self.changed_areas, "个片区的负责人"),
        ]
        said = [
            f"{verb} " + "、".join(f"{count} {what}" for count, what in counts if count)
            for verb, counts in (("新增", new), ("改动", changed))
            if any(count for count, _ in counts)
        ]
        if self.gone_rooms:
            said.append(f"{self.gone_rooms} 个房间不在表里了，停用")
        if self.untouched:
            said.append(f"另外 {self.untouched} 栋楼表里没有，没动")
        return "；".join(said) or "和现在的一样，什么都没变"


async def take(db: AsyncSession, draft: Draft, *, dry: bool) -> Counts:
    """Do (or, `dry`, only count) what `draft` asks for. Raises Invalid for unknown people."""
    if not dry:
        # Of two imports at once, the second begins when the first is done.
        await db.execute(text("LOCK TABLE campus_buildings IN SHARE ROW EXCLUSIVE MODE"))
    counts = Counts()
    people = await _people(db, draft)
    areas = {area.name: area for area in await db.scalars(select(Area))}
    counts.new_areas = len(draft.areas.keys() - areas.keys())
    counts.changed_areas = sum(
        number is not None and name in areas and areas[name].person_id != people[number]
        for name, number in draft.areas.items()
    )
    if not dry:
        await _areas(db, draft, areas, people)
    known = {building.name: building for building in await db.scalars(select(Building))}
    counts.untouched = len(known.keys() - draft.buildings.keys())
    ids = {name: area.id for name, area in areas.items()}
    rooms = await _rooms(db, [known[name].id for name in draft.buildings if name in known])
    for name, listed in draft.buildings.items():
        building = known.get(name)
        values = _values(listed, ids)
        if building is None:
            counts.new_buildings += 1
        elif any(_other(getattr(building, key), value) for key, value in values.items()):
            counts.changed_buildings += 1
        if not dry:
            building = await _building(db, name, building, values)
        here = rooms.get(building.id, {}) if building else {}
        await _put_rooms(db, building, listed, here, counts, dry=dry)
    if not dry:
        await put_up(db)
    return counts


def _other(old: Any, new: Any) -> bool:
    """Whether they differ; a coordinate by more than 10 cm: a spreadsheet rounds digits off."""
    if isinstance(old, float) and isinstance(new, float):
        return abs(old - new) > 1e-6
    return bool(old != new)


async def _people(db: AsyncSession, draft: Draft) -> dict[str, int]:
    """Ids of the people that the file names. Raises Invalid for numbers nobody has."""
    numbers = {number for number in draft.areas.values() if number}
    query = select(Person.number, Person.id).where(
        Person.number.in_(numbers), Person.gone_at.is_(None)
    )
    found = {str(number): id for number, id in await db.execute(query)}
    if missing := sorted(numbers - found.keys()):
        raise Invalid(f"名册里没有这些工号，先导名册：{'、'.join(missing[: sheets.MOST_ERRORS])}")
    return found


async def _areas(
    db: AsyncSession, draft: Draft, areas: dict[str, Area], people: dict[str, int]
) -> None:
    for name, number in draft.areas.items():
        if name not in areas:
            areas[name] = Area(name=name)
            db.add(areas[name])
        if number:
            areas[name].person_id = people[number]
    await db.flush()


def _values(listed: Listed, areas: dict[str, int]) -> dict[str, Any]:
    """The building's columns that the file speaks of; an area still to be made is None."""
    values = {name: listed.said[name] for name in _OWN if name in listed.said}
    if "area" in listed.said:
        values["area_id"] = areas.get(listed.said["area"], 0)  # 0: differs from whatever is
    return values


async def _building(
    db: AsyncSession, name: str, building: Building | None, values: dict[str, Any]
) -> Building:
    if building is None:
        building = Building(name=name, **values)
        db.add(building)
        await db.flush()
    for key, value in values.items():
        setattr(building, key, value)
    return building


async def _rooms(db: AsyncSession, buildings: list[int]) -> dict[int, dict[str, Room]]:
    """Rooms of `buildings` by building and number, those that are gone with them."""
    found: dict[int, dict[str, Room]] = {}
    for room in await db.scalars(select(Room).where(Room.building_id.in_(buildings))):
        found.setdefault(room.building_id, {})[room.number] = room
    return found


async def _put_rooms(
    db: AsyncSession, building: Building | None, listed: Listed, here: dict[str, Room],
    counts: Counts, *, dry: bool,
) -> None:  # fmt: skip
    new = [number for number in listed.rooms if number not in here]
    counts.new_rooms += len(new)
    gone = _left_out(listed, here)
    counts.gone_rooms += len(gone)
    for number, room in here.items():
        if number not in listed.rooms:
            continue
        floor, beds = listed.rooms[number]
        beds = room.beds if beds is None else beds
        if (room.floor, room.beds, room.gone_at) != (floor, beds, None):
            counts.changed_rooms += 1
            if not dry:
                room.floor, room.beds, room.gone_at = floor, beds, None
    if dry or building is None:
        return
    if new:
        await db.execute(insert(Room), [_row(building, n, *listed.rooms[n]) for n in new])
    for room in gone:
        room.gone_at = clock.now()


def _left_out(listed: Listed, here: dict[str, Room]) -> list[Room]:
    """Rooms that the file does not list; none where it lists no room of the building at all."""
    if not listed.rooms:
        return []
    return [r for number, r in here.items() if number not in listed.rooms and r.gone_at is None]


def _row(building: Building, number: str, floor: int, beds: int | None) -> dict[str, Any]:
    return {"building_id": building.id, "number": number, "floor": floor, "beds": beds or 0}
