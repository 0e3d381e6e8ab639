"""What happens to beds though nobody taps: holds run out, freed ones are offered."""

from procrastinate import Blueprint, JobContext
from sqlalchemy import text

from app.kit import clock
from app.kit.db import Database
from app.services.rooms import line
from app.services.rooms.notices_opening import tell_opening

jobs = Blueprint()
# Rounds with something to do; asked without any lock.
_DUE = text("""
SELECT r.id FROM rooms_rounds r WHERE r.stage = 'ready' AND (
    EXISTS (SELECT FROM rooms_beds b WHERE b.round_id = r.id AND (b.state = 'kept'
        OR b.state = 'held' AND b.held_until <= clock_timestamp()))
    OR EXISTS (SELECT FROM rooms_waiting w WHERE w.round_id = r.id AND w.state = 'offered'
        AND w.offered_until <= clock_timestamp()))
""")


@jobs.periodic(cron="* * * * *")
@jobs.task(name="opening", pass_context=True, queueing_lock="rooms:opening")
async def opening(context: JobContext, timestamp: int) -> None:
    """Call those whose round opens in a few minutes."""
    database: Database = context.additional_context["database"]
    async with database.session() as db:
        await tell_opening(db, clock.now())


@jobs.periodic(cron="* * * * * */20")
@jobs.task(name="sweep", pass_context=True, queueing_lock="rooms:sweep")
async def sweep(context: JobContext, timestamp: int) -> None:
    """Every 20 seconds."""
    await go_round(context.additional_context["database"])


async def go_round(database: Database) -> int:
    """Sweep every round that has something to sweep, each by itself; how many offers."""
    async with database.session() as db:
        due = list(await db.scalars(_DUE))
    offers = 0
    for round_id in due:
        async with database.session() as db:
            offers += await line.offer(db, round_id)
    return offers
