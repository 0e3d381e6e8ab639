"""Taking deliveries that are due, so that nobody else tells them: one statement, then commit.

A claim is a lease: `state` is SENDING and `due_at` its end. A row whose lease has run out is due
again, and in doubt: its worker died, or lost the database, perhaps after the platform had taken
the message. `tries` counts the claims and is the lease's number: only its holder may write what
came of it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.gateway.sending.paces import Room

LEASE = timedelta(seconds=60)
USABLE = 30.0  # seconds of the lease in which a message may still be handed to the platform

_CLAIM = text("""
WITH due AS (
    SELECT id, tried_at AS since FROM campus_deliveries
    WHERE state IN ('waiting', 'sending') AND due_at <= :now AND rank <= :rank
        AND channel = ANY(:channels)
        AND message_id <> ALL (ARRAY(
            SELECT m.id FROM campus_messages m JOIN campus_campaigns c ON c.id = m.campaign_id
            WHERE c.stage IN ('paused', 'cancelled')))
    ORDER BY rank, due_at LIMIT :count FOR UPDATE SKIP LOCKED
)
UPDATE campus_deliveries d SET state = 'sending', due_at = :until, channel = :channel,
    tries = least(d.tries + 1, 32000), tried_at = coalesce(d.tried_at, :now)
FROM due WHERE d.id = due.id
RETURNING d.id, d.who, d.message_id, d.rank, d.tries, d.reason, due.since
""")


@dataclass(slots=True)
class Row:
    """A claimed delivery. `since`: when it was first tried on this channel, if it is in doubt."""

    id: int
    who: str | None
    message_id: int
    rank: int
    tries: int
    reason: str
    since: datetime | None
    stands_for: int = 1  # deliveries that were merged into it, itself counted


async def claim(
    db: AsyncSession, channel: str, takes: Collection[str], room: Room, now: datetime
) -> list[Row]:
    """Up to `room` deliveries that are due on `channel`, the most urgent and oldest first."""
    values = {
        "now": now, "until": now + LEASE, "rank": room.rank, "count": room.count,
        "channel": channel, "channels": list(takes),
    }  # fmt: skip
    rows = [Row(*row) for row in await db.execute(_CLAIM, values)]
    return sorted(rows, key=lambda row: (row.rank, row.id))
