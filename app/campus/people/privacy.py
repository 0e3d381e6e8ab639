"""What is kept of somebody: shown to them, and deleted when they or the platform say so.

Whoever keeps something of people adds a `Holder`. What the books need (an order, a payment)
stays with the number of an emptied person, and no name.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, false, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import Entry, record, thing
from app.campus.people.lookup import follower_of
from app.campus.people.me import BindingNeeded, Me
from app.campus.people.models import Binding, Follower, Move, Person, Session
from app.campus.permission.grants import keep_one
from app.campus.permission.models import Grant
from app.campus.permission.rules import Role
from app.campus.places import Area, Building, Room


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data: a follower, a person, or both as one."""

    who: str | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """`title`: what is held, in Chinese. `tell`: all of it as JSON. `erase`: delete it."""

    title: str
    tell: Callable[[AsyncSession, Subject], Awaitable[Any]]
    erase: Callable[[AsyncSession, Subject], Awaitable[None]]


_holders: dict[str, Holder] = {}


def holds(holder: Holder) -> None:
    """Add what a service or the gateway keeps of people; called when its module is imported."""
    _holders[holder.title] = holder


async def export(db: AsyncSession, subject: Subject, now: datetime) -> dict[str, Any]:
    """Everything tied to `subject`, as JSON with Chinese titles."""
    told: dict[str, Any] = {"导出时间": now.isoformat(timespec="seconds")}
    told["资料"] = await _person(db, subject.person_id)
    told["微信"] = await _follower(db, subject.who)
    told["登录"] = await _sessions(db, subject)
    told["身份"] = await _grants(db, subject.person_id)
    told["操作记录"] = await _deeds(db, subject.person_id)
    for title, holder in _holders.items():
        told[title] = await holder.tell(db, subject)
    return told


async def _person(db: AsyncSession, person_id: int | None) -> dict[str, Any] | None:
    query = (
        select(Person, Building.name, Room.number)
        .outerjoin(Room, Room.id == Person.room_id)
        .outerjoin(Building, Building.id == Room.building_id)
        .where(Person.id == person_id)
    )
    row = (await db.execute(query)).one_or_none()
    if row is None:
        return None
    person, building, number = row
    return {
        "学号或工号": person.number, "姓名": person.name, "身份": person.kind, "性别": person.sex,
        "学院": person.college, "年级": person.grade, "班级": person.class_name,
        "手机": person.phone, "宿舍": f"{building} {number}" if building else None,
        "有效期": _iso(person.valid_until), "离校时间": _iso(person.gone_at),
        "身份证后六位": "只存了加密后的指纹" if person.secret else None,
    }  # fmt: skip


def _iso(moment: Any) -> str | None:
    return None if moment is None else str(moment.isoformat())


async def _follower(db: AsyncSession, who: str | None) -> dict[str, Any] | None:
    query = select(Follower, Binding.at).outerjoin(Binding).where(Follower.who == who)
    row = (await db.execute(query)).one_or_none()
    if row is None:
        return None
    follower, bound_at = row
    return {
        "openid": follower.who, "关注时间": _iso(follower.joined_at), "来源": follower.scene,
        "标签": follower.tags, "绑定时间": _iso(bound_at),
    }  # fmt: skip


def _of(table: type[Binding | Move | Session], subject: Subject) -> ColumnElement[bool]:
    """Rows of the follower or of the person; what is None is not asked for (it would be NULL)."""
    keys = [table.who == subject.who] if subject.who is not None else []
    keys += [table.person_id == subject.person_id] if subject.person_id is not None else []
    return or_(false(), *keys)


async def _sessions(db: AsyncSession, subject: Subject) -> list[dict[str, Any]]:
    query = select(Session).where(_of(Session, subject)).order_by(Session.id)
    return [
        {"登录": _iso(s.created_at), "最近": _iso(s.seen_at), "退出": _iso(s.ended_at)}
        for s in await db.scalars(query)
    ]


async def _grants(db: AsyncSession, person_id: int | None) -> list[dict[str, Any]]:
    found = await db.scalars(select(Grant).where(Grant.person_id == person_id))
    return [{"角色": grant.role, "给的时间": _iso(grant.at)} for grant in found]


async def _deeds(db: AsyncSession, person_id: int | None) -> list[dict[str, Any]]:
    if person_id is None:
        return []  # NULL is the actor of what nobody did
    query = select(Entry).where(Entry.actor_id == person_id).order_by(Entry.id)
    return [
        {"时间": _iso(deed.at), "做了": deed.action, "对象": deed.thing}
        for deed in await db.scalars(query)
    ]


async def forget_follower(db: AsyncSession, who: str) -> None:
    """What the platform wants gone when a follower leaves or withdraws their consent.

    The row itself stays, emptied: by its key a late delivery is known to be late. The person
    stays on the university's roster, bound to nobody.
    """
    await _part(db, Subject(who=who))
    emptied = update(Follower).where(Follower.who == who)
    await db.execute(emptied.values(scene="", seen_at=None, tags=[]))


async def forget_person(db: AsyncSession, me: Me, now: datetime) -> None:
    """Delete what is kept of `me` (bound), who asked for it; the emptied row stays for the books.

    The next roster that lists them makes a new person of them. Raises BindingNeeded, and
    Conflict for the last administrator.
    """
    if me.person_id is None:
        raise BindingNeeded("先绑定学号，才知道删谁的")
    role = select(Grant.role).where(Grant.person_id == me.person_id)
    if Role.ADMINISTRATOR in set(await db.scalars(role)):
        await keep_one(db, but=me.person_id)
    who = me.who or await follower_of(db, me.person_id)
    record(db, Me(me.session_id, me.who, me.address, me.person_id), "people.forget",
           thing("person", me.person_id))  # fmt: skip
    await _part(db, Subject(who, me.person_id))
    if who is not None:
        emptied = update(Follower).where(Follower.who == who)
        await db.execute(emptied.values(scene="", tags=[]))
    await db.execute(delete(Grant).where(Grant.person_id == me.person_id))
    await db.execute(update(Area).where(Area.person_id == me.person_id).values(person_id=None))
    empty = {"sex": "", "college": "", "grade": "", "class_name": "", "phone": "", "room_id": None,
             "valid_until": None, "secret": None}  # fmt: skip
    person = update(Person).where(Person.id == me.person_id)
    await db.execute(person.values(number=None, name="", gone_at=now, **empty))


async def _part(db: AsyncSession, subject: Subject) -> None:
    """Binding, moves and sessions of `subject`, and whatever the holders hold."""
    for table in (Binding, Move, Session):
        await db.execute(delete(table).where(_of(table, subject)))
    for holder in _holders.values():
        await holder.erase(db, subject)
