"""Keeping what every tally gives by day: the one place that reads what services wrote."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.figures import Tally
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.services.figures.rules import months

# One statement: what is there no more goes, what changed is changed, and nothing else is touched.
# The two never meet in a row, so their order does not matter.
_ROLL = """
WITH found (day, measure, unit, part, value, count) AS MATERIALIZED ({sql}),
gone AS (
    DELETE FROM figures_days d
    WHERE d.measure = ANY(:measures) AND d.day >= :first AND d.day <= :last AND NOT EXISTS (
        SELECT FROM found f WHERE (f.value, f.count) <> (0, 0) AND f.measure = d.measure
        AND f.day = d.day AND f.unit = d.unit AND f.part = d.part)
)
INSERT INTO figures_days AS kept (measure, day, unit, part, value, count)
SELECT f.measure, f.day, f.unit, f.part, f.value, f.count FROM found f
WHERE (f.value, f.count) <> (0, 0) AND f.measure = ANY(:measures)
ON CONFLICT (measure, day, unit, part) DO UPDATE SET value = EXCLUDED.value, count = EXCLUDED.count
WHERE (kept.value, kept.count) IS DISTINCT FROM (EXCLUDED.value, EXCLUDED.count)
"""


def midnight(day: date) -> datetime:
    """When the day begins in Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


async def roll(db: AsyncSession, tally: Tally, first: date, last: date) -> None:
    """Count the days from `first` to `last` anew. Twice is as once.

    What a day had and has no more is deleted, what changed is changed. Two at a time wait for
    each other, whichever days they count.
    """
    names = [measure.name for measure in tally.measures]
    lock = text("SELECT pg_advisory_xact_lock(hashtext('figures:' || :name))")
    await db.execute(lock, {"name": names[0]})
    values = {"since": midnight(first), "until": midnight(last + timedelta(days=1)),
              "first": first, "last": last, "measures": names}  # fmt: skip
    await db.execute(text(_ROLL.format(sql=tally.sql)), values)


async def roll_each(database: Database, tallies: Iterable[Tally], first: date, last: date) -> None:
    """`roll` for all, each month of each in a transaction of its own: what broke off goes on."""
    for tally in tallies:
        for begin, end in months(first, last):
            async with database.session() as db:
                await roll(db, tally, begin, end)


async def settle(database: Database, tallies: Sequence[Tally], today: date) -> None:
    """Count all days anew that may still have changed."""
    for tally in tallies:
        await roll_each(database, [tally], today - timedelta(days=tally.settles), today)
