"""Those left over are placed: shown first, then applied as it was shown."""

from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record, thing
from app.campus.notify import notify
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.places import Building, Room
from app.kit import clock
from app.kit.errors import Conflict
from app.services.rooms import locks, placing
from app.services.rooms.models import Bed, Eligible, Habit, Round
from app.services.rooms.notices import PLACED
from app.services.rooms.placing import Newcomer, Placed, Spot
from app.services.rooms.rounds import told
from app.services.rooms.rules import BedState, RoundKind, phase

_PUT = text("""
WITH placed AS (SELECT * FROM unnest(CAST(:people AS int[]), CAST(:beds AS int[]),
        CAST(:why AS text[])) AS x (person_id, bed_id, why)),
beds AS (
    UPDATE rooms_beds b SET state = 'taken', person_id = placed.person_id, team_id = NULL,
        held_until = NULL, at = clock_timestamp()
    FROM placed WHERE b.round_id = :round AND b.bed_id = placed.bed_id)
INSERT INTO rooms_log (round_id, at, person_id, by_id, what, outcome, bed_id, data)
SELECT :round, clock_timestamp(), person_id, :by, 'place', 'done', bed_id,
    jsonb_build_object('why', why, 'seed', CAST(:seed AS int)) FROM placed
""")
_HELD = text("""
SELECT rooms_free(:round, array_agg(bed_id), 'expire', NULL, clock_timestamp())
FROM rooms_beds WHERE round_id = :round AND state = 'held'
""")


@dataclass(frozen=True, slots=True)
class Plan:
    """A placement: who where, and whom no bed was left for. `digest` names it."""

    placed: list[Placed]
    left: list[int]
    seed: int
    digest: str


async def plan(db: AsyncSession, round_id: int, seed: int | None = None) -> Plan:
    """What `apply_plan` would do now. Nothing is changed. Raises NotFound."""
    found = await locks.shared(db, round_id)
    return await _plan(db, found, found.seed if seed is None else seed)


async def apply_plan(db: AsyncSession, me: Me, round_id: int, seed: int, digest: str) -> int:
    """Place everybody as it was shown; how many. What is still held is let go.

    Raises Conflict while freshmen can choose, and when it would not be what was shown.
    """
    found = await locks.alone(db, round_id)
    if phase(found.stage, found.opens_at, found.closes_at, clock.now()) != "over":
        raise Conflict("等这一轮结束再统一安排")
    made = await _plan(db, found, seed)
    if made.digest != digest:
        raise Conflict("名单或床位刚变过，再看一遍安排再定")
    await db.execute(_HELD, {"round": round_id})
    values = {
        "round": round_id, "by": me.person_id, "seed": seed,
        "people": [one.person_id for one in made.placed],
        "beds": [one.bed_id for one in made.placed], "why": [one.why for one in made.placed],
    }  # fmt: skip
    await db.execute(_PUT, values)
    record(db, me, "rooms.placed", thing("rooms_rounds", round_id),
           after={"people": len(made.placed), "seed": seed, "plan": digest})  # fmt: skip
    await told(db, round_id)
    if found.kind != RoundKind.REHEARSAL:
        await _tell(db, round_id, made.placed)
    return len(made.placed)


async def _plan(db: AsyncSession, found: Round, seed: int) -> Plan:
    people, living = await _people(db, found.id)
    placed = placing.place(people, await _spots(db, found.id), living, seed)
    done = {one.person_id for one in placed}
    left = [one.person_id for one in people if one.person_id not in done]
    return Plan(placed, left, seed, placing.digest(placed, seed))


async def _people(
    db: AsyncSession, round_id: int
) -> tuple[list[Newcomer], dict[int, list[Newcomer]]]:
    """Those without a bed, and those who live in each room."""
    query = (
        select(Person.id, Eligible.pool_id, Person.college, Person.class_name, Habit.answers,
               Bed.room_id)
        .join(Eligible, Eligible.person_id == Person.id)
        .outerjoin(Habit, Habit.person_id == Person.id)
        .outerjoin(Bed, (Bed.round_id == round_id) & (Bed.person_id == Person.id)
                   & (Bed.state == BedState.TAKEN))
        .where(Eligible.round_id == round_id, Eligible.withdrawn_at.is_(None),
               Person.gone_at.is_(None))
        .order_by(Person.id)
    )  # fmt: skip
    people: list[Newcomer] = []
    living: dict[int, list[Newcomer]] = {}
    for id, pool_id, college, class_name, answers, room_id in await db.execute(query):
        one = Newcomer(id, pool_id, college, class_name, answers or {})
        (people if room_id is None else living.setdefault(room_id, [])).append(one)
    return people, living


async def _spots(db: AsyncSession, round_id: int) -> list[Spot]:
    """Beds that nobody has, from door to door; what is held counts as free: the round is over."""
    query = (
        select(Bed.bed_id, Bed.pool_id, Bed.room_id)
        .join(Room, Room.id == Bed.room_id)
        .where(Bed.round_id == round_id,
               Bed.state.in_((BedState.FREE, BedState.KEPT, BedState.HELD)))
        .order_by(Room.building_id, Room.floor, Room.number, Bed.bed_id)
    )  # fmt: skip
    return [Spot(*row) for row in await db.execute(query)]


async def _tell(db: AsyncSession, round_id: int, placed: list[Placed]) -> None:
    """Each hears of their room: one message for everybody in it."""
    query = (
        select(Bed.room_id, Bed.person_id, Building.name, Room.number)
        .join(Room, Room.id == Bed.room_id)
        .join(Building, Building.id == Room.building_id)
        .where(Bed.round_id == round_id, Bed.bed_id.in_([one.bed_id for one in placed]))
    )
    rooms: dict[str, list[int]] = {}
    for _, person_id, building, number in await db.execute(query):
        rooms.setdefault(f"{building} {number}", []).append(person_id or 0)
    for room, people in rooms.items():
        await notify(db, PLACED, to=people, room=room, round=round_id)
