"""Timed work: today's numbers every ten minutes, what may still change each night, and reports."""

from collections.abc import Sequence
from datetime import date, timedelta

from procrastinate import Blueprint, JobContext

from app.campus.figures import Tally
from app.kit import clock
from app.kit.db import Database
from app.services.figures import reports
from app.services.figures.rollup import roll_each, settle
from app.services.figures.view import Topics

jobs = Blueprint()


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(name="recent", pass_context=True, queueing_lock="figures:recent")
async def recent(context: JobContext, timestamp: int) -> None:
    """Today anew; in the first hour yesterday too, whose last minutes were not counted yet."""
    now = clock.now()
    first = (now - timedelta(hours=1)).date()
    await roll_each(_database(context), _tallies(context), first, now.date())


@jobs.periodic(cron="40 18 * * *")  # UTC: in the small hours here
@jobs.task(name="night", pass_context=True, queueing_lock="figures:night")
async def night(context: JobContext, timestamp: int) -> None:
    """The days that may still have changed; then the reports of what is over, if not made yet."""
    database, today = _database(context), clock.now().date()
    await settle(database, _tallies(context), today)
    async with database.session() as db:
        await reports.ask_due(db, today, clock.now())


@jobs.task(name="rebuild", pass_context=True)
async def rebuild(context: JobContext, since: str, until: str) -> None:
    """All days from `since` to `until`: years, after an import, or a service that is new."""
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    await roll_each(_database(context), _tallies(context), first, last)


@jobs.task(name="report", pass_context=True)
async def report(context: JobContext, report: int) -> None:
    """A report that was asked for."""
    topics: Topics = context.additional_context["measures"]
    await reports.make(_database(context), topics, report, clock.now())


def _database(context: JobContext) -> Database:
    database: Database = context.additional_context["database"]
    return database


def _tallies(context: JobContext) -> Sequence[Tally]:
    topics: Topics = context.additional_context["measures"]
    return [tally for _, tallies in topics.values() for tally in tallies]
