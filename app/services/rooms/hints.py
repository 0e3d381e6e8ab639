"""Who is in which room, as counts: 「2 位同专业」, 「有 1 位老乡」. Never who, nor which bed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.cache import Cached

OLDEST = 10.0  # seconds
# Homes only of those who show them. What somebody who chooses is like is compared with these.
_WHO = text("""
SELECT e.person_id, b.room_id,
    nullif(regexp_replace(p.class_name, '[0-9 -]', '', 'g'), '') AS major,
    CASE WHEN h.shown THEN nullif(h.home, '') END AS home, nullif(h.home, '') AS own_home
FROM rooms_eligible e JOIN campus_people p ON p.id = e.person_id
LEFT JOIN rooms_habits h ON h.person_id = e.person_id
LEFT JOIN rooms_beds b ON b.round_id = e.round_id AND b.person_id = e.person_id
    AND b.state = 'taken'
WHERE e.round_id = :round
""")


@dataclass(frozen=True, slots=True)
class Hints:
    """`people`: (major, home) of each; `majors` and `homes`: how many of it are in a room."""

    people: dict[int, tuple[str | None, str | None]]
    majors: Counter[tuple[int, str]]
    homes: Counter[tuple[int, str]]

    def of(self, person_id: int) -> Callable[[int], str]:
        """What to say of a room to somebody; empty where there is nothing."""
        major, home = self.people.get(person_id, (None, None))

        def say(room_id: int) -> str:
            if major and (count := self.majors[room_id, major]):
                return f"{count} 位同专业"
            if home and (count := self.homes[room_id, home]):
                return f"有 {count} 位老乡"
            return ""

        return say


@lru_cache(256)
def hints(round_id: int) -> Cached[Hints]:
    """The counts of a round, at most ten seconds old."""

    async def load(db: AsyncSession) -> Hints:
        found = Hints({}, Counter(), Counter())
        for person, room, major, home, own in await db.execute(_WHO, {"round": round_id}):
            found.people[person] = major, own
            if room is not None:
                found.majors[room, major or ""] += 1
                found.homes[room, home or ""] += 1
        return found

    return Cached(f"rooms:hints:{round_id}", load, max_age=OLDEST)
