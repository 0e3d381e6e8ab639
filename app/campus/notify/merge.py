"""Several notices of one kind within minutes become one: decided when the first is to be sent."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# `fresh`: claimed just now. `more`: what waits beside them, claimed by nobody. The newest of a
# person's is told; if nobody has claimed that one yet, it becomes due at once. What had been
# merged into one that is now merged itself follows it.
_MERGE = text("""
WITH fresh AS (
    SELECT d.id, d.person_id, m.notice
    FROM campus_deliveries d JOIN campus_messages m ON m.id = d.message_id
    WHERE d.id = ANY(:fresh) AND m.notice = ANY(:notices) AND d.person_id IS NOT NULL
), more AS (
    SELECT d.id, d.person_id, m.notice
    FROM campus_deliveries d JOIN campus_messages m ON m.id = d.message_id
    WHERE (d.person_id, m.notice) IN (SELECT person_id, notice FROM fresh)
        AND d.state = 'waiting' AND d.tries = 0 AND m.campaign_id IS NULL
        AND NOT d.id = ANY(:fresh)
    FOR UPDATE OF d SKIP LOCKED
), every AS (SELECT * FROM fresh UNION ALL SELECT * FROM more
), told AS (
    SELECT id, max(id) OVER (PARTITION BY person_id, notice) AS into_id, person_id FROM every
), next AS (
    UPDATE campus_deliveries d SET due_at = least(d.due_at, :now)
    FROM told t WHERE d.id = t.id AND t.id = t.into_id AND NOT t.id = ANY(:fresh)
), earlier AS (
    UPDATE campus_deliveries d SET into_id = t.into_id
    FROM told t WHERE t.id <> t.into_id AND d.person_id = t.person_id AND d.into_id = t.id
), done AS (
    UPDATE campus_deliveries d SET state = 'merged', into_id = t.into_id, done_at = :now
    FROM told t WHERE d.id = t.id AND t.id <> t.into_id
    RETURNING d.id
)
SELECT id FROM done WHERE id = ANY(:fresh)
""")
_COUNT = text("""
SELECT d.id, 1 + count(*) AS told FROM campus_deliveries d
JOIN campus_deliveries e ON e.person_id = d.person_id AND e.into_id = d.id
WHERE d.id = ANY(:ids) GROUP BY d.id
""")


async def merge(
    db: AsyncSession, fresh: Sequence[int], notices: Collection[str], now: datetime
) -> set[int]:
    """Of each person's deliveries of one of `notices` (names of those with `several`) tell only
    the newest; the others become MERGED.

    `fresh`: ids that the caller has claimed and that nobody has tried to send before, since one
    of which it is not known whether it was told must neither be merged nor told anew. The answer
    is those of them that are not to be sent any more. The newest may be among those that still
    waited: it is due at once then, and the caller's next claim finds it.
    """
    if not fresh or not notices:
        return set()
    values = {"fresh": list(fresh), "notices": list(notices), "now": now}
    return set(await db.scalars(_MERGE, values))


async def counts(db: AsyncSession, ids: Sequence[int]) -> dict[int, int]:
    """For how many each of `ids` stands, itself counted; one that stands alone is missing.

    `rules.merged` makes of it what is said.
    """
    if not ids:
        return {}
    found = await db.execute(_COUNT, {"ids": list(ids)})
    return {row.id: row.told for row in found}
