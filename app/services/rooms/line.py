"""The line for a full room: a freed bed is held ten minutes for the first, then for the next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import notify
from app.campus.places import Building, Room
from app.kit import clock
from app.kit.errors import Conflict, NotFound
from app.services.rooms import locks
from app.services.rooms.models import Bed, Waiting
from app.services.rooms.notices import OFFERED
from app.services.rooms.rules import phase
from app.services.rooms.view import states_of

OFFER = timedelta(minutes=10)
_ACTIVE = ("waiting", "offered")

# Offers that were not answered: their hold ran out, was let go, or given up for another bed.
_MISSED = text("""
UPDATE rooms_waiting w SET state = 'missed' WHERE w.round_id = :round AND w.state = 'offered'
AND NOT EXISTS (SELECT FROM rooms_beds b WHERE b.round_id = w.round_id AND b.bed_id = w.bed_id
    AND b.person_id = w.person_id AND b.state = 'held' AND b.held_until > clock_timestamp())
""")
_EXPIRED = text("""
SELECT rooms_free(:round, array_agg(bed_id), 'expire', NULL, clock_timestamp()) FROM (
    SELECT bed_id FROM rooms_beds WHERE round_id = :round AND state = 'held'
    AND held_until <= clock_timestamp() ORDER BY bed_id FOR UPDATE) late
""")
# A bed that is kept, and the first in its room's line who could take it; the bed alone if none.
_NEXT = text("""
SELECT b.bed_id, b.room_id, first.id, first.person_id
FROM rooms_beds b LEFT JOIN LATERAL (
    SELECT w.id, w.person_id FROM rooms_waiting w
    JOIN rooms_eligible e ON e.round_id = w.round_id AND e.person_id = w.person_id
    JOIN campus_people p ON p.id = w.person_id
    JOIN rooms_pools q ON q.id = e.pool_id
    JOIN rooms_rounds r ON r.id = w.round_id
    WHERE w.round_id = b.round_id AND w.room_id = b.room_id AND w.state = 'waiting'
    AND e.pool_id = b.pool_id AND e.withdrawn_at IS NULL AND p.gone_at IS NULL
    AND (q.sex = '' OR q.sex = p.sex)
    AND e.used < r.changes + CASE WHEN EXISTS (SELECT FROM rooms_beds t
        WHERE t.round_id = w.round_id AND t.person_id = w.person_id AND t.state = 'taken')
        THEN 0 ELSE 1 END
    AND NOT EXISTS (SELECT FROM rooms_beds h WHERE h.round_id = w.round_id
        AND h.person_id = w.person_id AND h.state = 'held')
    AND NOT EXISTS (SELECT FROM rooms_members m JOIN rooms_teams t ON t.id = m.team_id
        WHERE m.round_id = w.round_id AND m.person_id = w.person_id
        AND m.agreed_at IS NOT NULL AND t.ended_at IS NULL)
    ORDER BY w.id LIMIT 1) first ON true
WHERE b.round_id = :round AND b.state = 'kept' ORDER BY b.bed_id LIMIT 1
""")
_FREE = text("UPDATE rooms_beds SET state = 'free' WHERE round_id = :round AND bed_id = :bed")
_GIVE = text("""
WITH offered AS (
    UPDATE rooms_beds SET state = 'held', person_id = :person, held_until = :until,
        at = clock_timestamp() WHERE round_id = :round AND bed_id = :bed),
waits AS (
    UPDATE rooms_waiting SET state = 'offered', offered_until = :until, bed_id = :bed
    WHERE id = :id)
INSERT INTO rooms_log (round_id, at, person_id, what, outcome, bed_id)
VALUES (:round, clock_timestamp(), :person, 'offer', 'done', :bed)
""")


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody's place in the line of a room, from 1; an offered bed until when."""

    room_id: int
    room: str
    place: int
    offered_bed_id: int | None
    offered_until: datetime | None


