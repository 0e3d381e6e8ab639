"""Timed work: escalation every five minutes, silence each night."""

from procrastinate import Blueprint, JobContext

from app.kit import clock
from app.kit.db import Database
from app.services.feedback import rounds

jobs = Blueprint()


@jobs.periodic(cron="*/5 * * * *")
@jobs.task(name="round", pass_context=True, queueing_lock="feedback:round")
async def minutes(context: JobContext, timestamp: int) -> None:
    """Reminders and escalation that are due."""
    await rounds.go_round(context.additional_context["database"], clock.now())


@jobs.periodic(cron="20 19 * * *")  # UTC: in the small hours here
@jobs.task(name="night", pass_context=True, queueing_lock="feedback:night")
async def night(context: JobContext, timestamp: int) -> None:
    """Close what was answered and not spoken of since."""
    database: Database = context.additional_context["database"]
    async with database.session() as db:
        await rounds.close_silent(db, clock.now())
