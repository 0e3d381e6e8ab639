"""Number and password."""

from datetime import timedelta
from functools import lru_cache
from typing import Any

import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus import audit
from app.campus.people.me import Me
from app.campus.people.models import Person, Session
from app.campus.people.privacy import Holder, Subject, holds
from app.desk.models import Credential, Scan
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Forbidden, Invalid, NotFound
from app.kit.limits import attempt, forgive

SHORTEST, LONGEST = 10, 200
WRONG = "学号工号或密码不对"
SLOWER = "试得太多了，15 分钟后再来，或用微信扫码"
SLOWER_CHANGE = "试得太多了，15 分钟后再改"
WINDOW = timedelta(minutes=15)
PER_NUMBER, PER_ADDRESS = 5, 30
_hasher = PasswordHasher()


async def check(database: Database, number: str, password: str, address: str) -> Credential:
    """The credential of `number` if the password is right.

    Raises Forbidden with the same words for an unknown number and a wrong password, and
    TooMany past 5 wrong ones for a number or 30 from an address within 15 minutes.
    """
    now = clock.now()
    number = number.strip()[:40]
    keys = {f"desk:number:{number}": PER_NUMBER, f"desk:address:{address}": PER_ADDRESS}
    for key, most in keys.items():
        await attempt(database, key, now, most=most, within=WINDOW, sentence=SLOWER)
    async with database.session() as db:
        wanted = select(Credential).join(Person).where(Person.number == number)
        found = await db.scalar(wanted)
    right = await verify(found.hash if found else _nobody(), password)
    if found is None or not right:
        raise Forbidden(WRONG)
    for key in keys:
        await forgive(database, key)
    return found


@lru_cache
def _nobody() -> str:
    """What an unknown number is compared with, so that it takes as long as a known one."""
    return _hasher.hash("nobody has this password")


async def verify(kept: str, password: str) -> bool:
    """Whether `kept` is the hash of `password`; takes 50 ms on a thread of its own."""

    def compare() -> bool:
        try:
            return _hasher.verify(kept, password[:LONGEST])
        except VerificationError:
            return False

    return await anyio.to_thread.run_sync(compare)


async def choose(
    db: AsyncSession, person_id: int, password: str, *, must_change: bool = False
) -> None:
    """Give a person a password. Raises Invalid for one that is easily guessed."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"密码至少 {SHORTEST} 位，一句好记的话就行")
    if len(set(password)) < 5:
        raise Invalid("这个密码太好猜了，换一句")
    hashed = await anyio.to_thread.run_sync(_hasher.hash, password)
    values = {"hash": hashed, "must_change": must_change, "at": clock.now()}
    new = insert(Credential).values(person_id=person_id, needs_both=False, **values)
    await db.execute(new.on_conflict_do_update(index_elements=["person_id"], set_=values))


class WrongPassword(Forbidden):
    """What was given as the old password is not it."""


async def change(database: Database, db: AsyncSession, me: Me, old: str, new: str) -> None:
    """Give `me` (at the desk) the password `new`; their other browsers at the desk are logged out.

    Raises WrongPassword, Invalid for a `new` that is easily guessed, TooMany past 5 wrong tries
    in 15 minutes, NotFound for whoever only scans.
    """
    found = await db.get(Credential, me.person_id)
    if found is None or me.person_id is None:
        raise NotFound("你还没有密码，平时都是扫码进；要一个就找管理员定")
    key, now = f"desk:own:{me.person_id}", clock.now()
    await attempt(database, key, now, most=PER_NUMBER, within=WINDOW, sentence=SLOWER_CHANGE)
    if not await verify(found.hash, old):
        raise WrongPassword("现在的密码不对")
    await forgive(database, key)
    await choose(db, me.person_id, new)
    others = (Session.person_id == me.person_id, Session.id != me.session_id)
    ended = update(Session).where(*others, Session.ended_at.is_(None))
    await db.execute(ended.values(ended_at=now))
    audit.record(db, me, "desk.password", audit.thing("person", me.person_id))


async def _tell(db: AsyncSession, subject: Subject) -> dict[str, Any]:
    found = await db.get(Credential, subject.person_id) if subject.person_id else None
    return {"设于": found.at.isoformat(), "还要扫码": found.needs_both} if found else {}


async def _erase(db: AsyncSession, subject: Subject) -> None:
    if subject.person_id is not None:
        theirs = (Scan.password_of == subject.person_id) | (Scan.person_id == subject.person_id)
        await db.execute(delete(Scan).where(theirs))
        await db.execute(delete(Credential).where(Credential.person_id == subject.person_id))


holds(Holder("后台密码", _tell, _erase))


async def choose_for(
    db: AsyncSession, number: str, password: str, *, must_change: bool = False
) -> str:
    """Give whoever has `number` a password; their name. Raises NotFound, or Invalid."""
    person = await db.scalar(select(Person).where(Person.number == number))
    if person is None:
        raise NotFound(f"没有 {number} 这个人，先把名单导进来")
    await choose(db, person.id, password, must_change=must_change)
    return person.name
