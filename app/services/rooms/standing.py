"""How somebody stands in a round, by one statement: thousands open these pages in a minute."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.kit.errors import Forbidden
from app.services.rooms.plan import BedAt
from app.services.rooms.rules import RoundKind, phase
from app.services.rooms.view import View

_STANDING = text("""
WITH mine AS (
    SELECT m.team_id, t.leader_id FROM rooms_members m JOIN rooms_teams t ON t.id = m.team_id
    WHERE m.round_id = :round AND m.person_id = :person AND m.agreed_at IS NOT NULL
    AND t.ended_at IS NULL)
SELECT e.used, e.withdrawn_at IS NOT NULL AS withdrawn, q.name AS pool, h.answers,
    (SELECT json_object_agg(b.state, json_build_array(b.bed_id, extract(epoch FROM b.held_until)))
        FROM rooms_beds b WHERE b.round_id = e.round_id AND b.person_id = e.person_id
        AND (b.state = 'taken' OR b.held_until > clock_timestamp())) AS beds,
    (SELECT json_build_array(leader_id, (SELECT count(*) FROM rooms_members o
        WHERE o.team_id = mine.team_id AND o.agreed_at IS NOT NULL)) FROM mine) AS team,
    (SELECT json_agg(json_build_array(p.name, (SELECT count(*) FROM rooms_members o
            WHERE o.team_id = m.team_id AND o.agreed_at IS NOT NULL)))
        FROM rooms_members m JOIN rooms_teams t ON t.id = m.team_id
        JOIN campus_people p ON p.id = m.asked_by_id
        WHERE m.round_id = e.round_id AND m.person_id = e.person_id AND m.agreed_at IS NULL
        AND t.ended_at IS NULL) AS invited,
    (SELECT json_agg(json_build_array(p.name, s.from_bed_id)) FROM rooms_swaps s
        JOIN campus_people p ON p.id = s.from_id
        JOIN rooms_beds a ON a.round_id = s.round_id AND a.bed_id = s.from_bed_id
            AND a.person_id = s.from_id
        JOIN rooms_beds b ON b.round_id = s.round_id AND b.bed_id = s.to_bed_id
            AND b.person_id = s.to_id
        WHERE s.round_id = e.round_id AND s.to_id = e.person_id AND s.state = 'asked') AS asked,
    (SELECT json_agg(json_build_array(w.room_id, (SELECT count(*) FROM rooms_waiting o
            WHERE o.round_id = w.round_id AND o.room_id = w.room_id AND o.id <= w.id
            AND o.state IN ('waiting', 'offered'))))
        FROM rooms_waiting w WHERE w.round_id = e.round_id AND w.person_id = e.person_id
        AND w.state = 'waiting') AS waits,
    (SELECT json_agg(json_build_array(r.id, r.kind, r.stage, extract(epoch FROM r.opens_at),
            extract(epoch FROM r.closes_at)) ORDER BY r.opens_at)
        FROM rooms_eligible o JOIN rooms_rounds r ON r.id = o.round_id
        WHERE o.person_id = e.person_id AND r.id <> e.round_id AND r.stage = 'ready'
        AND r.closes_at > clock_timestamp()) AS others
FROM rooms_eligible e JOIN rooms_pools q ON q.id = e.pool_id
LEFT JOIN rooms_habits h ON h.person_id = e.person_id
WHERE e.round_id = :round AND e.person_id = :person
""")


@dataclass(frozen=True, slots=True)
class Other:
    """Another round that they may choose in, now or soon."""

    id: int
    kind: RoundKind
    phase: str
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """`changes`: how many are left. `mates`: how many are in their team, themselves among them;
    `led`: somebody else chooses for it. `invited`: (who asks, how many they are). `asked`: (who
    asks for a swap, their bed). `waits`: the place in line by room. `answers`: their habits."""

    pool: str
    withdrawn: bool
    changes: int
    taken: BedAt | None
    held: BedAt | None
    held_until: datetime | None
    mates: int
    led: bool
    invited: list[tuple[str, int]]
    asked: list[tuple[str, BedAt]]
    waits: dict[int, int]
    answers: dict[str, str] | None
    others: list[Other]


async def standing(database: Database, view: View, person_id: int, now: datetime) -> Standing:
    """How they stand. Raises Forbidden for somebody who is not on the round's list."""
    row: Any = await database.row(_STANDING, round=view.round.id, person=person_id)
    if row is None:
        raise Forbidden("这一轮选房里没有你的名字")
    beds = row.beds or {}
    until = beds.get("held", (0, None))[1]
    leader, mates = row.team or (person_id, 0)
    asked = [(name, bed) for name, id in row.asked or () if (bed := bed_at(view, id))]
    return Standing(
        row.pool, row.withdrawn, max(view.round.changes - row.used, 0),
        bed_at(view, beds.get("taken", (0, None))[0]), bed_at(view, beds.get("held", (0, None))[0]),
        _moment(until) if until else None, mates,
        view.round.together == "leader" and leader != person_id and mates > 1,
        [(name, count) for name, count in row.invited or ()], asked, dict(row.waits or ()),
        row.answers, [_other(one, now) for one in row.others or ()],
    )  # fmt: skip


def bed_at(view: View, bed_id: int) -> BedAt | None:
    """The bed, if the round has it."""
    position = view.plan.index.get(bed_id)
    return None if position is None else view.plan.beds[position]


def _other(found: list[Any], now: datetime) -> Other:
    id, kind, stage, opens, closes = found
    opens_at = _moment(opens)
    return Other(id, RoundKind(kind), phase(stage, opens_at, _moment(closes), now), opens_at)


def _moment(epoch: float) -> datetime:
    return datetime.fromtimestamp(float(epoch), UTC).astimezone(SHANGHAI)
