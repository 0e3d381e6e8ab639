"""What somebody has in a round, asked for many at a time."""

from typing import Any

from app.kit.lane import Connection, Lane
from app.services.rooms.view import View

_MINE = """
SELECT e.person_id, e.used, e.withdrawn_at IS NOT NULL, e.pool_id,
    (SELECT bed_id FROM rooms_beds b WHERE b.round_id = e.round_id AND b.person_id = e.person_id
        AND b.state = 'taken'),
    h.bed_id, extract(epoch FROM h.held_until)
FROM rooms_eligible e LEFT JOIN rooms_beds h ON h.round_id = e.round_id
    AND h.person_id = e.person_id AND h.state = 'held' AND h.held_until > clock_timestamp()
WHERE e.round_id = %s AND e.person_id = ANY(%s)
"""
Key = tuple[int, int]


class Mine:
    """Reads `/me`."""

    def __init__(self, url: str) -> None:
        self._lane: Lane[Key, tuple[Any, ...] | None] = Lane(url, _read)

    async def ask(self, view: View, person_id: int, now: int) -> dict[str, Any]:
        """{taken, held: a bed or null, left: seconds, changes: left, withdrawn, eligible}."""
        row = await self._lane.ask((view.round.id, person_id))
        if row is None:
            return {"eligible": False, "taken": None, "held": None, "left": 0, "changes": 0,
                    "withdrawn": False}  # fmt: skip
        used, withdrawn, _, taken, held, until = row
        return {
            "eligible": True, "withdrawn": withdrawn, "taken": _bed(view, taken),
            "held": _bed(view, held),
            "left": max(int(float(until) - now / 1000), 0) if until else 0,
            "changes": max(view.round.changes - used, 0),
        }  # fmt: skip

    async def close(self) -> None:
        await self._lane.close()


async def _read(connection: Connection, keys: list[Key]) -> list[tuple[Any, ...] | None]:
    found: dict[Key, tuple[Any, ...]] = {}
    for round_id in {round_id for round_id, _ in keys}:
        people = list({person for of, person in keys if of == round_id})
        cursor = await connection.execute(_MINE, [round_id, people])
        for person, *rest in await cursor.fetchall():
            found[round_id, person] = tuple(rest)
    return [found.get(key) for key in keys]


def _bed(view: View, bed_id: int | None) -> dict[str, Any] | None:
    position = view.plan.index.get(bed_id or 0)
    if position is None:
        return None
    bed = view.plan.beds[position]
    return {"bed": bed.id, "label": bed.label, "room_id": bed.room.id, "room": bed.room.number,
            "building_id": bed.room.building_id, "building": bed.room.building}  # fmt: skip
