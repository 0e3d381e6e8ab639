"""Which orders and workers somebody at the desk dispatches: those that their rights reach."""

from sqlalchemy import ColumnElement

from app.campus.people.me import Me
from app.campus.permission import Action, Role
from app.services.repairs import work_reach
from app.services.repairs.work_crew import led_by

DISPATCH = work_reach.LEAD
SETUP = Action("repairs.setup", frozenset({Role.OPERATOR}))
crews = led_by


def reach(me: Me) -> ColumnElement[bool]:
    """Whether `me` dispatches the order of the row."""
    return work_reach.reach(me, DISPATCH)


def whole(me: Me) -> bool:
    """Whether they dispatch everywhere."""
    return me.may(DISPATCH)
