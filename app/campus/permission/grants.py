"""Giving roles, taking them away, and finding who has one."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record, thing
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.people.sessions import GRANTED, known
from app.campus.permission.models import Grant
from app.campus.permission.rules import ROSTER, Action, Right, Role, Where, may_give
from app.campus.places.models import Area, Building
from app.kit import clock
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound

GRANT = Action("permission.grant", frozenset({Role.OPERATOR}))
EVERYWHERE = Where()


async def rights_of(db: AsyncSession, person_id: int) -> tuple[Right, ...]:
    """The rights of a person who need not be there, as their session would have them.

    Empty for whoever has left, is past their validity, or does not exist. For `may`.
    """
    query = select(Person, GRANTED).where(Person.id == person_id)
    row = (await db.execute(query)).one_or_none()
    nobody = Me(session_id=0, who=None)
    return () if row is None else known(nobody, row[0], row[1], clock.now()).rights


async def people_with(db: AsyncSession, role: Role, where: Where = EVERYWHERE) -> list[int]:
    """Who was given `role` and may use it at `where`, by person id; whoever has left is not there.

    Without `where` only those whose right has no limits. Administrators are not everything
    here: asked for workers, only workers answer. Raises ValueError for a role of the roster.
    """
    if role in ROSTER:
        raise ValueError(f"{role} comes with the roster: look among the people")
    query = (
        select(Grant.person_id)
        .join(Person, Person.id == Grant.person_id)
        .where(Grant.role == role, _reaches(where), _here(clock.now()))
    )
    return list(await db.scalars(query.distinct().order_by(Grant.person_id)))


def _reaches(where: Where) -> ColumnElement[bool]:
    """`Right.reaches` in SQL."""
    return (
        or_(Grant.area_id.is_(None), Grant.area_id == where.area_id)
        & or_(Grant.building_id.is_(None), Grant.building_id == where.building_id)
        & or_(Grant.unit.is_(None), Grant.unit == where.unit)
    )


def _here(now: datetime) -> ColumnElement[bool]:
    valid = or_(Person.valid_until.is_(None), Person.valid_until >= now.date())
    return valid & Person.gone_at.is_(None)


async def grant(
    db: AsyncSession, me: Me | None, person_id: int, role: Role, limits: Where = EVERYWHERE
) -> Grant:
    """Give `role` to a person, within `limits` (an area or a building, and perhaps a unit).

    `me` None: the system. Given twice, it is there once. Holds from their next request.
    Raises Forbidden (not `me`'s to give), Invalid (such a role or such limits), NotFound.
    """
    if role in ROSTER:
        raise Invalid("学生、教师、新生跟着名册走，改名册就行")
    if role is Role.ADMINISTRATOR and limits != EVERYWHERE:
        raise Invalid("管理员管全部，不用选范围")
    _must_give(me, role, await _whole(db, limits))
    if not await db.scalar(select(Person.id).where(Person.id == person_id, _here(clock.now()))):
        raise NotFound("名册里没有这个人，或者已经离校")
    what = {"person_id": person_id, **_columns(role, limits)}
    new = insert(Grant).values(at=clock.now(), **what)
    made: Grant | None = await db.scalar(new.on_conflict_do_nothing().returning(Grant))
    if made is None:
        same = [getattr(Grant, name).is_not_distinct_from(value) for name, value in what.items()]
        return (await db.scalars(select(Grant).where(*same))).one()
    record(db, me, "permission.grant", thing("person", person_id), after=_said(role, limits))
    return made


async def grant_number(db: AsyncSession, number: str, role: Role) -> str:
    """Give `role`, everywhere, to whoever has `number`, as the system; their name.

    Raises NotFound, and what `grant` raises.
    """
    here = select(Person).where(Person.number == number.strip().upper(), Person.gone_at.is_(None))
    if (person := await db.scalar(here)) is None:
        raise NotFound(f"名册里没有 {number[:40]}，先把名册导进来：weihouqin load mine 名册.xlsx")
    await grant(db, None, person.id, role)
    return person.name


async def revoke(db: AsyncSession, me: Me | None, grant_id: int) -> None:
    """Take a role away. It holds no longer from their next request; nobody is logged out.

    Raises Forbidden (not `me`'s to take), NotFound, Conflict (the last administrator).
    """
    if (found := await db.get(Grant, grant_id)) is None:
        raise NotFound("这项权限已经收回了")
    limits = Where(found.area_id, found.building_id, found.unit)
    _must_give(me, Role(found.role), await _whole(db, limits))
    if found.role == Role.ADMINISTRATOR:
        await keep_one(db, but=found.person_id)
    gone = delete(Grant).where(Grant.id == grant_id).returning(Grant.id)
    if await db.scalar(gone) is None:
        raise NotFound("这项权限已经收回了")
    before = _said(found.role, limits)
    record(db, me, "permission.revoke", thing("person", found.person_id), before=before)


async def keep_one(db: AsyncSession, *, but: int) -> None:
    """Raise Conflict unless somebody `but` this person is an administrator who is there.

    Two administrators who take each other's role at once wait here for each other.
    """
    administrators = (
        select(Grant.person_id)
        .join(Person, Person.id == Grant.person_id)
        .where(Grant.role == Role.ADMINISTRATOR, _here(clock.now()))
        .order_by(Grant.id)
        .with_for_update(of=Grant)
    )
    if not set(await db.scalars(administrators)) - {but}:
        raise Conflict("至少要留一位管理员，先给别人开通再来")


def _must_give(me: Me | None, role: Role, limits: Where) -> None:
    if me is not None and not may_give(me.rights, role, limits):
        raise Forbidden("这项权限你开不了，也收不回，找管理员办")


async def _whole(db: AsyncSession, limits: Where) -> Where:
    """`limits` with the area that the building lies in. Raises Invalid, NotFound."""
    if limits.unit is not None and not limits.unit.strip():
        raise Invalid("单位写上名字，不限单位就不填")
    if limits.area_id is not None and limits.building_id is not None:
        raise Invalid("片区和楼只选一个：选了楼就只管这栋楼")
    if limits.building_id is not None:
        if (building := await db.get(Building, limits.building_id)) is None:
            raise NotFound("没有这栋楼，换一栋再选")
        return Where(building.area_id, building.id, limits.unit)
    if limits.area_id is not None and await db.get(Area, limits.area_id) is None:
        raise NotFound("没有这个片区，换一个再选")
    return limits


def _columns(role: str, limits: Where) -> dict[str, int | str | None]:
    """A grant's columns, beside whose it is and since when."""
    return {"role": role, "area_id": limits.area_id, "building_id": limits.building_id,
            "unit": limits.unit}  # fmt: skip


def _said(role: str, limits: Where) -> dict[str, int | str]:
    """A grant as the trail keeps it."""
    return {name: value for name, value in _columns(role, limits).items() if value is not None}
