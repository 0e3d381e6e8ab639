"""Browsers that somebody is logged in with: 30 days rolling, revocable at once."""

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from sqlalchemy import Row, bindparam, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.people.models import Binding, Person, PersonKind, Session
from app.campus.permission.models import Grant
from app.campus.permission.rules import Right, Role

AnyRow = Row[*tuple[Any, ...]]
LIFE = timedelta(days=30)
STALE = timedelta(hours=6)  # how old `seen_at` may grow before it is written again
DESK_LIFE, DESK_STALE = timedelta(hours=12), timedelta(minutes=10)  # a person's, at the desk
ROSTER_ROLES = {
    PersonKind.STUDENT: Role.STUDENT,
    PersonKind.TEACHER: Role.TEACHER,
    PersonKind.FRESHMAN: Role.FRESHMAN,
}
# What a person was given, beside the person in a query: [[role, area, building, unit]] or None.
GRANTED = (
    select(
        func.json_agg(
            func.json_build_array(Grant.role, Grant.area_id, Grant.building_id, Grant.unit)
        )
    )
    .where(Grant.person_id == Person.id)
    .scalar_subquery()
)
# Built once: this runs with every request, and building costs as much as asking.
HOLDER = (
    select(
        Session.id.label("session_id"), Session.who, Session.seen_at,
        Person.id, Person.number, Person.name, Person.kind, Person.room_id,
        Person.valid_until, Person.gone_at, GRANTED.label("granted"),
    )
    .outerjoin(Binding, Binding.who == Session.who)
    .outerjoin(Person, Person.id == func.coalesce(Session.person_id, Binding.person_id))
    .where(Session.token == bindparam("token"), Session.ended_at.is_(None))
)  # fmt: skip


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
    theirs = [Session.who == who] if who is not None else []
    if person_id is not None:  # a None would be compared as NULL, and find everybody else's
        bound = select(Binding.who).where(Binding.person_id == person_id)
        theirs += [Session.person_id == person_id, Session.who.in_(bound)]
    ended = update(Session).where(or_(false(), *theirs), Session.ended_at.is_(None))
    await db.execute(ended.values(ended_at=now))


def by(token: str) -> dict[str, bytes]:
    """What `HOLDER` asks for."""
    return {"token": _hash(token)}


async def find(db: AsyncSession, token: str, now: datetime) -> Me | None:
    """Who holds `token`, in one query; None if the session is unknown, ended or too old."""
    row = (await db.execute(HOLDER, by(token))).one_or_none()
    if is_stale(row, now):
        await touch(db, row, now)
    return read(row, now)


def read(row: AnyRow | None, now: datetime) -> Me | None:
    """Who the row that `HOLDER` found is."""
    if row is None or row.seen_at < now - _life(row)[0]:
        return None
    me = Me(session_id=row.session_id, who=row.who)
    return me if row.id is None else known(me, row, row.granted, now)


def is_stale(row: AnyRow | None, now: datetime) -> TypeGuard[AnyRow]:
    """Whether it is time to write down that the session is used."""
    if row is None:
        return False
    life, stale = _life(row)
    return bool(now - life <= row.seen_at < now - stale)


def _life(row: AnyRow) -> tuple[timedelta, timedelta]:
    """How long the session lives unseen, and how old `seen_at` may grow: shorter at the desk."""
    return (DESK_LIFE, DESK_STALE) if row.who is None else (LIFE, STALE)


async def touch(db: AsyncSession, row: AnyRow, now: datetime) -> None:
    """Write down that the session is used."""
    await db.execute(update(Session).where(Session.id == row.session_id).values(seen_at=now))


def known(me: Me, person: Person | AnyRow, granted: list[list[Any]] | None, now: datetime) -> Me:
    """`me` as `person`, with the rights of the roster and those that `GRANTED` found."""
    valid = person.valid_until is None or person.valid_until >= now.date()
    here = valid and person.gone_at is None
    roster = ROSTER_ROLES.get(PersonKind(person.kind))
    rights = [Right(roster)] if roster else []
    rights += [Right(Role(role), *limits) for role, *limits in granted or []]
    return replace(
        me, person_id=person.id, number=person.number or "", name=person.name, kind=person.kind,
        room_id=person.room_id if here else None, valid_until=person.valid_until,
        rights=tuple(rights) if here else (),
    )  # fmt: skip
