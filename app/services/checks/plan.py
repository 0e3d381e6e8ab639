"""What is due: visits made from the rhythm of their lists, and those whose time is over."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import Calendar, DayKind, calendar
from app.services.checks import looks
from app.services.checks.models import List, ListPlace, Place, Visit
from app.services.checks.rules import Period, Rhythm, Seen, period


async def make(db: AsyncSession, today: date) -> int:
    """The visits of the periods that `today` lies in, where they are not there yet; how many.

    What a list is no longer for, and nobody has begun, goes.
    """
    works = await calendar.within(db)
    made = 0
    for list_ in await db.scalars(select(List).where(List.gone_at.is_(None))):
        found = period_of(list_, today, works)
        if found is not None and found.due >= list_.since:
            made += await _visits(db, list_, found)
    await db.execute(delete(Visit).where(Visit.state == Seen.TODO, Visit.due >= today, ~_wanted()))
    return made


def period_of(list_: List, day: date, works: Calendar) -> Period | None:
    """The period of a list that `day` lies in."""
    return period(Rhythm(list_.rhythm), day, _works(list_, works))


def _works(list_: List, works: Calendar) -> Callable[[date], bool]:
    if list_.always:
        return lambda day: True
    return lambda day: works.day(day).kind is DayKind.WORKDAY


async def _visits(db: AsyncSession, list_: List, found: Period) -> int:
    places = await db.scalars(
        select(ListPlace.place_id)
        .join(Place, Place.id == ListPlace.place_id)
        .where(ListPlace.list_id == list_.id, Place.gone_at.is_(None))
        .order_by(ListPlace.place_id)
    )
    rows = [
        {"list_id": list_.id, "place_id": place, "first": found.first, "due": found.due,
         "last": found.last}
        for place in places
    ]  # fmt: skip
    if not rows:
        return 0
    new = insert(Visit).values(rows).on_conflict_do_nothing().returning(Visit.id)
    return len((await db.scalars(new)).all())


def _wanted() -> ColumnElement[bool]:
    """Whether the visit's list is still in use, at its place."""
    return (
        select(ListPlace.list_id)
        .join(List, List.id == ListPlace.list_id)
        .join(Place, Place.id == ListPlace.place_id)
        .where(
            ListPlace.list_id == Visit.list_id, ListPlace.place_id == Visit.place_id,
            List.gone_at.is_(None), Place.gone_at.is_(None),
        )
        .exists()
    )  # fmt: skip


async def close(db: AsyncSession, now: datetime) -> None:
    """Visits whose period is over: what nobody began was missed, what was begun is done."""
    over = Visit.last < now.date()
    missed = update(Visit).where(over, Visit.state == Seen.TODO).values(state=Seen.MISSED)
    await db.execute(missed)
    for id in list(await db.scalars(select(Visit.id).where(over, Visit.state == Seen.DOING))):
        await looks.finish(db, id, now)
