"""Whom a customer-service message can reach now: computed from what they wrote and were told.

Five within 48 hours after a message, three within a minute after a tap or a scan. This only
spares calls that are bound to fail; the platform counts for itself, and its word is the last.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

AFTER_WORDS, WORDS_QUOTA = timedelta(hours=48), 5
AFTER_TAP, TAP_QUOTA = timedelta(minutes=1), 3

# Keys of messages begin with m:, those of events with e: (see app.wechat.heads).
_OPEN = text("""
SELECT w.who,
    count(*) FILTER (WHERE told.at > w.words) AS after_words, w.words IS NOT NULL AS wrote,
    count(*) FILTER (WHERE told.at > w.tap) AS after_tap, w.tap IS NOT NULL AS tapped
FROM (
    SELECT who, max(at) FILTER (WHERE key LIKE 'm:%') AS words,
        max(at) FILTER (WHERE key LIKE 'e:%' AND kind IN ('text', 'joined') AND at > :minute) AS tap
    FROM gateway_messages WHERE at > :days AND who = ANY(:who) GROUP BY who
) w
LEFT JOIN LATERAL (
    SELECT d.tried_at AS at FROM campus_deliveries d
    WHERE d.who = w.who AND d.channel = 'custom' AND d.state IN ('sent', 'unsure')
) told ON true
GROUP BY w.who, w.words, w.tap
""")


async def open_to(db: AsyncSession, who: Collection[str], now: datetime) -> set[str]:
    """Those of `who` that can be reached."""
    values = {"who": list(who), "days": now - AFTER_WORDS, "minute": now - AFTER_TAP}
    return {
        row.who
        for row in await db.execute(_OPEN, values)
        if (row.wrote and row.after_words < WORDS_QUOTA)
        or (row.tapped and row.after_tap < TAP_QUOTA)
    }
