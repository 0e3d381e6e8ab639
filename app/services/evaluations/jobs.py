"""Timed work: sealed answers are opened every five minutes, and written once more each night."""

from procrastinate import Blueprint, JobContext

from app.kit import clock
from app.kit.db import Database
from app.services.evaluations import opening

jobs = Blueprint()


@jobs.periodic(cron="*/5 * * * *")
@jobs.task(name="open", pass_context=True, queueing_lock="evaluations:open")
async def open_sealed(context: JobContext, timestamp: int) -> None:
    """What came in the last five minutes, together."""
    await opening.open_sealed(context.additional_context["database"], clock.now())


@jobs.periodic(cron="40 19 * * *")  # UTC: in the small hours here
@jobs.task(name="mix", pass_context=True, queueing_lock="evaluations:mix")
async def mix(context: JobContext, timestamp: int) -> None:
    """Take the minutes out of yesterday's answers."""
    database: Database = context.additional_context["database"]
    async with database.session() as db:
        await opening.mix(db, clock.now())
