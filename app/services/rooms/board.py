"""What operators watch: how far a round is, why choices are refused, whether it is fair."""

import time
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.rooms.models import Log
from app.services.rooms.tally import tally_of

WINDOW = 120  # seconds of the curve


@dataclass(frozen=True, slots=True)
class PoolStats:
    """`free` counts beds kept for a line as well; `waiting`: in lines for its rooms."""

    pool_id: int
    name: str
    beds: int
    taken: int
    held: int
    free: int
    frozen: int
    people: int
    housed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Stats:
    """`refusals` by outcome; `per_second`: (epoch second, confirmed) of the last two minutes."""

    pools: list[PoolStats]
    refusals: dict[str, int]
    per_second: list[tuple[int, int]]
    holding: int
    housed: int
    people: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Fairness:
    """Order of arrival against order of service. `correlation` of the two ranks, 1 is perfect.

    `late_p50`, `late_p99`: by how many places people were served later than they came.
    """

    people: int
    correlation: float
    late_p50: int
    late_p99: int


@dataclass(frozen=True, slots=True)
class Resident:
    person_id: int
    number: str
    name: str
    sex: str
    college: str
    class_name: str
    building: str
    room: str
    bed: str
    team_id: int | None


_POOLS = text("""
SELECT q.id, q.name, coalesce(b.beds, 0), coalesce(b.taken, 0), coalesce(b.held, 0),
    coalesce(b.free, 0), coalesce(b.frozen, 0), coalesce(e.people, 0), coalesce(b.taken, 0),
    coalesce(w.waiting, 0)
FROM rooms_pools q LEFT JOIN (
    SELECT pool_id, count(*) AS beds, count(*) FILTER (WHERE state = 'taken') AS taken,
        count(*) FILTER (WHERE state = 'held' AND held_until > now()) AS held,
        count(*) FILTER (WHERE state IN ('free', 'kept')
            OR state = 'held' AND held_until <= now()) AS free,
        count(*) FILTER (WHERE state = 'frozen') AS frozen
    FROM rooms_beds WHERE round_id = :round GROUP BY pool_id) b ON b.pool_id = q.id
LEFT JOIN (SELECT pool_id, count(*) AS people FROM rooms_eligible
    WHERE round_id = :round AND withdrawn_at IS NULL GROUP BY pool_id) e ON e.pool_id = q.id
LEFT JOIN (SELECT e.pool_id, count(*) AS waiting FROM rooms_waiting w JOIN rooms_eligible e
    ON e.round_id = w.round_id AND e.person_id = w.person_id
    WHERE w.round_id = :round AND w.state IN ('waiting', 'offered')
    GROUP BY e.pool_id) w ON w.pool_id = q.id
WHERE q.round_id = :round ORDER BY q.id
""")
_SERVED = text("""
WITH ranks AS (
    SELECT rank() OVER (ORDER BY number) AS came, rank() OVER (ORDER BY served_at) AS served
    FROM rooms_turns WHERE round_id = :round AND served_at IS NOT NULL)
SELECT count(*), coalesce(corr(came, served), 1),
    coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY greatest(served - came, 0)), 0),
    coalesce(percentile_disc(0.99) WITHIN GROUP (ORDER BY greatest(served - came, 0)), 0)
FROM ranks
""")
_RESIDENTS = text("""
SELECT p.id, coalesce(p.number, ''), p.name, p.sex, p.college, p.class_name, h.name, r.number,
    c.label, b.team_id
FROM rooms_beds b JOIN campus_people p ON p.id = b.person_id JOIN campus_beds c ON c.id = b.bed_id
JOIN campus_rooms r ON r.id = b.room_id JOIN campus_buildings h ON h.id = r.building_id
WHERE b.round_id = :round AND b.state = 'taken'
ORDER BY h.id, r.floor, r.number, c.label
""")


async def stats(db: AsyncSession, round_id: int) -> Stats:
    """Where a round stands now: two counting queries, some 10 ms for 10,000 people."""
    pools = [PoolStats(*row) for row in await db.execute(_POOLS, {"round": round_id})]
    refusals, curve = await (await tally_of(round_id).within(db)).now(db)
    recent = sorted((second, n) for second, n in curve.items() if second > time.time() - WINDOW)
    return Stats(
        pools, dict(refusals.most_common()), recent,
        sum(p.held for p in pools), sum(p.housed for p in pools), sum(p.people for p in pools),
        sum(p.waiting for p in pools),
    )  # fmt: skip


async def fairness(db: AsyncSession, round_id: int) -> Fairness:
    """How the order in which people came compares with that of their first choices."""
    people, correlation, p50, p99 = (await db.execute(_SERVED, {"round": round_id})).one()
    return Fairness(people, round(float(correlation), 4), int(p50), int(p99))


async def log_of(
    db: AsyncSession, round_id: int, *, person_id: int | None = None, limit: int = 200
) -> list[Log]:
    """The newest rows of the log, of one person or of all."""
    query = select(Log).where(Log.round_id == round_id)
    if person_id is not None:
        query = query.where(Log.person_id == person_id)
    return list(await db.scalars(query.order_by(Log.id.desc()).limit(limit)))


async def residents(db: AsyncSession, round_id: int) -> list[Resident]:
    """Who has which bed, from door to door."""
    return [Resident(*row) for row in await db.execute(_RESIDENTS, {"round": round_id})]