async def wait(db: AsyncSession, round_id: int, person_id: int, room_id: int, now: datetime) -> int:
    """Stand in the line of a full room; the place in it. Raises NotFound, Conflict."""
    found = await locks.shared(db, round_id)
    if phase(found.stage, found.opens_at, found.closes_at, now) != "open":
        raise Conflict("选房开着的时候才能排队")
    me = (await locks.people(db, round_id, [person_id])).get(person_id)
    query = select(Bed.state, Bed.person_id, Bed.held_until).where(
        Bed.round_id == round_id, Bed.room_id == room_id,
        Bed.pool_id == (me.pool_id if me else None),
    )  # fmt: skip
    beds = (await db.execute(query)).all()
    if me is None or me.withdrawn_at is not None or not beds:
        raise NotFound("这间不在你能选的范围里")
    if any(state == "free" or (until is not None and until <= now) for state, _, until in beds):
        raise Conflict("这间还有空床，可以直接选")
    if any(owner == person_id for _, owner, _ in beds):
        raise Conflict("你已经在这间了")
    await db.execute(
        insert(Waiting)
        .values(round_id=round_id, room_id=room_id, person_id=person_id, state="waiting", at=now)
        .on_conflict_do_nothing()
    )
    return next(one.place for one in await lines_of(db, round_id, person_id)
                if one.room_id == room_id)  # fmt: skip


async def leave(db: AsyncSession, round_id: int, person_id: int, room_id: int) -> None:
    """Stand in that line no more. An offered bed is let go with `release`."""
    await db.execute(
        update(Waiting)
        .where(Waiting.round_id == round_id, Waiting.room_id == room_id,
               Waiting.person_id == person_id, Waiting.state == "waiting")
        .values(state="left")
    )  # fmt: skip


async def lines_of(db: AsyncSession, round_id: int, person_id: int) -> list[InLine]:
    """Where somebody stands in line."""
    other = Waiting.__table__.alias("other")
    before = (
        select(func.count())
        .where(other.c.round_id == round_id, other.c.room_id == Waiting.room_id,
               other.c.state.in_(_ACTIVE), other.c.id <= Waiting.id)
        .correlate(Waiting)
        .scalar_subquery()
    )  # fmt: skip
    query = (
        select(Waiting.room_id, Building.name, Room.number, before, Waiting.bed_id,
               Waiting.offered_until)
        .join(Room, Room.id == Waiting.room_id)
        .join(Building, Building.id == Room.building_id)
        .where(Waiting.round_id == round_id, Waiting.person_id == person_id,
               Waiting.state.in_(_ACTIVE))
        .order_by(Waiting.id)
    )  # fmt: skip
    return [
        InLine(room_id, f"{building} {number}", place, bed_id, until)
        for room_id, building, number, place, bed_id, until in await db.execute(query)
    ]


async def offer(db: AsyncSession, round_id: int) -> int:
    """Free what is held too long, and offer what was freed to the first in line; how many offers.

    Alone at the round: it takes milliseconds, and only when a bed of a wanted room is freed.
    """
    found = await locks.alone(db, round_id)
    await db.execute(_EXPIRED, {"round": round_id})
    await db.execute(_MISSED, {"round": round_id})
    offers = 0
    while (bed := (await db.execute(_NEXT, {"round": round_id})).one_or_none()) is not None:
        bed_id, room_id, id, person_id = bed
        if id is None:
            await db.execute(_FREE, {"round": round_id, "bed": bed_id})
            continue
        until = clock.now() + OFFER
        until = min(until, found.closes_at)
        given = {"round": round_id, "bed": bed_id, "person": person_id, "id": id, "until": until}
        await db.execute(_GIVE, given)
        await _tell(db, round_id, room_id, person_id, until)
        offers += 1
    await states_of(round_id).changed(db)
    return offers


async def _tell(
    db: AsyncSession, round_id: int, room_id: int, person_id: int, until: datetime
) -> None:
    query = select(Building.name, Room.number).join(Room.building).where(Room.id == room_id)
    building, number = (await db.execute(query)).one()
    await notify(db, OFFERED, to=[person_id], room=f"{building} {number}", until=until,
                 round=round_id)  # fmt: skip
