"""Who may make forms, read answers, and reply to them."""

from app.campus.people.me import Me
from app.campus.permission import Action, Role, Where

MAKE = Action("evaluations.make", frozenset({Role.HEAD, Role.OPERATOR}))
READ = Action("evaluations.read", frozenset({Role.HEAD, Role.SUPERVISOR, Role.OPERATOR}))
REPLY = Action("evaluations.reply", frozenset({Role.HEAD, Role.OPERATOR}))


def where(unit: str) -> Where:
    """Of a unit; "" is the whole department, which only rights without a unit reach."""
    return Where(unit=unit or None)


def units(me: Me, action: Action) -> set[str] | None:
    """Whose things `me` may do `action` to, for the query of a list; None for everybody's."""
    theirs = [r for r in me.rights if r.role in action.roles or r.role is Role.ADMINISTRATOR]
    free = [right for right in theirs if right.unit is None]
    if any(right.area_id is None and right.building_id is None for right in free):
        return None
    return {right.unit for right in theirs if right.unit is not None}
