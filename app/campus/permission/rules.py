"""Roles, rights and the answer to «may they?». Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    STUDENT = "student"
    TEACHER = "teacher"
    FRESHMAN = "freshman"
    WORKER = "worker"
    LEADER = "leader"
    KEEPER = "keeper"
    HEAD = "head"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"
    CONTRACTOR = "contractor"


# What a person is on the roster; nobody gives or takes it.
ROSTER = frozenset({Role.STUDENT, Role.TEACHER, Role.FRESHMAN})
GIVEN_BY_ADMINISTRATORS = frozenset(Role) - ROSTER
GIVEN_BY_OPERATORS = GIVEN_BY_ADMINISTRATORS - {Role.OPERATOR, Role.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class Where:
    """What an object belongs to; None where it belongs to none."""

    area_id: int | None = None
    building_id: int | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Right:
    """A role that somebody has: everywhere, or only in an area, a building or a unit."""

    role: Role
    area_id: int | None = None
    building_id: int | None = None
    unit: str | None = None

    def reaches(self, where: Where) -> bool:
        """True if the right is unlimited, or limited to where the object is."""
        limits = (self.area_id, self.building_id, self.unit)
        if limits == (None, None, None):
            return True
        places = (where.area_id, where.building_id, where.unit)
        pairs = zip(limits, places, strict=True)
        return all(limit is None or limit == place for limit, place in pairs)


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done: `name` (`<service>.<verb>`), and by which roles.

    `own`: whoever the object belongs to may do it too.
    """

    name: str
    roles: frozenset[Role]
    own: bool = False


def may(
    rights: Iterable[Right], action: Action, where: Where | None = None, *, owner: bool = False
) -> bool:
    """Whether somebody with `rights` may do `action` to an object at `where`.

    `owner`: the object is theirs. Administrators may do everything; nothing else implies.
    """
    if owner and action.own:
        return True
    place = where or Where()
    return any(
        (right.role in action.roles or right.role is Role.ADMINISTRATOR) and right.reaches(place)
        for right in rights
    )


def may_give(rights: Iterable[Right], role: Role, limits: Where) -> bool:
    """Whether somebody with `rights` may give, or take away, `role` within `limits`.

    `limits` carry the area that a building lies in; none at all means everywhere. Nobody
    gives what reaches further than their own right: who has one area gives within it.
    """
    return any(
        right.reaches(limits)
        and (
            (right.role is Role.ADMINISTRATOR and role in GIVEN_BY_ADMINISTRATORS)
            or (right.role is Role.OPERATOR and role in GIVEN_BY_OPERATORS)
        )
        for right in rights
    )
