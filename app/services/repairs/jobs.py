"""Timed work: dispatch at once, a round each minute, silence and follow-ups each night."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog
from procrastinate import Blueprint, JobContext
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.kit.db import Database
from app.kit.errors import CampusError
from app.services.repairs import closing, dispatch, rounds, visits
from app.services.repairs.models import Order

log = structlog.get_logger()
jobs = Blueprint()
Task = Callable[[AsyncSession, Order, datetime], Awaitable[object]]


@jobs.task(name="dispatch", pass_context=True)
async def dispatch_one(context: JobContext, order: int) -> None:
    """An order that was just reported, or came back."""
    await each(context.additional_context["database"], [order], dispatch.dispatch, clock.now())


@jobs.periodic(cron="* * * * *")
@jobs.task(name="round", pass_context=True, queueing_lock="repairs:round")
async def minute(context: JobContext, timestamp: int) -> None:
    """Everything that time alone does to orders."""
    await go_round(context.additional_context["database"], clock.now())


@jobs.periodic(cron="10 19 * * *")  # UTC: in the small hours here
@jobs.task(name="night", pass_context=True, queueing_lock="repairs:night")
async def night(context: JobContext, timestamp: int) -> None:
    """Close what nobody said anything about, and draw who is asked afterwards."""
    database: Database = context.additional_context["database"]
    async with database.session() as db:
        await closing.close_silent(db, clock.now())
        await visits.draw(db, clock.now())


async def go_round(database: Database, now: datetime) -> None:
    """One round: lapsed offers, orders that nobody has, clocks; each order by itself."""
    async with database.session() as db:
        late, free, looked = [
            await find(db, now) for find in (rounds.unanswered, rounds.waiting, rounds.to_look_at)
        ]
    await each(database, late, dispatch.lapse, now)
    await each(database, free, dispatch.dispatch, now)
    await each(database, looked, rounds.look, now)


async def each(database: Database, ids: Sequence[int], task: Task, now: datetime) -> None:
    """Do `task` to each order in a transaction of its own: one that cannot hinders no other."""
    for id in ids:
        try:
            async with database.session() as db:
                if order := await db.get(Order, id):
                    await task(db, order, now)
        except CampusError as refusal:  # somebody else was faster
            log.info("repairs_round_refused", order=id, why=str(refusal))
        except Exception:
            log.exception("repairs_round_failed", order=id)
