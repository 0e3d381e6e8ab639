"""Timed work: a month is counted; the time for objections ends."""

from procrastinate import Blueprint, JobContext

from app.kit import clock
from app.kit.db import Database
from app.services.assess import steps

jobs = Blueprint()


@jobs.task(name="count", pass_context=True)
async def count(context: JobContext, run: int) -> None:
    """A month end that somebody started."""
    database: Database = context.additional_context["database"]
    async with database.session() as db:
        await steps.count(db, run, clock.now())


@jobs.task(name="close", pass_context=True)
async def close(context: JobContext, run: int) -> None:
    """The last day for objections to one is over."""
    database: Database = context.additional_context["database"]
    async with database.session() as db:
        await steps.close(db, run, clock.now())


@jobs.periodic(cron="5 * * * *")
@jobs.task(name="sweep", pass_context=True, queueing_lock="assess:sweep")
async def sweep(context: JobContext, timestamp: int) -> None:
    """Those whose own job was lost."""
    database: Database = context.additional_context["database"]
    async with database.session() as db:
        for run in await steps.due(db, clock.now()):
            await steps.close(db, run, clock.now())
