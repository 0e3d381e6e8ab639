"""Rooms and buildings by the code on their door, and the codes to print."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.campus.audit import record
from app.campus.people.me import Me
from app.campus.permission import Where
from app.campus.places.codes import LENGTH, MOST_ROTATIONS, Named, read, write
from app.campus.places.models import Building, CodeKey, Room
from app.campus.places.tree import order
from app.kit import clock
from app.kit.cache import Cached
from app.kit.db import Database
from app.kit.errors import Conflict, NotFound
from app.kit.limits import attempt

FORGED = "这张码不是我们贴的，换门上那张扫一下"
ROTATED = "这张码换过了，扫门上新贴的那张"
GONE = "这个地方已经不用了，扫旁边门上的码"
TOO_MANY = "扫错太多次了，一小时后再扫；急事打抢修电话"
MOST_WRONG, WITHIN = 20, timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A room or a building: `name` as people say it, `code` as it stands on the door now.

    `short` is what is written large on the sheet: 「501」, 「大厅」 or the building's name.
    """

    name: str
    short: str
    building: str
    code: str
    where: Where
    room_id: int | None = None


async def _load_key(db: AsyncSession) -> bytes:
    kept = (await db.scalars(select(CodeKey.key))).one_or_none()
    if kept is not None:
        return kept
    made = insert(CodeKey).values(id=1, key=secrets.token_bytes(32))
    await db.execute(made.on_conflict_do_nothing())
    return (await db.scalars(select(CodeKey.key))).one()


# The key of all codes; made at the first call, by whoever is first.
code_key = Cached("code_key", _load_key)


async def find_place(db: AsyncSession, key: bytes, code: str, whose: str) -> Place:
    """The place whose door has `code`. `whose` tries: an address or a follower's name.

    Raises NotFound for a forged or rotated code and for a room that is gone; TooMany when
    `whose` forged ones were more than 20 in an hour. A forged one leaves `db` untouched.
    """
    named = read(key, code) if len(code) == LENGTH else None
    if named is None:
        await _count(db.info["database"], whose)
        raise NotFound(FORGED)
    return await (_room(db, key, named) if named.room else _building(db, key, named))


async def _count(database: Database, whose: str) -> None:
    await attempt(
        database, f"place:{whose}", clock.now(), most=MOST_WRONG, within=WITHIN, sentence=TOO_MANY
    )


async def _room(db: AsyncSession, key: bytes, named: Named) -> Place:
    room = await db.get(Room, named.id, options=[joinedload(Room.building)])
    if room is None or room.gone_at:
        raise NotFound(GONE)
    return _good(place_of_room(key, room), named, room.rotation)


async def _building(db: AsyncSession, key: bytes, named: Named) -> Place:
    building = await db.get(Building, named.id)
    if building is None:
        raise NotFound(GONE)
    return _good(place_of_building(key, building), named, building.rotation)


def _good(place: Place, named: Named, rotation: int) -> Place:
    if named.rotation != rotation:
        raise NotFound(ROTATED)
    return place


def place_of_room(key: bytes, room: Room) -> Place:
    """`room` (its building loaded) with its code."""
    code = write(key, Named(room.id, True, room.rotation))
    where = Where(area_id=room.building.area_id, building_id=room.building_id)
    return Place(room.name, room.number, room.building.name, code, where, room.id)


def place_of_building(key: bytes, building: Building) -> Place:
    """`building` with its code."""
    code = write(key, Named(building.id, False, building.rotation))
    where = Where(area_id=building.area_id, building_id=building.id)
    return Place(building.name, building.name, building.name, code, where)


async def places_of(
    db: AsyncSession, building: Building, first: int | None = None, last: int | None = None
) -> Sequence[Place]:
    """The building (unless floors are chosen) and its rooms of floors `first` to `last`."""
    key = await code_key.within(db)
    query = select(Room).where(Room.building_id == building.id, Room.gone_at.is_(None))
    if first is not None:
        query = query.where(Room.floor >= first)
    if last is not None:
        query = query.where(Room.floor <= last)
    rooms = await db.scalars(query.options(joinedload(Room.building)))
    doors = sorted(rooms, key=lambda room: (room.floor, order(room.number)))
    whole = [] if first is not None or last is not None else [place_of_building(key, building)]
    return [*whole, *(place_of_room(key, room) for room in doors)]


async def rotate(db: AsyncSession, me: Me | None, thing: Room | Building) -> None:
    """Make every printed code of `thing` worthless: a new one has to be hung up.

    Raises Conflict after 65,535 rotations.
    """
    if thing.rotation >= MOST_ROTATIONS:
        raise Conflict("这里的码换过太多次，没法再换了")
    kind = "room" if isinstance(thing, Room) else "building"
    before = {"rotation": thing.rotation}
    thing.rotation += 1
    record(
        db, me, "places.rotate", f"{kind}:{thing.id}",
        before=before, after={"rotation": thing.rotation},
    )  # fmt: skip
    await db.flush()
