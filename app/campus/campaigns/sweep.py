"""What has to happen to campaigns though nobody presses anything, once a minute."""

from datetime import datetime, timedelta

import structlog
from procrastinate import Blueprint, JobContext
from sqlalchemy import and_, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.campaigns import life
from app.campus.campaigns.models import Campaign, Stage
from app.campus.notify.models import Delivery, Message, State
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import CampusError

log = structlog.get_logger()
jobs = Blueprint()
RECEIPTS = timedelta(days=1)  # so long they may still come in


@jobs.task(name="start", pass_context=True)
async def start(context: JobContext, id: int) -> None:
    """The hour of a scheduled campaign."""
    await _begin(_database(context), id)


@jobs.periodic(cron="* * * * *")
@jobs.task(name="sweep", pass_context=True, queueing_lock="campaigns:sweep")
async def sweep(context: JobContext, timestamp: int) -> None:
    """Start what is overdue, end what is done, count."""
    database, now = _database(context), clock.now()
    async with database.session() as db:
        late = await overdue(db, now)
        await finish(db, now)
        await count(db, now)
    for id in late:
        await _begin(database, id)


async def _begin(database: Database, id: int) -> None:
    try:
        async with database.session() as db:
            await life.start(db, id, clock.now())
    except CampusError as refusal:
        log.warning("campaign_not_started", campaign=id, why=str(refusal))


async def overdue(db: AsyncSession, now: datetime) -> list[int]:
    """Campaigns whose time came and whose job did not."""
    due = select(Campaign.id).where(Campaign.stage == Stage.SCHEDULED, Campaign.starts_at <= now)
    return list(await db.scalars(due))


async def finish(db: AsyncSession, now: datetime) -> None:
    """Those that run and have nothing left are done; the rest of the cancelled is closed."""
    left = exists().where(
        Message.campaign_id == Campaign.id, Delivery.message_id == Message.id,
        Delivery.state.in_((State.WAITING, State.SENDING)),
    )  # fmt: skip
    over = update(Campaign).where(Campaign.stage == Stage.RUNNING, ~left)
    await db.execute(over.values(stage=Stage.DONE, ended_at=now))
    await _close(db, now)


async def _close(db: AsyncSession, now: datetime) -> None:
    """End what is open of cancelled campaigns: nobody claims it. A worker that held some while
    one was cancelled may have put them back, or died; what it tried may have been told.
    """
    cancelled = select(Message.id).join(Campaign, Campaign.id == Message.campaign_id)
    lost = and_(Delivery.state == State.SENDING, Delivery.due_at <= now)
    back = update(Delivery).where(
        or_(Delivery.state == State.WAITING, lost),
        Delivery.message_id.in_(cancelled.where(Campaign.stage == Stage.CANCELLED)),
    )
    ended = case((Delivery.tried_at.is_not(None), State.UNSURE), else_=State.CANCELLED)
    await db.execute(back.values(state=ended, done_at=now))


async def count(db: AsyncSession, now: datetime) -> None:
    """Store the figures of what runs, and of what ended within a day."""
    moving = or_(
        Campaign.stage.in_((Stage.RUNNING, Stage.PAUSED)),
        Campaign.started_at.is_not(None) & (Campaign.ended_at > now - RECEIPTS),
    )
    by_state = (
        select(Message.campaign_id, Delivery.state, func.count().label("n"))
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.campaign_id.in_(select(Campaign.id).where(moving)))
        .group_by(Message.campaign_id, Delivery.state)
    ).subquery()
    counts = (
        select(func.jsonb_object_agg(by_state.c.state, by_state.c.n))
        .where(by_state.c.campaign_id == Campaign.id)
        .scalar_subquery()
    )
    stored = update(Campaign).where(moving).values(counts=func.coalesce(counts, Campaign.counts))
    await db.execute(stored.execution_options(synchronize_session=False))


def _database(context: JobContext) -> Database:
    database: Database = context.additional_context["database"]
    return database
