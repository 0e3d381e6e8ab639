"""Timed work: visits by their rhythm, what is late, and the morning's list."""

from procrastinate import Blueprint, JobContext

from app.kit import clock
from app.kit.db import Database
from app.services.checks import overdue, plan, telling

jobs = Blueprint()


@jobs.periodic(cron="*/10 * * * *")
@jobs.task(name="round", pass_context=True, queueing_lock="checks:round")
async def go_round(context: JobContext, timestamp: int) -> None:
    """What is due now, what is over, and who is to hear of it."""
    database: Database = context.additional_context["database"]
    async with database.session() as db:
        now = clock.now()
        await plan.make(db, now.date())
        await plan.close(db, now)
        await telling.late(db, now)
    async with database.session() as db:
        await overdue.sweep(db, clock.now())


@jobs.periodic(cron="40 23 * * *")  # UTC: 7:40 here
@jobs.task(name="morning", pass_context=True, queueing_lock="checks:morning")
async def morning(context: JobContext, timestamp: int) -> None:
    """「今天有 3 处要查」."""
    database: Database = context.additional_context["database"]
    async with database.session() as db:
        await telling.today(db, clock.now())
