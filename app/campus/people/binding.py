"""Binding a follower to a person: one to one, by what only that person knows."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record, thing
from app.campus.people.cards import keyed
from app.campus.people.me import Me
from app.campus.people.models import Binding, Move, Person, Session
from app.campus.permission.rules import Action, Role, Where
from app.campus.places.models import Building, Room
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from app.kit.limits import Tries, attempt
from app.kit.words import normalise

TRIES, LOCKED = 5, timedelta(hours=1)
PATIENCE = timedelta(days=3)  # how long a move waits for the old follower
WRONG = "这三样对不上，照校园卡和身份证再核对一遍"
BINDINGS = Action("people.bindings", frozenset({Role.OPERATOR}), own=True)
_NOBODY = bytes(32)


class Outcome(StrEnum):
    """BOUND: it is done. WAITING: another follower has this person and is asked to let go."""

    BOUND = "bound"
    WAITING = "waiting"


def tidy(number: str) -> str:
    """A number as the roster keeps it: half width, capitals, no spaces."""
    return normalise(number).replace(" ", "").upper()[:40]


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says of themselves: number, name, and the last six of the ID card."""

    number: str
    name: str
    card: str


async def bind(
    db: AsyncSession,
    database: Database,
    who: str,
    claim: Claim,
    now: datetime,
    *,
    address: str = "",
) -> Outcome:
    """Bind the follower `who` to the person of `claim`, or ask the follower who has them.

    Raises Invalid for any wrong claim alike, TooMany past five of them in an hour for a
    follower or a number, Conflict if `who` is somebody else already.
    """
    number = tidy(claim.number)
    keys = [f"bind:{who}", f"bind-number:{number}"]
    for key in keys:
        await _try(db, database, key, now)
    person = await db.scalar(
        select(Person).where(Person.number == number, Person.gone_at.is_(None))
    )
    if not _matches(person, number, claim) or person is None:
        raise Invalid(WRONG)
    for key in keys:  # it was right, so it does not count
        await db.execute(update(Tries).where(Tries.key == key).values(count=Tries.count - 1))
    return await _take(db, who, person, now, address)


async def bind_number(
    db: AsyncSession, who: str, number: str, now: datetime, *, address: str = ""
) -> Outcome:
    """Bind `who` to the person of `number`, which the university's own login vouches for.

    Raises NotFound for somebody who is not on the roster, Conflict as `bind` does.
    """
    here = select(Person).where(Person.number == tidy(number), Person.gone_at.is_(None))
    if (person := await db.scalar(here)) is None:
        raise NotFound("名册上还没有你，找运营同事加上再绑")
    return await _take(db, who, person, now, address)


async def _try(db: AsyncSession, database: Database, key: str, now: datetime) -> None:
    try:
        await attempt(database, key, now, most=TRIES, within=LOCKED, sentence="")
    except TooMany:
        since = await db.scalar(select(Tries.since).where(Tries.key == key))
        opens = ((since or now) + LOCKED + timedelta(minutes=1)).astimezone(SHANGHAI)
        raise TooMany(f"试错 5 次了，{opens.hour}:{opens.minute:02} 以后再来") from None


def _matches(person: Person | None, number: str, claim: Claim) -> bool:
    """Whether all three are right; the same work whichever of them is not."""
    name = normalise(person.name if person else "").replace(" ", "")
    said = normalise(claim.name).replace(" ", "")
    secret = (person.secret if person else None) or _NOBODY
    card = hmac.compare_digest(secret, keyed(number, claim.card.strip()))
    return hmac.compare_digest(name.encode(), said.encode()) & card


async def _take(db: AsyncSession, who: str, person: Person, now: datetime, address: str) -> Outcome:
    """The unique keys decide: whoever comes second waits here for the first to commit."""
    new = insert(Binding).values(who=who, person_id=person.id, at=now).on_conflict_do_nothing()
    if await db.scalar(new.returning(Binding.who)) is not None:
        await db.execute(delete(Move).where(Move.person_id == person.id))
        record(db, _as(who, person.id, address), "people.bind", thing("person", person.id))
        return Outcome.BOUND
    mine = await db.scalar(select(Binding.person_id).where(Binding.who == who))
    if mine == person.id:
        return Outcome.BOUND
    if mine is not None:
        raise Conflict("这个微信已经绑了别的学号，先解绑再绑")
    await db.execute(delete(Move).where(or_(Move.person_id == person.id, Move.who == who)))
    ask = insert(Move).values(person_id=person.id, who=who, at=now)
    await db.execute(ask.on_conflict_do_nothing())
    record(db, _as(who, person.id, address), "people.ask_to_move", thing("person", person.id))
    return Outcome.WAITING


