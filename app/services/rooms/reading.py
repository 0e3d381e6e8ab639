"""What pages read of somebody: their rounds, their bed, and whom they would live with."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Person
from app.campus.places import Bed as PlaceBed
from app.campus.places import Building, Room
from app.kit import clock
from app.kit.errors import NotFound
from app.services.rooms.models import Bed, Eligible, Habit, Pool, RoomFacts, Round
from app.services.rooms.plan import RoundView, seen
from app.services.rooms.rules import BedState, Stage, phase


@dataclass(frozen=True, slots=True)
class MyRound(RoundView):
    """A round that somebody may choose in; `phase`: soon, open, over or stopped."""

    phase: str
    pool_id: int
    pool: str

    @property
    def round(self) -> RoundView:
        """Itself, without what is somebody's own."""
        return self


@dataclass(frozen=True, slots=True)
class BedView:
    bed_id: int
    label: str
    room_id: int
    room: str
    floor: int
    building_id: int
    building: str
    fen: int
    faces: str
    key_place: str


@dataclass(frozen=True, slots=True)
class MyState:
    """What somebody has. `changes`: how many are left."""

    pool_id: int
    pool: str
    taken: BedView | None
    held: BedView | None
    held_until: datetime | None
    used: int
    changes: int
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Roommate:
    """Who has or holds a bed of a room. `name` and `home` are empty unless they show them."""

    bed_id: int
    college: str
    name: str
    home: str
    answers: dict[str, str]


async def rounds_of(db: AsyncSession, person_id: int, now: datetime) -> list[MyRound]:
    """Rounds that are public and have them on their list, the next to open first."""
    query = (
        select(Round, Pool.id, Pool.name)
        .join(Eligible, Eligible.round_id == Round.id)
        .join(Pool, Pool.id == Eligible.pool_id)
        .where(Eligible.person_id == person_id, Round.stage != Stage.DRAFT)
        .order_by(Round.opens_at, Round.id)
    )
    return [
        MyRound(
            **asdict(seen(found)), pool_id=pool_id, pool=pool,
            phase=phase(found.stage, found.opens_at, found.closes_at, now),
        )
        for found, pool_id, pool in await db.execute(query)
    ]  # fmt: skip


async def my_state(
    db: AsyncSession, round_id: int, person_id: int, now: datetime | None = None
) -> MyState:
    """What they have in the round. Raises NotFound for somebody who is not on its list."""
    query = (
        select(Eligible.used, Eligible.withdrawn_at, Round.changes, Pool.id, Pool.name)
        .join(Round, Round.id == Eligible.round_id)
        .join(Pool, Pool.id == Eligible.pool_id)
        .where(Eligible.round_id == round_id, Eligible.person_id == person_id)
    )
    row = (await db.execute(query)).one_or_none()
    if row is None:
        raise NotFound("这一轮选房里没有你的名字")
    used, withdrawn_at, changes, pool_id, pool = row
    beds = {bed.state: bed for bed in await db.execute(_beds(round_id, person_id))}
    held = beds.get(BedState.HELD)
    if held is not None and held.held_until <= (now or clock.now()):
        held = None
    return MyState(
        pool_id, pool, _view(beds.get(BedState.TAKEN)), _view(held),
        held.held_until if held else None, used, max(changes - used, 0), withdrawn_at is not None,
    )  # fmt: skip


async def roommates(db: AsyncSession, round_id: int, room_id: int, but: int) -> list[Roommate]:
    """Who has a bed of the room, without `but`; by bed, never by number."""
    query = (
        select(Bed.bed_id, Person.college, Person.name, Habit.home, Habit.answers, Habit.shown)
        .join(Person, Person.id == Bed.person_id)
        .outerjoin(Habit, Habit.person_id == Person.id)
        .where(Bed.round_id == round_id, Bed.room_id == room_id, Bed.person_id != but,
               Bed.state == BedState.TAKEN)
        .order_by(Bed.bed_id)
    )  # fmt: skip
    return [
        Roommate(bed_id, college, name if shown else "", home if shown else "", answers or {})
        for bed_id, college, name, home, answers, shown in await db.execute(query)
    ]


async def room_facts(db: AsyncSession, room_id: int) -> RoomFacts | None:
    """What is to know of a room; None when nobody wrote it down."""
    return await db.get(RoomFacts, room_id)


def _beds(round_id: int, person_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Bed.state, Bed.held_until, Bed.bed_id, PlaceBed.label, Room.id.label("room_id"),
               Room.number, Room.floor, Building.id.label("building_id"),
               Building.name.label("building"), RoomFacts.fen, RoomFacts.faces,
               RoomFacts.key_place)
        .join(PlaceBed, PlaceBed.id == Bed.bed_id)
        .join(Room, Room.id == Bed.room_id)
        .join(Building, Building.id == Room.building_id)
        .outerjoin(RoomFacts, RoomFacts.room_id == Room.id)
        .where(Bed.round_id == round_id, Bed.person_id == person_id)
    )  # fmt: skip


def _view(row: Row[*tuple[Any, ...]] | None) -> BedView | None:
    if row is None:
        return None
    return BedView(row.bed_id, row.label, row.room_id, row.number, row.floor, row.building_id,
                   row.building, row.fen or 0, row.faces or "", row.key_place or "")  # fmt: skip
