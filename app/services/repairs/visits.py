"""Follow-ups (回访): who is asked afterwards, drawn by rule."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

EVERY = 20  # one of so many finished orders, whatever became of them
DAYS = timedelta(days=3)  # drawn from what was finished since, so that a missed night is made up
_DRAW = text("""
INSERT INTO repairs_visits (order_id, drawn_at, rule, how, words)
SELECT o.id, :now, CASE WHEN o.rework > 0 THEN 'rework' WHEN r.stars <= 2 THEN 'stars'
        ELSE 'sample' END, '', ''
FROM repairs_orders o
LEFT JOIN repairs_ratings r ON r.order_id = o.id AND r.rework = o.rework
WHERE o.done_at > :since AND o.done_at <= :now
    AND (o.rework > 0 OR r.stars <= 2 OR o.id % :every = 0)
ON CONFLICT (order_id) DO NOTHING
RETURNING id
""")


async def draw(db: AsyncSession, now: datetime) -> int:
    """Draw the orders to follow up; how many. Every rework, every low rating, and a sample."""
    values = {"now": now, "since": now - DAYS, "every": EVERY}
    return len((await db.scalars(_DRAW, values)).all())
