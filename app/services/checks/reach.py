"""Who checks what, and which faults are whose: by rights that reach a place, or by name."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, any_, false, func, or_, select, true

from app.campus.people.me import Me
from app.campus.permission import Action, Grant, Right, Role
from app.campus.permission.rules import Where
from app.campus.places import Building
from app.services.checks.models import Fault, List, Place
from app.services.checks.rules import Who

INSPECTORS = frozenset(
    {Role.SUPERVISOR, Role.KEEPER, Role.LEADER, Role.WORKER, Role.HEAD, Role.OPERATOR}
)
HEADS = frozenset({Role.HEAD, Role.OPERATOR})
CHECK = Action("checks.check", INSPECTORS)
MEND = Action("checks.mend", INSPECTORS | {Role.CONTRACTOR})
RUN = Action("checks.run", frozenset({Role.OPERATOR}))
ALL = Action("checks.all", HEADS)


def heads_at(me: Me) -> ColumnElement[bool]:
    """Whether `me` heads, or runs, the place of the row."""
    return _reached(me, (right for right in me.rights if right.role in HEADS))


def checks_at(me: Me) -> ColumnElement[bool]:
    """Whether the list of the row is `me`'s to check at the place of the row."""
    if me.has(Role.ADMINISTRATOR):
        return true()
    by_role = [and_(any_(List.roles) == right.role.value, _at(right)) for right in me.rights]
    named = any_(List.people) == me.person_id
    return or_(named, and_(func.cardinality(List.people) == 0, or_(false(), *by_role)))


def may_look(me: Me) -> ColumnElement[bool]:
    """Whether `me` may see what the list of the row found at the place of the row."""
    return or_(checks_at(me), heads_at(me))


def firms(me: Me) -> list[str]:
    """The firms whose people `me` is among: contractors limited to a unit of that name."""
    return [right.unit for right in me.rights if right.role is Role.CONTRACTOR and right.unit]


def mends(me: Me) -> ColumnElement[bool]:
    """Whether the fault of the row is `me`'s to mend."""
    firm = and_(Fault.contractor != "", Fault.contractor.in_(firms(me)))
    return or_(Fault.owner_id == me.person_id, firm)


def parts(me: Me, fault: Fault, list_: List, where: Where) -> frozenset[Who]:
    """What `me` is to a fault of `list_` at a place that lies at `where`."""
    found = set()
    firm = fault.contractor and fault.contractor in firms(me)
    if fault.owner_id == me.person_id or firm:
        found.add(Who.OWNER)
    if me.may(ALL, where):
        found.add(Who.HEAD)
    role = any(right.role in list_.roles and right.reaches(where) for right in me.rights)
    if me.person_id in list_.people or (not list_.people and role) or me.has(Role.ADMINISTRATOR):
        found.add(Who.CHECKER)
    return frozenset(found)


def granted() -> ColumnElement[bool]:
    """`checks_at` from the table of grants: whether it lets its person check list at place.

    For queries over `Grant`, `List`, `Place` and (outer) `Building`.
    """
    limits = and_(
        or_(Grant.unit.is_(None), Grant.unit == Place.unit),
        or_(Grant.building_id.is_(None), Grant.building_id == Place.building_id),
        or_(Grant.area_id.is_(None), Grant.area_id == Building.area_id),
    )
    by_role = and_(func.cardinality(List.people) == 0, Grant.role == any_(List.roles), limits)
    return or_(Grant.person_id == any_(List.people), by_role)


def _reached(me: Me, rights: Iterable[Right]) -> ColumnElement[bool]:
    if me.has(Role.ADMINISTRATOR):
        return true()
    return or_(false(), *(_at(right) for right in rights))


def _at(right: Right) -> ColumnElement[bool]:
    """`Right.reaches`, in SQL, for the place of the row."""
    limits: list[ColumnElement[bool]] = [true()]
    if right.unit is not None:
        limits.append(Place.unit == right.unit)
    if right.building_id is not None:
        limits.append(Place.building_id == right.building_id)
    if right.area_id is not None:
        there = select(Building.id).where(Building.area_id == right.area_id)
        limits.append(Place.building_id.in_(there))
    return and_(*limits)
