"""Whose electricity somebody may see: their own room's, or that of where they work."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.lookup import room_of
from app.campus.people.me import Me
from app.campus.permission import Action, Role, Where
from app.campus.places import Room, find_room, parse_room
from app.kit.errors import Forbidden, Invalid, NotFound
from app.services.electricity import words

SEE = Action(
    "electricity.see",
    frozenset({Role.WORKER, Role.KEEPER, Role.LEADER, Role.OPERATOR}),
    own=True,
)


def must_see(me: Me, room: Room) -> None:
    """Raise Forbidden unless `me` may see what `room` (its building loaded) uses."""
    where = Where(area_id=room.building.area_id, building_id=room.building_id)
    if not me.may(SEE, where, owner=me.room_id == room.id):
        raise Forbidden(f"{room.name} 不是你的寝室，电费只给住在那里的人看")


def may_see_others(me: Me) -> bool:
    """Whether there is any room but their own that `me` may see."""
    return me.has(*SEE.roles, Role.ADMINISTRATOR)


async def own_room(db: AsyncSession, me: Me) -> Room:
    """Where `me` lives. Raises NotFound for somebody without a room."""
    if (room := await room_of(db, me)) is None:
        raise NotFound("名册上还没有你的寝室，搬进去以后这里就能看电费")
    return room


async def room_at(db: AsyncSession, me: Me, place: str) -> Room:
    """The room that `place` names. Raises Invalid, NotFound, and Forbidden if it is not for `me`.

    Who may see only their own learns nothing of others, not even whether they exist.
    """
    if (parsed := parse_room(place)) is None:
        raise Invalid(words.unread(place))
    if not may_see_others(me):
        room = await own_room(db, me)
        if (room.building.name, room.number) != parsed:
            raise Forbidden(f"{' '.join(parsed)} 不是你的寝室，电费只给住在那里的人看")
        return room
    room = await find_room(db, *parsed)
    must_see(me, room)
    return room
