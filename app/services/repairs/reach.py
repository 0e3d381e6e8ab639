"""Who may open which pages, on the phone and at the desk, and which orders their rights reach."""

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from app.campus.people.me import Me
from app.campus.permission import Action, Right, Role
from app.campus.places import House
from app.services.repairs.models import Kind, Order

HOME = "/h5/repairs/work"
MENDERS = frozenset({Role.WORKER, Role.CONTRACTOR})
LEADERS = frozenset({Role.LEADER, Role.OPERATOR})
WATCHERS = frozenset({Role.SUPERVISOR, Role.HEAD})
KEEPERS = LEADERS | {Role.KEEPER}
MEND = Action("repairs.mend", MENDERS)
LEAD = Action("repairs.lead", LEADERS)
KEEP = Action("repairs.keep", KEEPERS)
WATCH = Action("repairs.watch", WATCHERS | LEADERS)
LOOK = Action("repairs.look", WATCHERS | LEADERS)  # at figures
WORK = Action("repairs.work", MENDERS | KEEPERS | WATCHERS)
SETUP = Action("repairs.setup", frozenset({Role.OPERATOR}))


def reach(me: Me, action: Action = LEAD) -> ColumnElement[bool]:
    """`Right.reaches` for `action`, in SQL, on `Order`; a unit is the team of the kind.

    Without an action: whether `me` dispatches the order of the row.
    """
    return or_(false(), *(_reaches(right) for right in _rights(me, action)))


def _reaches(right: Right) -> ColumnElement[bool]:
    limits: list[ColumnElement[bool]] = [true()]
    if right.area_id is not None:
        limits.append(Order.area_id == right.area_id)
    if right.building_id is not None:
        limits.append(Order.building_id == right.building_id)
    if right.unit is not None:
        limits.append(Order.kind_id.in_(select(Kind.id).where(Kind.team == right.unit)))
    return and_(*limits)


def keeps(me: Me, house: House) -> bool:
    """Whether one of their rights as keeper or dispatcher reaches a building."""
    return any(
        right.unit is None
        and right.area_id in (None, house.area_id)
        and right.building_id in (None, house.id)
        for right in _rights(me, KEEP)
    )


def _rights(me: Me, action: Action) -> list[Right]:
    roles = action.roles | {Role.ADMINISTRATOR}
    return [right for right in me.rights if right.role in roles]


def ways(me: Me) -> list[tuple[str, str]]:
    """The pages of work that are theirs: words, and where they lead."""
    every = [
        ("我的单", HOME, MEND), ("派单", f"{HOME}/queue", LEAD), ("楼里", f"{HOME}/keeper", KEEP),
        ("督察", f"{HOME}/watch", WATCH), ("数字", f"{HOME}/figures", LOOK),
    ]  # fmt: skip
    return [(words, href) for words, href, action in every if me.may_somewhere(action)]
