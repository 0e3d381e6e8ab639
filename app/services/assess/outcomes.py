"""What came out for people: counted, kept as JSON, and read again."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.assess import rules
from app.services.assess.gather import Span, gather
from app.services.assess.models import Correction, Stay, Team
from app.services.assess.reckoning import Counted, Result, reckon
from app.services.assess.rules import Place
from app.services.assess.schemes import Book


async def placed(db: AsyncSession, month: date, team: Team) -> list[Place]:
    """Whose month counts in `team`."""
    here = select(Stay.person_id).where(Stay.team_id == team.id, *_during(month))
    query = select(Stay).where(Stay.person_id.in_(here), *_during(month))
    stays = [rules.Stay(s.person_id, s.team_id, s.since, s.until) for s in await db.scalars(query)]
    return [place for place in rules.placed(stays, month) if place.team_id == team.id]


async def place_of(db: AsyncSession, month: date, person_id: int) -> Place | None:
    """Where the month of one person counts; None for who is in no team."""
    query = select(Stay).where(Stay.person_id == person_id, *_during(month))
    stays = [rules.Stay(s.person_id, s.team_id, s.since, s.until) for s in await db.scalars(query)]
    return next(iter(rules.placed(stays, month)), None)


def _during(month: date) -> tuple[Any, ...]:
    return Stay.since < rules.next_month(month), or_(Stay.until.is_(None), Stay.until > month)


async def pay_of(db: AsyncSession, month: date, people: Sequence[int]) -> dict[int, int]:
    """Base pay in fen of a whole month: that of the last stay in it."""
    query = select(Stay.person_id, Stay.base_fen).where(Stay.person_id.in_(people), *_during(month))
    rows = await db.execute(query.order_by(Stay.since))
    return dict(rows.all())


async def added(db: AsyncSession, run_id: int) -> dict[int, int]:
    """The sum of everybody's corrections, by person."""
    query = select(Correction.person_id, func.sum(Correction.points))
    rows = await db.execute(query.where(Correction.run_id == run_id).group_by(Correction.person_id))
    return dict(rows.all())


async def counted(
    db: AsyncSession, book: Book, places: Sequence[Place], span: Span, run_id: int = 0
) -> dict[int, Result]:
    """The points of each of `places` by `book`."""
    found = await gather(db, book, places, span, run_id)
    return {person: reckon(book.scheme, book.kinds, mine) for person, mine in found.items()}


def told(result: Result) -> list[dict[str, Any]]:
    """A result as it is kept: parts with items and lines."""
    return [
        {"name": part.name, "points": part.points, "cut": part.cut,
         "items": [_item(item) for item in part.items]}
        for part in result.parts
    ]  # fmt: skip


def _item(item: Counted) -> dict[str, Any]:
    lines = [[line.points, line.words] for line in item.lines]
    return {"name": item.name, "points": item.points, "why": item.why, "lines": lines,
            "private": item.private}  # fmt: skip
