"""What stands still while a round runs: its beds, where they are, whose pool, and its rules."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.cache import Cached
from app.services.rooms.models import Round

_BEDS = text("""
SELECT rb.bed_id, b.label, rb.pool_id, r.id AS room_id, r.number, r.floor, h.id AS building_id,
    h.name AS building, coalesce(f.fen, 0) AS fen, coalesce(f.faces, '') AS faces,
    coalesce(f.extras, '{}') AS extras
FROM rooms_beds rb JOIN campus_beds b ON b.id = rb.bed_id JOIN campus_rooms r ON r.id = rb.room_id
JOIN campus_buildings h ON h.id = r.building_id LEFT JOIN rooms_facts f ON f.room_id = r.id
WHERE rb.round_id = :round ORDER BY rb.bed_id
""")


@dataclass(frozen=True, slots=True)
class RoomAt:
    """A room with beds of the round. `beds` are positions in the plan's list of beds."""

    id: int
    number: str
    floor: int
    building_id: int
    building: str
    fen: int
    faces: str
    extras: tuple[str, ...]
    beds: list[int]


@dataclass(frozen=True, slots=True)
class BedAt:
    """A bed, and its place in order through the building: near in the list is near to walk."""

    id: int
    label: str
    pool_id: int
    room: RoomAt


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round as freshmen see it; `phase` of `rules` says whether it is open."""

    id: int
    title: str
    kind: str
    stage: str
    opens_at: datetime
    closes_at: datetime
    hold: int
    changes: int
    together: str
    version: int
    words: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`beds` by number of the bed, as the states come; `walk`: by pool, positions door to door."""

    round: RoundView
    beds: list[BedAt]
    index: dict[int, int]
    rooms: dict[int, RoomAt]
    walk: dict[int, list[int]]
    check: int


@lru_cache(256)
def plan_of(round_id: int) -> Cached[Plan | None]:
    """The plan in memory. Whoever changes a round, its pools, beds or rooms says `.changed(db)`."""

    async def load(db: AsyncSession) -> Plan | None:
        found = await db.get(Round, round_id, populate_existing=True)
        return None if found is None else await _load(db, found)

    return Cached(f"rooms:plan:{round_id}", load)


def seen(found: Round) -> RoundView:
    """A round's row as what is shown of it."""
    return RoundView(found.id, found.title, found.kind, found.stage, found.opens_at,
                     found.closes_at, found.hold, found.changes, found.together, found.version,
                     found.words)  # fmt: skip


async def _load(db: AsyncSession, found: Round) -> Plan:
    rooms: dict[int, RoomAt] = {}
    beds: list[BedAt] = []
    for row in await db.execute(_BEDS, {"round": found.id}):
        room = rooms.get(row.room_id)
        if room is None:
            room = rooms[row.room_id] = RoomAt(
                row.room_id, row.number, row.floor, row.building_id, row.building, row.fen,
                row.faces, tuple(row.extras), [],
            )  # fmt: skip
        room.beds.append(len(beds))
        beds.append(BedAt(row.bed_id, row.label, row.pool_id, room))
    walk: dict[int, list[int]] = {}
    steps = sorted(range(len(beds)), key=lambda n: _step(beds[n]))
    for position in steps:
        walk.setdefault(beds[position].pool_id, []).append(position)
    index = {bed.id: n for n, bed in enumerate(beds)}
    return Plan(seen(found), beds, index, rooms, walk, sum(index))


def _step(bed: BedAt) -> tuple[int, int, str, str, int]:
    room = bed.room
    return room.building_id, room.floor, room.number.zfill(8), bed.label, bed.id
