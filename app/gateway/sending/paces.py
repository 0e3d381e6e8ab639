"""How much may go out now, over all processes: a row for each channel, and its lock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import rules
from app.campus.notify.models import MANY, URGENT
from app.campus.notify.settings import settings
from app.gateway.sending.models import Pace
from app.gateway.sending.outcomes import Stop, midnight
from app.kit.clock import SHANGHAI

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Most:
    """What a channel may be asked, by all processes together."""

    per_minute: int
    per_day: int


@dataclass(frozen=True, slots=True)
class Room:
    """How many may go out, and of which rank at most (the lower goes first)."""

    count: int
    rank: int = MANY


async def room(db: AsyncSession, channel: str, most: Most, wanted: int, now: datetime) -> Room:
    """What is free of up to `wanted`; the row is locked until `db` commits, so `spend` at once."""
    pace = await _locked(db, channel, now)
    minute, day = now.replace(second=0, microsecond=0), now.astimezone(SHANGHAI).date()
    if pace.minute < minute:
        pace.minute, pace.in_minute = minute, 0
    if pace.day < day:
        pace.day, pace.in_day = day, 0
    if pace.stopped_until is not None and pace.stopped_until > now:
        return Room(0)
    if most.per_day <= pace.in_day:
        await stop(db, channel, Stop(midnight(now), "SEND_PER_DAY"), now)
        return Room(0)
    calm = pace.calm_until is not None and pace.calm_until > now
    count = min(wanted, most.per_minute - pace.in_minute, most.per_day - pace.in_day)
    return Room(max(count, 0), URGENT if calm else MANY)


async def spend(db: AsyncSession, channel: str, count: int) -> None:
    """Count what goes out, in the transaction of `room`."""
    pace = await db.get_one(Pace, channel)
    pace.in_minute += count
    pace.in_day += count


async def refund(db: AsyncSession, channel: str, count: int) -> None:
    """Of what was counted, `count` was never asked of the platform."""
    values = {
        "in_minute": func.greatest(Pace.in_minute - count, 0),
        "in_day": func.greatest(Pace.in_day - count, 0),
    }
    await db.execute(update(Pace).where(Pace.channel == channel).values(values))


async def stop(db: AsyncSession, channel: str, wanted: Stop, now: datetime) -> None:
    """Nothing more by this channel until then; and, if that is at night, only what is urgent
    until the quiet hours end.
    """
    quiet = settings()
    calm = rules.quiet_until(wanted.until, quiet.quiet_from, quiet.quiet_until)
    if wanted.until - now < timedelta(minutes=5):
        calm = None  # a short pause wakes nobody who would not have been woken without it
    await _locked(db, channel, now)
    await db.execute(
        update(Pace)
        .where(Pace.channel == channel)
        .values(stopped_until=wanted.until, calm_until=calm, why=wanted.why)
    )
    tell = log.error if wanted.alert else log.warning
    tell("channel_stopped", channel=channel, why=wanted.why, until=wanted.until.isoformat())


async def go_on(db: AsyncSession, channel: str) -> None:
    """Lift a stop: the limit was cleared, or the account mended."""
    lifted = update(Pace).where(Pace.channel == channel)
    await db.execute(lifted.values(stopped_until=None, calm_until=None, why=""))


async def _locked(db: AsyncSession, channel: str, now: datetime) -> Pace:
    day = now.astimezone(SHANGHAI).date()
    new = insert(Pace).values(channel=channel, minute=now, day=day, in_minute=0, in_day=0)
    await db.execute(new.on_conflict_do_nothing())
    return await db.get_one(Pace, channel, with_for_update=True, populate_existing=True)
