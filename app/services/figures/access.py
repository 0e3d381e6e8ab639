"""Who sees whose numbers: operators those of all, a head those of the unit they head."""

from app.campus.people.me import Me
from app.campus.permission import Action, Role

SEE = Action("figures.see", frozenset({Role.OPERATOR, Role.HEAD}))


def units_of(me: Me) -> list[str] | None:
    """The units whose numbers `me` sees; None: all, and what belongs to none. Empty: nothing.

    A right that is limited to an area or a building reaches no unit's numbers.
    """
    if me.may(SEE):
        return None
    mine = (right for right in me.rights if right.role in SEE.roles)
    return sorted(
        {right.unit for right in mine if right.unit and not (right.area_id or right.building_id)}
    )
