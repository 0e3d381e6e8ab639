"""What moves: the states of a round's beds, in memory of each process, at most a second old."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.cache import Cached
from app.services.rooms.plan import BedAt, Plan, RoomAt, RoundView

OLDEST = 1.0  # seconds
FREE, HELD, TAKEN, CLOSED = b"fhtx"
# One text of letters in the order of the beds, and one of who has them; both a millisecond to read.
_STATES = text("""
SELECT coalesce(string_agg(CASE state WHEN 'free' THEN 'f' WHEN 'taken' THEN 't'
        WHEN 'frozen' THEN 'x' WHEN 'kept' THEN 'h'
        ELSE CASE WHEN held_until > clock_timestamp() THEN 'h' ELSE 'f' END END, ''
        ORDER BY bed_id), '') AS letters,
    coalesce(string_agg(coalesce(person_id, 0)::text, ',' ORDER BY bed_id), '') AS owners,
    coalesce(sum(bed_id), 0) AS check
FROM rooms_beds WHERE round_id = :round
""")


# What was made of them for phones: as it is, and packed by gzip (empty where it is not worth it).
Shown = tuple[bytes, bytes]


@dataclass(slots=True)
class States:
    """A letter and an owner (0: none) for each bed; `shown` by kind, pool and number."""

    letters: bytearray
    owners: list[int]
    check: int
    shown: dict[tuple[str, int, int], Shown] = field(default_factory=dict)


@lru_cache(256)
def states_of(round_id: int) -> Cached[States]:
    """The states in memory; dropped as soon as a bed that was taken is freed."""

    async def load(db: AsyncSession) -> States:
        row = (await db.execute(_STATES, {"round": round_id})).one()
        owners = [int(owner) for owner in row.owners.split(",") if owner]
        return States(bytearray(row.letters.encode()), owners, int(row.check))

    return Cached(f"rooms:beds:{round_id}", load, max_age=OLDEST)


@dataclass(frozen=True, slots=True)
class BuildingCount:
    id: int
    name: str
    free: int
    beds: int


@dataclass(frozen=True, slots=True)
class RoomCount:
    """`beds`: (bed, label, letter); those of other pools are `x`. `fen` per bed and year."""

    id: int
    number: str
    floor: int
    building_id: int
    building: str
    free: int
    beds: tuple[tuple[int, str, str], ...]
    fen: int
    faces: str
    extras: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FloorCount:
    floor: int
    free: int
    beds: int
    rooms: tuple[RoomCount, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A round's plan with the states of its beds, as those of one pool may see it."""

    plan: Plan
    states: States

    @property
    def round(self) -> RoundView:
        return self.plan.round

    def overview(self, pool_id: int) -> list[BuildingCount]:
        """The buildings where the pool has beds, in order of their number in the tables."""
        counts: dict[int, list[int]] = {}
        names: dict[int, str] = {}
        for position in self.plan.walk.get(pool_id, ()):
            room = self.plan.beds[position].room
            count = counts.setdefault(room.building_id, [0, 0])
            count[0] += self.states.letters[position] == FREE
            count[1] += 1
            names[room.building_id] = room.building
        return [BuildingCount(id, names[id], *count) for id, count in counts.items()]

    def building(self, pool_id: int, building_id: int) -> list[FloorCount]:
        """Its floors from the ground up, each with the rooms where the pool has beds."""
        beds = self.plan.beds
        rooms = dict.fromkeys(
            beds[n].room.id
            for n in self.plan.walk.get(pool_id, ())
            if beds[n].room.building_id == building_id
        )
        floors: dict[int, list[RoomCount]] = {}
        for room_id in rooms:
            room = self.plan.rooms[room_id]
            floors.setdefault(room.floor, []).append(self._count(pool_id, room))
        return [
            FloorCount(floor, sum(r.free for r in on), sum(_own(r.beds) for r in on), tuple(on))
            for floor, on in sorted(floors.items())
        ]

    def room(self, pool_id: int, room_id: int) -> RoomCount | None:
        """The room, if the pool has beds there."""
        room = self.plan.rooms.get(room_id)
        if room is None or all(self.plan.beds[n].pool_id != pool_id for n in room.beds):
            return None
        return self._count(pool_id, room)

    def _count(self, pool_id: int, room: RoomAt) -> RoomCount:
        beds = tuple(
            (bed.id, bed.label, chr(self.states.letters[n]) if bed.pool_id == pool_id else "x")
            for n in room.beds
            for bed in [self.plan.beds[n]]
        )
        free = sum(letter == "f" for _, _, letter in beds)
        return RoomCount(room.id, room.number, room.floor, room.building_id, room.building, free,
                         beds, room.fen, room.faces, room.extras)  # fmt: skip

    def near(self, pool_id: int, bed_id: int, most: int = 3) -> list[BedAt]:
        """Free beds of the pool: in the same room first, then the next doors, either way."""
        walk, start = self.plan.walk.get(pool_id, []), self.plan.index.get(bed_id)
        if start is None or not walk:
            return []
        at = walk.index(start) if start in walk else 0
        room = self.plan.beds[start].room
        order = [*(n for n in room.beds if self.plan.beds[n].pool_id == pool_id),
                 *_outward(walk, at)]  # fmt: skip
        found = dict.fromkeys(n for n in order if self.states.letters[n] == FREE)
        return [self.plan.beds[n] for n in list(found)[:most]]

    def owner(self, bed_id: int) -> int | None:
        """Who surely has the bed as theirs; None when nobody does, or it is not certain."""
        position = self.plan.index.get(bed_id)
        if position is None or self.states.letters[position] != TAKEN:
            return None
        return self.states.owners[position]

    def note(self, beds: Iterable[int], letter: int, owner: int) -> None:
        """What was just decided, before the database is read again."""
        for bed_id in beds:
            if (position := self.plan.index.get(bed_id)) is not None:
                self.states.letters[position] = letter
                self.states.owners[position] = owner


def _own(beds: tuple[tuple[int, str, str], ...]) -> int:
    return sum(letter != "x" for _, _, letter in beds)


def _outward(walk: list[int], at: int) -> Iterable[int]:
    for step in range(1, len(walk)):
        if at - step >= 0:
            yield walk[at - step]
        if at + step < len(walk):
            yield walk[at + step]
