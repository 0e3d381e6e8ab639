"""Receipts: what became of a message that the platform took. They may come before its answer,
twice, or never; what comes too early waits in a table until the answer is recorded.
"""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify.models import State
from app.kit.db import Database

KEPT = timedelta(days=2)  # how long a receipt waits for an answer that nobody recorded
MOST = 500

# In the order of their ids, so that two processes with the same receipts do not deadlock.
_TAKE = text("""
WITH told AS (
    SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS r
        (told_as text, state text, reason text, at timestamptz)
), mine AS (
    SELECT d.id, r.state, r.reason, r.at FROM campus_deliveries d
    JOIN told r ON r.told_as = d.told_as WHERE d.state = 'sent' ORDER BY d.id FOR UPDATE OF d
), closed AS (
    UPDATE campus_deliveries d SET state = mine.state, reason = mine.reason, done_at = mine.at
    FROM mine WHERE d.id = mine.id
)
INSERT INTO gateway_receipts (told_as, state, reason, at)
SELECT r.told_as, r.state, r.reason, r.at FROM told r
WHERE NOT EXISTS (SELECT FROM campus_deliveries d WHERE d.told_as = r.told_as)
ORDER BY r.told_as ON CONFLICT DO NOTHING
""")
_JOIN = """
WITH early AS (
    SELECT d.id, r.told_as, r.state, r.reason, r.at FROM gateway_receipts r
    JOIN campus_deliveries d ON d.told_as = r.told_as
    WHERE d.state = 'sent' {these} ORDER BY d.id FOR UPDATE OF d
), closed AS (
    UPDATE campus_deliveries d SET state = early.state, reason = early.reason, done_at = early.at
    FROM early WHERE d.id = early.id
)
DELETE FROM gateway_receipts r USING early WHERE r.told_as = early.told_as
"""
_JOIN_THESE = text(_JOIN.format(these="AND d.id = ANY(:ids)"))
_JOIN_ALL = text(_JOIN.format(these=""))
_FORGET = text("DELETE FROM gateway_receipts WHERE at < :before")


@dataclass(frozen=True, slots=True)
class Fate:
    """What the receipt for `told_as` says."""

    told_as: str
    state: State
    reason: str
    at: datetime


class Receipts:
    """Takes receipts, all that wait in one statement. One for each process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Fate, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def take(self, fate: Fate) -> None:
        """Keep it; returns when it is kept, or raises what kept it from that."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((fate, kept))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        await kept

    async def close(self) -> None:
        """Write what waits."""
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        await asyncio.sleep(0)  # let whoever is ready now join this statement
        while self._waiting:
            some, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            error: Exception | None = None
            try:
                async with self._database.session() as db:
                    await keep(db, [fate for fate, _ in some])
            except Exception as found:
                error = found
            for _, kept in some:
                if not kept.done():
                    kept.set_exception(error) if error else kept.set_result(None)


async def keep(db: AsyncSession, fates: list[Fate]) -> None:
    """Close the deliveries that `fates` speak of; those of no delivery yet are kept for later."""
    rows = [
        {"told_as": f.told_as, "state": f.state, "reason": f.reason, "at": f.at.isoformat()}
        for f in {fate.told_as: fate for fate in fates}.values()
    ]
    await db.execute(_TAKE, {"rows": json.dumps(rows)})


async def join(db: AsyncSession, ids: list[int]) -> None:
    """Close those of `ids` whose receipts came before their answers."""
    await db.execute(_JOIN_THESE, {"ids": ids})


async def sweep(db: AsyncSession, now: datetime) -> None:
    """The rest: where answer and receipt were written at once, neither saw the other."""
    await db.execute(_JOIN_ALL)
    await db.execute(_FORGET, {"before": now - KEPT})
