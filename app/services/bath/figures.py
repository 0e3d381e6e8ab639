"""What the dashboard says of the bathhouses."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import Calendar, calendar
from app.desk.figures import Shown, Todo
from app.kit.clock import say_age
from app.services.bath.houses import Bathhouse, Side, baths
from app.services.bath.settings import settings


async def figures(db: AsyncSession, now: datetime) -> Sequence[Shown]:
    """Open bathhouses whose counters said nothing for eight times as long as a figure may be old.

    While a house is shut its counters may sleep: nobody has to go and look.
    """
    known = await calendar.within(db)
    return [
        Todo(
            f"{house.name}的计数器不报数了",
            f"上次是{say_age(last, now)}，现在开着门，去看看",
            "/desk/bath-counters/list",
            "看看",
        )
        for house in await baths.within(db)
        if (last := _silent_since(house, now, known))
    ]


def _silent_since(house: Bathhouse, now: datetime, known: Calendar) -> datetime | None:
    """When an open side of the house counted last, if that is too long ago."""
    ages = [side.figure.at for side in house.sides if _silent(side, now, known) and side.figure]
    return min(ages, default=None)


def _silent(side: Side, now: datetime, known: Calendar) -> bool:
    since, limit = side.status(now, known).since, now - 8 * settings.stale
    return since is not None and since < limit and bool(side.figure and side.figure.at < limit)
