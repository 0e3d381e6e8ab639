"""What came of each try, written many at a time, and again until the database has taken it."""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime

import psycopg
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify.models import State
from app.gateway.sending import paces
from app.gateway.sending.claim import Row
from app.gateway.sending.outcomes import Channel, Verdict
from app.gateway.sending.receipts import join
from app.kit import clock
from app.kit.db import Database

log = structlog.get_logger()
MOST = 1000  # in one statement
GATHER = 0.03  # seconds in which others may join a statement

# Only the holder of the newest lease writes: see `claim`.
_RECORD = text("""
UPDATE campus_deliveries d SET
    state = o.state, reason = o.reason, told_as = o.told_as,
    channel = coalesce(o.channel, d.channel), due_at = coalesce(o.due_at, d.due_at),
    done_at = CASE WHEN o.state <> 'waiting' THEN CAST(:now AS timestamptz) END,
    tried_at = CASE WHEN o.state <> 'waiting' OR o.doubt THEN d.tried_at END
FROM json_to_recordset(CAST(:rows AS json)) AS o (
    id bigint, tries int, state text, reason text, told_as text, channel text,
    due_at timestamptz, doubt bool)
WHERE d.id = o.id AND d.tries = o.tries AND d.state = 'sending'
""")
_GONE = text("""
UPDATE campus_followers SET left_at = :now
WHERE who = ANY(:gone) AND left_at IS NULL AND joined_at < :now
""")


@dataclass(frozen=True, slots=True)
class Entry:
    """What came of one row. `onto`: the channel it goes to, if it goes on. `asked`: whether the
    platform was.
    """

    row: Row
    verdict: Verdict
    onto: Channel | None = None
    asked: bool = True

    def plain(self) -> dict[str, object]:
        """The entry as the statement reads it."""
        verdict = self.verdict
        due = verdict.due_at.isoformat() if verdict.due_at else None
        return {
            "id": self.row.id, "tries": self.row.tries, "state": verdict.state,
            "reason": verdict.reason, "told_as": verdict.told_as, "channel": self.onto,
            "due_at": due, "doubt": verdict.doubt,
        }  # fmt: skip


class Ledger:
    """Of one channel in one process. What is lost with the process is found in doubt."""

    def __init__(self, database: Database, channel: Channel) -> None:
        self._database, self._channel = database, channel
        self._waiting: list[Entry] = []
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def add(self, entry: Entry) -> None:
        self._waiting.append(entry)
        self._idle.clear()
        self._wake.set()

    async def settled(self) -> None:
        """Until everything added is written."""
        await self._idle.wait()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(GATHER)
            entries, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            await self._insist(entries)
            if not self._waiting:
                self._wake.clear()
                self._idle.set()

    async def _insist(self, entries: list[Entry]) -> None:
        while True:
            try:
                async with self._database.session() as db:
                    await write(db, self._channel, entries, clock.now())
                return
            except (psycopg.Error, SQLAlchemyError, OSError) as error:
                log.warning("outcomes_not_written", error=type(error).__name__, rows=len(entries))
                await asyncio.sleep(0.5)


async def write(db: AsyncSession, channel: Channel, entries: list[Entry], now: datetime) -> None:
    rows = json.dumps([entry.plain() for entry in entries])
    await db.execute(_RECORD, {"rows": rows, "now": now})
    told = [entry.row.id for entry in entries if entry.verdict.state is State.SENT]
    if told:
        await join(db, told)
    if unasked := sum(not entry.asked for entry in entries):
        await paces.refund(db, channel, unasked)
    if gone := [entry.row.who for entry in entries if entry.verdict.gone]:
        await db.execute(_GONE, {"gone": gone, "now": now})
    stops = [entry.verdict.stop for entry in entries if entry.verdict.stop]
    if stops:
        await paces.stop(db, channel, max(stops, key=lambda found: found.until), now)
