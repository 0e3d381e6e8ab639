"""What somebody may rate now: what they were asked for first; and what they have said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import calendar
from app.campus.people.me import Me
from app.services.evaluations.board import Board, Entry, open_now
from app.services.evaluations.limits import PAGE
from app.services.evaluations.models import Answer, Invitation, Subject, Taken
from app.services.evaluations.occasions import key_of
from app.services.evaluations.rules import Period, Phase

MOST_ASKED = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """An invitation that waits, and until when."""

    id: int
    entry: Entry
    until: datetime


async def used(db: AsyncSession, me: Me, entries: Sequence[Entry], now: datetime) -> set[int]:
    """Of `entries` the ids of those that `me` has rated in this period."""
    if me.person_id is None:
        return set()
    days = await calendar.within(db)
    keys = {
        key_of(days, me, entry.form_id, entry.period, entry.id, "", now): entry.id
        for entry in entries
        if entry.period != Period.OCCASION
    }
    found = await db.scalars(select(Taken.key).where(Taken.key.in_(keys)))
    return {keys[key] for key in found}


async def asked(db: AsyncSession, me: Me, board: Board, now: datetime) -> list[Asked]:
    """Invitations that hold and were not answered, the most pressing first."""
    query = (
        select(Invitation)
        .where(Invitation.person_id == me.person_id, Invitation.until > now)
        .order_by(Invitation.until, Invitation.id)
        .limit(MOST_ASKED)
    )
    known = {entry.id: entry for entry in board if entry.phase(now) is Phase.OPEN}
    days = await calendar.within(db)
    waiting = {
        key_of(days, me, entry.form_id, entry.period, entry.id, one.occasion, now): Asked(
            one.id, entry, one.until
        )
        for one in await db.scalars(query)
        if (entry := known.get(one.subject_id)) is not None
        and (one.occasion or entry.period != Period.OCCASION)
    }
    answered = set(await db.scalars(select(Taken.key).where(Taken.key.in_(waiting))))
    return [one for key, one in waiting.items() if key not in answered]


async def open_for(db: AsyncSession, me: Me, board: Board, now: datetime) -> list[Entry]:
    """What anybody may rate and `me` has not rated in this period."""
    entries = open_now(board, now)
    done = await used(db, me, entries, now)
    return [entry for entry in entries if entry.id not in done]


async def mine(
    db: AsyncSession, me: Me, before: datetime | None = None
) -> list[tuple[Answer, str]]:
    """Named answers of `me` given before `before`, newest first, with what they are of; one more
    than a page holds if there are more."""
    query = (
        select(Answer, Subject.name)
        .join(Subject, Subject.id == Answer.subject_id)
        .where(Answer.person_id == me.person_id)
        .order_by(Answer.at.desc(), Answer.id)
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(Answer.at < before)
    return [(answer, name) for answer, name in await db.execute(query)]
