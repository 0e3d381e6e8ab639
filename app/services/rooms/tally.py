"""What the log comes to, counted as it grows: a board asks every second, and it gets long."""

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.cache import Cached

# What is newer than five seconds is counted anew each time: a row that another transaction wrote
# may come to be seen after rows with higher numbers.
_NEW = text("""
WITH fresh AS (SELECT id, at, what, outcome FROM rooms_log WHERE round_id = :round AND id > :upto),
settled AS (
    SELECT coalesce(max(id), :upto) AS id FROM fresh WHERE at < now() - interval '5 seconds')
SELECT settled.id, fresh.id <= settled.id, outcome, CASE WHEN outcome = 'done'
    THEN extract(epoch FROM date_trunc('second', at))::bigint ELSE 0 END AS second, count(*)
FROM fresh, settled WHERE outcome NOT IN ('done', 'same') OR what = 'confirm' AND outcome = 'done'
GROUP BY 1, 2, 3, 4
""")
Counts = tuple[Counter[str], Counter[int]]


@dataclass(slots=True)
class Tally:
    """Of rows up to number `upto`: refusals by outcome, beds confirmed by epoch second."""

    round_id: int
    upto: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    seconds: Counter[int] = field(default_factory=Counter)

    async def now(self, db: AsyncSession) -> Counts:
        """Both, of the whole log; reads only what has come since it was asked before."""
        upto, whole = self.upto, (Counter(self.refusals), Counter(self.seconds))
        late: Counts = (Counter(), Counter())
        for settled, old, outcome, second, count in await db.execute(
            _NEW, {"round": self.round_id, "upto": upto}
        ):
            refusals, seconds = whole if old else late
            if second:
                seconds[second] += count
            else:
                refusals[outcome] += count
            upto = settled
        if self.upto < upto:  # unless somebody else has counted as far meanwhile
            self.upto, self.refusals, self.seconds = upto, *whole
        return whole[0] + late[0], whole[1] + late[1]


@lru_cache(256)
def tally_of(round_id: int) -> Cached[Tally]:
    """The tally in memory of this process; begins anew when the memory is dropped."""

    async def begin(_: AsyncSession) -> Tally:
        return Tally(round_id)

    return Cached(f"rooms:tally:{round_id}", begin, max_age=86_400)
