"""A version tried on a past month of a team, beside the one in use. Nothing is kept but that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Person
from app.kit.errors import Invalid
from app.services.assess import gather, outcomes, schemes
from app.services.assess.models import Team, Version
from app.services.assess.reckoning import Result
from app.services.assess.rules import month_of, say_month
from app.services.assess.schemes import Book


@dataclass(frozen=True, slots=True)
class Row:
    """One person: points by the version that is tried, and by the one in use (None: there is none).

    `items`: (name, tried, in use) of each item of either.
    """

    name: str
    tried: int
    used: int | None
    items: Sequence[tuple[str, int | None, int | None]]


@dataclass(frozen=True, slots=True)
class Trial:
    team: Team
    month: date
    version: int
    used: int | None
    rows: Sequence[Row]


async def try_out(
    db: AsyncSession, version: Version, team: Team, month: date, now: datetime
) -> Trial:
    """Count `month` by `version`. Raises Invalid for one that runs, or without people."""
    if month >= month_of(now.date()):
        raise Invalid("选一个过完的月份来试")
    places = await outcomes.placed(db, month, team)
    if not places:
        raise Invalid(f"{team.name}{say_month(month)}没有人，换一个月试")
    span, tried, now_used = gather.whole(month), schemes.book(version), None
    new = await outcomes.counted(db, tried, places, span)
    used: Book | None = await schemes.used(db, version.scheme_id, month)
    if used is not None:
        now_used = await outcomes.counted(db, used, places, span)
    mark = update(Version).where(Version.id == version.id, Version.tried_at.is_(None))
    await db.execute(mark.values(tried_at=now))
    people = select(Person.id, Person.name).where(Person.id.in_(new)).order_by(Person.number)
    rows = [_row(name, new[person], now_used[person] if now_used else None)
            for person, name in await db.execute(people)]  # fmt: skip
    return Trial(team, month, version.number, used.number if used else None, rows)


def _row(name: str, tried: Result, used: Result | None) -> Row:
    had, has = _items(used) if used else {}, _items(tried)
    names = [*has, *(name for name in had if name not in has)]
    items = [(item, has.get(item), had.get(item)) for item in names]
    return Row(name, tried.points, used.points if used else None, items)


def _items(result: Result) -> dict[str, int]:
    return {item.name: item.points for part in result.parts for item in part.items}
