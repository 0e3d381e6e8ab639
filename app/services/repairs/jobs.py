"""Timed work: dispatch at once, a round each minute, silence and follow-ups each night."""

from procrastinate import Blueprint, JobContext

from app.kit import clock
from app.kit.db import Database
from app.services.repairs import chat_photo, closing, dispatch, plans, rounds, visits

jobs = Blueprint()


@jobs.task(name="dispatch", pass_context=True)
async def dispatch_one(context: JobContext, order: int) -> None:
    """An order that was just reported, or came back."""
    await rounds.each(
        context.additional_context["database"], [order], dispatch.dispatch, clock.now()
    )


@jobs.periodic(cron="* * * * *")
@jobs.task(name="round", pass_context=True, queueing_lock="repairs:round")
async def minute(context: JobContext, timestamp: int) -> None:
    """Everything that time alone does to orders."""
    await rounds.go_round(context.additional_context["database"], clock.now())


@jobs.periodic(cron="10 19 * * *")  # UTC: in the small hours here
@jobs.task(name="night", pass_context=True, queueing_lock="repairs:night")
async def night(context: JobContext, timestamp: int) -> None:
    """Close what nobody said anything about, draw who is asked afterwards, drop lost photos."""
    database: Database = context.additional_context["database"]
    async with database.session() as db:
        await closing.close_silent(db, clock.now())
        await visits.draw(db, clock.now())
        await chat_photo.drop_left(db, clock.now())


@jobs.periodic(cron="0 1 * * *")  # UTC: nine in the morning here
@jobs.task(name="morning", pass_context=True, queueing_lock="repairs:morning")
async def morning(context: JobContext, timestamp: int) -> None:
    """Make the orders of plans whose day it is, and ask those who have said nothing for days."""
    database: Database = context.additional_context["database"]
    async with database.session() as db:
        await plans.make_due(db, clock.now())
        await closing.ask_silent(db, clock.now())
