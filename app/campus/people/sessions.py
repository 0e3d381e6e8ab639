"""Browsers that somebody is logged in with: 30 days rolling, revocable at once."""

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.people.models import Binding, Person, PersonKind, Session
from app.campus.permission.models import Grant
from app.campus.permission.rules import Right, Role

LIFE = timedelta(days=30)
STALE = timedelta(hours=6)  # how old `seen_at` may grow before it is written again
ROSTER_ROLES = {
    PersonKind.STUDENT: Role.STUDENT,
    PersonKind.TEACHER: Role.TEACHER,
    PersonKind.FRESHMAN: Role.FRESHMAN,
}


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def start(
    db: AsyncSession, now: datetime, *, who: str | None = None, person_id: int | None = None
) -> str:
    """A new session of a follower, or of a person at the desk; the token for the cookie."""
    token = secrets.token_urlsafe(32)
    db.add(Session(token=_hash(token), who=who, person_id=person_id, created_at=now, seen_at=now))
    return token


async def end(db: AsyncSession, now: datetime, *, session_id: int) -> None:
    """Log this browser out."""
    await db.execute(update(Session).where(Session.id == session_id).values(ended_at=now))


async def end_all(
    db: AsyncSession, now: datetime, *, who: str | None = None, person_id: int | None = None
) -> None:
    """Log a follower out everywhere, or a person: at the desk and on the phone bound to them."""
    bound = select(Binding.who).where(Binding.person_id == person_id)
    theirs = or_(Session.who == who, Session.person_id == person_id, Session.who.in_(bound))
    await db.execute(update(Session).where(theirs, Session.ended_at.is_(None)).values(ended_at=now))


async def find(db: AsyncSession, token: str, now: datetime) -> Me | None:
    """Who holds `token`, in one query; None if the session is unknown, ended or too old."""
    rights = (
        select(
            func.json_agg(
                func.json_build_array(Grant.role, Grant.area_id, Grant.building_id, Grant.unit)
            )
        )
        .where(Grant.person_id == Person.id)
        .scalar_subquery()
    )
    query = (
        select(Session.id, Session.who, Session.seen_at, Person, rights)
        .outerjoin(Binding, Binding.who == Session.who)
        .outerjoin(Person, Person.id == func.coalesce(Session.person_id, Binding.person_id))
        .where(Session.token == _hash(token), Session.ended_at.is_(None))
    )
    row = (await db.execute(query)).one_or_none()
    if row is None or row.seen_at < now - LIFE:
        return None
    if row.seen_at < now - STALE:
        await db.execute(update(Session).where(Session.id == row.id).values(seen_at=now))
    me = Me(session_id=row.id, who=row.who)
    return me if row.Person is None else _as(me, row.Person, row[4], now)


def _as(me: Me, person: Person, granted: list[list[Any]] | None, now: datetime) -> Me:
    valid = person.valid_until is None or person.valid_until >= now.date()
    roster = ROSTER_ROLES.get(PersonKind(person.kind))
    rights = [Right(roster)] if roster else []
    rights += [Right(Role(role), *limits) for role, *limits in granted or []]
    return replace(
        me, person_id=person.id, number=person.number or "", name=person.name, kind=person.kind,
        room_id=person.room_id, valid_until=person.valid_until,
        rights=tuple(rights) if valid and person.gone_at is None else (),
    )  # fmt: skip
