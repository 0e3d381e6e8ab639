"""The proof: what must hold is asked of the tables, and the log is replayed to the same end."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.errors import NotFound
from app.services.rooms.models import Bed, Log, Round
from app.services.rooms.replay import Event, Replay
from app.services.rooms.rules import BedState

STALE = 2  # seconds that an answer from memory may be behind
# Each finds what must not be; a row is told as it is.
MUST_NOT_BE = {
    "someone has two beds": """
        SELECT person_id, count(*) FROM rooms_beds WHERE round_id = :round AND state = 'taken'
        GROUP BY person_id HAVING count(*) > 1""",
    "someone holds two beds": """
        SELECT person_id, count(*) FROM rooms_beds WHERE round_id = :round AND state = 'held'
        GROUP BY person_id HAVING count(*) > 1""",
    "a bed without somebody who may choose, or of another pool": """
        SELECT b.bed_id, b.person_id FROM rooms_beds b LEFT JOIN rooms_eligible e
            ON e.round_id = b.round_id AND e.person_id = b.person_id
        WHERE b.round_id = :round AND b.person_id IS NOT NULL
        AND (e.pool_id IS DISTINCT FROM b.pool_id OR e.withdrawn_at IS NOT NULL)""",
    "a bed of the other sex": """
        SELECT b.bed_id, b.person_id FROM rooms_beds b JOIN campus_people p ON p.id = b.person_id
        JOIN rooms_pools q ON q.id = b.pool_id
        WHERE b.round_id = :round AND q.sex <> '' AND p.sex <> '' AND q.sex <> p.sex""",
    "a bed in another room, or a pool of another round": """
        SELECT b.bed_id FROM rooms_beds b JOIN campus_beds c ON c.id = b.bed_id
        JOIN rooms_pools q ON q.id = b.pool_id
        WHERE b.round_id = :round AND (b.room_id <> c.room_id OR q.round_id <> b.round_id)""",
    "more people in a pool than it has beds": """
        SELECT pool_id, count(*) FILTER (WHERE state = 'taken') FROM rooms_beds
        WHERE round_id = :round GROUP BY pool_id
        HAVING count(person_id) > count(*)""",
    "more changes than allowed": """
        SELECT e.person_id, e.used FROM rooms_eligible e JOIN rooms_rounds r ON r.id = e.round_id
        WHERE r.id = :round AND e.used > r.changes + 1""",
    "chosen outside the time": """
        SELECT l.id, l.at FROM rooms_log l JOIN rooms_rounds r ON r.id = l.round_id
        WHERE r.id = :round AND l.outcome = 'done' AND l.what IN ('hold', 'confirm')
        AND (l.at < r.opens_at OR l.at >= r.closes_at)
        AND NOT EXISTS (SELECT FROM rooms_log x WHERE x.round_id = r.id AND x.what = 'edit')""",
    "a team that chose is not in one room, or not all of it": """
        SELECT t.id FROM rooms_teams t JOIN rooms_log l ON l.team_id = t.id
            AND l.what = 'confirm' AND l.outcome = 'done' JOIN campus_beds c ON c.id = l.bed_id
        WHERE t.round_id = :round GROUP BY t.id
        HAVING count(DISTINCT c.room_id) > 1 OR count(*) <> (SELECT count(*) FROM rooms_members m
            WHERE m.team_id = t.id AND m.agreed_at IS NOT NULL)""",
}


@dataclass(slots=True)
class Proof:
    """`broken`: what does not hold, in words; `facts`: what was counted."""

    broken: list[str] = field(default_factory=list)
    facts: dict[str, int] = field(default_factory=dict)

    @property
    def proven(self) -> bool:
        return not self.broken


async def verify(db: AsyncSession, round_id: int) -> Proof:
    """Prove a round from its tables. Raises NotFound."""
    if await db.get(Round, round_id) is None:
        raise NotFound("没有这一轮选房，可能是链接旧了")
    # One moment for everything that is compared.
    await db.execute(text("SELECT pg_advisory_xact_lock(6006, :round)"), {"round": round_id})
    proof = Proof()
    for name, query in MUST_NOT_BE.items():
        wrong = (await db.execute(text(query), {"round": round_id})).all()
        proof.broken += [f"{name}: {tuple(row)}" for row in wrong[:20]]
    await _replayed(db, round_id, proof)
    proof.facts["wrong refusals"] = wrong_refusals = await _wrongly_refused(db, round_id)
    if wrong_refusals:
        proof.broken.append(f"refused as taken though free: {wrong_refusals}")
    return proof


async def _replayed(db: AsyncSession, round_id: int, proof: Proof) -> None:
    """Play the log, and compare where it ends with the beds as they are."""
    query = select(Log.id, Log.what, Log.outcome, Log.person_id, Log.bed_id, Log.from_id)
    replay, rows = Replay(), 0
    found = await db.stream(query.where(Log.round_id == round_id).order_by(Log.id))
    async for part in found.partitions(5000):
        rows += len(part)
        replay.play(Event(*row) for row in part)
    proof.broken += replay.broken[:20]
    states: dict[str, int] = {}
    beds = select(Bed.bed_id, Bed.state, Bed.person_id).where(Bed.round_id == round_id)
    for bed_id, state, person_id in await db.execute(beds):
        states[state] = states.get(state, 0) + 1
        now = (BedState.FREE, None) if state == BedState.KEPT else (state, person_id)
        if replay.state(bed_id) != now:
            proof.broken.append(f"bed {bed_id} is {now}, by the log {replay.state(bed_id)}")
    late = select(func.count()).where(
        Bed.round_id == round_id, Bed.state == BedState.HELD, Bed.held_until < func.now()
    )
    proof.facts |= {"log": rows, "beds": sum(states.values()), **states,
                    "holds run out": await db.scalar(late) or 0}  # fmt: skip


async def _wrongly_refused(db: AsyncSession, round_id: int) -> int:
    """Refusals as «taken» of a bed that nobody had: not at that row of the log, and, where it was
    answered from memory, at no moment of the two seconds before."""
    query = (
        select(Log.id, Log.at, Log.what, Log.outcome, Log.bed_id, Log.from_id, Log.data,
               Log.person_id)
        .where(Log.round_id == round_id)
        .order_by(Log.id)
    )  # fmt: skip
    taken: dict[int, Any] = {}
    freed: dict[int, Any] = {}
    wrong = 0
    found = await db.stream(query)
    async for _, at, what, outcome, bed, old, data, _ in found:
        if outcome == "done" and bed is not None:
            if what in ("confirm", "place", "move"):
                taken[bed] = at
                if old is not None:
                    taken.pop(old, None)
                    freed[old] = at
            elif what in ("giveup", "withdraw", "out") and taken.pop(bed, None):
                freed[bed] = at
        elif outcome == "taken" and bed is not None and bed not in taken:
            late = data is not None and bed in freed and (at - freed[bed]).total_seconds() <= STALE
            wrong += not late
    return wrong
