"""Who may do what: members see their own, leaders their team, heads their unit."""

from sqlalchemy import ColumnElement, false, or_, true

from app.campus.people.me import Me
from app.campus.permission import Action, Role, Where
from app.kit.errors import Forbidden
from app.services.assess.models import Team

LEAD = Action("assess.lead", frozenset({Role.LEADER}))
APPROVE = Action("assess.approve", frozenset({Role.HEAD}))
WRITE = Action("assess.write", frozenset({Role.OPERATOR}))
SEE = Action("assess.see", LEAD.roles | APPROVE.roles | WRITE.roles)
RATE = Action("assess.rate", LEAD.roles | APPROVE.roles)
NOT_YOURS = "这个班组不归你管，找班长或主任办"


def leads(me: Me, team: Team) -> bool:
    """Whether `me` is the leader of `team`, with the right that goes with it."""
    return team.leader_id == me.person_id and me.may_somewhere(LEAD)


def heads(me: Me, team: Team) -> bool:
    return me.may(APPROVE, Where(unit=team.unit))


def runs(me: Me, team: Team) -> bool:
    """Whether they run the team's month end: its leader, and operators of its unit."""
    return leads(me, team) or me.may(WRITE, Where(unit=team.unit))


def must_run(me: Me, team: Team) -> None:
    """Raise Forbidden unless `runs`."""
    if not runs(me, team):
        raise Forbidden(NOT_YOURS)


def must_see(me: Me, team: Team) -> None:
    """Raise Forbidden unless they run its month end or head its unit."""
    if not (runs(me, team) or heads(me, team)):
        raise Forbidden(NOT_YOURS)


def must_approve(me: Me, team: Team) -> None:
    """Raise Forbidden unless they head its unit."""
    if not heads(me, team):
        raise Forbidden("要分管的主任来批")


def units(me: Me, action: Action) -> ColumnElement[bool]:
    """The teams whose unit one of their rights to `action` reaches."""
    roles = action.roles | {Role.ADMINISTRATOR}
    found = [
        true() if right.unit is None else Team.unit == right.unit
        for right in me.rights
        if right.role in roles and right.area_id is None and right.building_id is None
    ]
    return or_(false(), *found)
