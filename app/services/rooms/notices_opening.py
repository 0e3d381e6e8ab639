"""Calling those who may choose, a few minutes before a round opens."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import notify
from app.campus.notify.models import Message
from app.kit.clock import SHANGHAI
from app.services.rooms.models import Eligible, Round
from app.services.rooms.notices import OPENING
from app.services.rooms.rules import Stage

BEFORE = timedelta(minutes=5)


async def tell_opening(db: AsyncSession, now: datetime) -> int:
    """Tell each round that opens within five minutes to those who may choose, once; how many
    rounds. Run again and again; a round that an operator moves to another time is told anew."""
    soon = select(Round).where(
        Round.stage == Stage.READY, Round.opens_at <= now + BEFORE, Round.closes_at > now,
    ).with_for_update()  # fmt: skip
    told = 0
    for found in await db.scalars(soon):
        at = found.opens_at.astimezone(SHANGHAI)
        before = select(Message.id).where(
            Message.notice == OPENING.name,
            Message.fields["round"].as_string() == str(found.id),
            Message.fields["opens"].as_string() == at.isoformat(),
        )  # fmt: skip
        if await db.scalar(before.limit(1)) is not None:
            continue
        query = select(Eligible.person_id).where(
            Eligible.round_id == found.id, Eligible.withdrawn_at.is_(None)
        )
        people = (await db.scalars(query)).all()
        await notify(db, OPENING, to=people, title=found.title, opens=at, round=found.id)
        told += 1
    return told