def _as(who: str | None, person_id: int, address: str) -> Me:
    """Somebody for the trail, which keeps no name of who binds: it outlives their data."""
    return Me(session_id=0, who=who, person_id=person_id, address=address)


async def unbind(db: AsyncSession, me: Me, now: datetime, *, person_id: int | None = None) -> None:
    """Part `me`, or for an operator the person `person_id`, from their follower.

    Their other browsers are logged out, here and at the desk; rights end at once everywhere.
    Raises NotFound if there is no binding, Forbidden if it is somebody else's.
    """
    whose = person_id if person_id is not None else me.person_id
    if whose is None or not await _may(db, me, whose):
        raise Forbidden("只能解绑自己的学号")
    gone = delete(Binding).where(Binding.person_id == whose).returning(Binding.who)
    if (who := await db.scalar(gone)) is None:
        raise NotFound("这个学号没有绑定")
    await db.execute(delete(Move).where(Move.person_id == whose))
    await _log_out(db, now, who, whose, me.session_id)
    record(db, _actor(me, whose), "people.unbind", thing("person", whose))


async def _log_out(db: AsyncSession, now: datetime, who: str, person_id: int, but: int) -> None:
    theirs = or_(Session.who == who, Session.person_id == person_id)
    others = (theirs, Session.id != but, Session.ended_at.is_(None))
    await db.execute(update(Session).where(*others).values(ended_at=now))


async def _may(db: AsyncSession, me: Me, person_id: int) -> bool:
    """Whether `me` may part a person from their follower: their own, or where they live."""
    if me.person_id == person_id or me.may(BINDINGS):
        return True
    home = (
        select(Building.area_id, Building.id)
        .join(Room, Room.building_id == Building.id)
        .join(Person, Person.room_id == Room.id)
    )
    found = (await db.execute(home.where(Person.id == person_id))).one_or_none()
    return found is not None and me.may(BINDINGS, Where(*found))


def _actor(me: Me, person_id: int) -> Me:
    """An operator is named in the trail, the person themselves are not."""
    return _as(me.who, person_id, me.address) if me.person_id == person_id else me


async def asked(db: AsyncSession, person_id: int, now: datetime) -> Move | None:
    """The move that waits for the consent of who is bound to `person_id`."""
    query = select(Move).where(Move.person_id == person_id, Move.at > now - PATIENCE)
    return await db.scalar(query)


async def waiting(db: AsyncSession, who: str, now: datetime) -> Move | None:
    """The move that the follower `who` waits for."""
    query = select(Move).where(Move.who == who, Move.at > now - PATIENCE)
    return await db.scalar(query.order_by(Move.id.desc()).limit(1))


async def agree(db: AsyncSession, me: Me, move_id: int, now: datetime) -> None:
    """Let the follower who asked have the person: by the old one, or by an operator.

    Raises NotFound once it has expired or was withdrawn, Forbidden for anybody else, Conflict
    if the new follower was bound to somebody in between.
    """
    move = await _claimed(db, me, move_id, now)
    gone = delete(Binding).where(Binding.person_id == move.person_id).returning(Binding.who)
    if (old := await db.scalar(gone)) is not None:
        await _log_out(db, now, old, move.person_id, me.session_id)
    new = insert(Binding).values(who=move.who, person_id=move.person_id, at=now)
    if await db.scalar(new.on_conflict_do_nothing().returning(Binding.who)) is None:
        raise Conflict("那个微信已经绑了别的学号，换不过去")
    await db.delete(move)
    record(db, _actor(me, move.person_id), "people.move", thing("person", move.person_id))


async def refuse(db: AsyncSession, me: Me, move_id: int, now: datetime) -> None:
    """Keep the binding as it is. Raises like `agree`."""
    move = await _claimed(db, me, move_id, now)
    await db.delete(move)
    record(db, _actor(me, move.person_id), "people.refuse_move", thing("person", move.person_id))


async def _claimed(db: AsyncSession, me: Me, move_id: int, now: datetime) -> Move:
    move = await db.get(Move, move_id, with_for_update=True)
    if move is None or move.at <= now - PATIENCE or not await _may(db, me, move.person_id):
        raise NotFound("这次换绑已经过期或者撤回了")
    return move
