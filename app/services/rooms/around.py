"""Who lives in which room already, for whoever chooses: at most ten seconds old, in memory."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.cache import Cached
from app.services.rooms.reading import Roommate

OLDEST = 10.0  # seconds
# Names and homes only of those who show them; what somebody who chooses is like is compared.
_WHO = text("""
SELECT e.person_id, b.room_id, b.bed_id, p.college, coalesce(h.answers, '{}') AS answers,
    regexp_replace(p.class_name, '[0-9 -]', '', 'g') AS major, coalesce(h.home, '') AS home,
    CASE WHEN h.shown THEN p.name ELSE '' END AS name, coalesce(h.shown, false) AS shown
FROM rooms_eligible e JOIN campus_people p ON p.id = e.person_id
LEFT JOIN rooms_habits h ON h.person_id = e.person_id
LEFT JOIN rooms_beds b ON b.round_id = e.round_id AND b.person_id = e.person_id
    AND b.state = 'taken'
WHERE e.round_id = :round ORDER BY b.bed_id
""")
_PLANS = text("""
SELECT room_id, plan FROM rooms_facts WHERE plan <> '[]'
AND room_id IN (SELECT room_id FROM rooms_beds WHERE round_id = :round)
""")


@dataclass(frozen=True, slots=True)
class Around:
    """`people`: major, home and habits of each. `majors`, `homes`: how many of one in a room.

    `mates` by room; `plans`: where its beds stand, for rooms of which somebody wrote it down.
    """

    people: dict[int, tuple[str, str, dict[str, str]]] = field(default_factory=dict)
    majors: Counter[tuple[int, str]] = field(default_factory=Counter)
    homes: Counter[tuple[int, str]] = field(default_factory=Counter)
    mates: dict[int, list[tuple[int, Roommate]]] = field(default_factory=lambda: defaultdict(list))
    plans: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    def of(self, person_id: int) -> Callable[[int], str]:
        """What to say of a room to somebody: 「2 位同专业」, 「有 1 位老乡」. Never who."""
        major, home, _ = self.people.get(person_id, ("", "", {}))

        def say(room_id: int) -> str:
            if major and (count := self.majors[room_id, major]):
                return f"{count} 位同专业"
            if home and (count := self.homes[room_id, home]):
                return f"有 {count} 位老乡"
            return ""

        return say

    def in_room(self, room_id: int, but: int) -> list[Roommate]:
        """Who lives there, without `but`."""
        return [mate for person, mate in self.mates.get(room_id, ()) if person != but]


@lru_cache(256)
def around(round_id: int) -> Cached[Around]:
    """The people of a round."""

    async def load(db: AsyncSession) -> Around:
        found = Around()
        for row in await db.execute(_WHO, {"round": round_id}):
            found.people[row.person_id] = row.major, row.home, row.answers
            if row.room_id is None:
                continue
            home = row.home if row.shown else ""
            found.majors[row.room_id, row.major] += 1
            found.homes[row.room_id, home] += 1
            mate = Roommate(row.bed_id, row.college, row.name, home, row.answers)
            found.mates[row.room_id].append((row.person_id, mate))
        plans = await db.execute(_PLANS, {"round": round_id})
        found.plans.update((room, plan) for room, plan in plans)
        return found

    return Cached(f"rooms:around:{round_id}", load, max_age=OLDEST)
