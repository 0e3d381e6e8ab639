"""Who may write to whom: operators everywhere, or to the buildings that are theirs."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.campaigns.audience import Audience
from app.campus.campaigns.models import Campaign
from app.campus.people.me import Me
from app.campus.permission.rules import Action, Role, Where
from app.campus.places import House, campus
from app.kit.errors import Forbidden

SEND = Action("campaigns.send", frozenset({Role.OPERATOR}))


def may_open(me: Me) -> bool:
    """Whether `me` may write to anybody at all."""
    return me.has(Role.OPERATOR, Role.ADMINISTRATOR)


def whole(me: Me) -> bool:
    """Whether `me` may write to everybody, not to some buildings alone."""
    return me.may(SEND)


async def theirs(db: AsyncSession, me: Me) -> list[House]:
    """The buildings whose residents `me` may write to."""
    houses = (await campus.within(db)).houses
    return [house for house in houses if me.may(SEND, Where(house.area_id, house.id))]


async def may_write(db: AsyncSession, me: Me, audience: Audience) -> bool:
    """Whether `audience` lies within the rights of `me`."""
    if me.may(SEND):
        return True
    if "same" in audience:
        before = await db.get(Campaign, audience["same"])
        return before is not None and await may_write(db, me, before.audience)
    if not audience or not audience.keys() <= {"buildings", "rooms"}:
        return False
    mine, places = {house.id for house in await theirs(db, me)}, await campus.within(db)
    houses = [places.house_of(room) for room in audience.get("rooms", ())]
    wanted = {*audience.get("buildings", ()), *(house.id if house else None for house in houses)}
    return wanted <= mine


async def must_write(db: AsyncSession, me: Me | None, audience: Audience) -> None:
    """Raise Forbidden unless `me` (None: the system) may write to all of `audience`."""
    if me is not None and not await may_write(db, me, audience):
        raise Forbidden("你只能发给自己管的楼，换成那几栋再发")
