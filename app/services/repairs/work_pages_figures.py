"""A month's figures on the phone, for heads, supervisors and leaders: what their rights reach."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Me, needs
from app.campus.people.models import Person
from app.campus.places import Campus, campus
from app.kit import clock
from app.kit.db import Db
from app.kit.pages import render
from app.services.repairs.figures import say_minutes, say_share
from app.services.repairs.figures_count import Count, count
from app.services.repairs.kinds import kinds
from app.services.repairs.reach import LOOK, reach, ways

pages = APIRouter()
Looker = Annotated[Me, Depends(needs(LOOK))]
Places = Annotated[Campus, Depends(campus)]
MOST = 8  # lines of each list; the desk has the rest
FIRST = date(2000, 1, 1)


@pages.get("/figures")
async def figures(
    request: Request, db: Db, me: Looker, places: Places,
    month: Annotated[str, Query(max_length=7)] = "",
) -> Response:  # fmt: skip
    """A month, this one unless the address names another: 「2026-11」."""
    now = clock.now()
    first = _month(month, now.date())
    following = (first + timedelta(days=31)).replace(day=1)
    until = min(following, now.date() + timedelta(days=1))
    found = await count(db, _at(first), _at(until), [reach(me, LOOK)])
    days = [first + timedelta(days=n) for n in range((until - first).days)]
    houses = {house.id: house.name for house in places.houses}
    names = {id: kind.name for id, kind in (await kinds.within(db)).items()}
    return render(
        request, "repairs/work/figures.html", me=me, ways=ways(me), month=first, all=found.all,
        days=days, counts=[found.steps.get(day, Count()).reported for day in days],
        lists=[("什么坏了", _lines(found.kinds, names)),
               ("哪栋楼", _lines(found.buildings, houses)),
               ("谁修的", _lines(found.workers, await _people(db, found.workers)))],
        before=(first - timedelta(days=1)).replace(day=1) if first > FIRST else None,
        after=following if following <= now.date() else None,
        most=MOST, say_minutes=say_minutes, say_share=say_share,
    )  # fmt: skip


def _month(text: str, today: date) -> date:
    """The first day of the month; of this one, if it means none, or one that is yet to come."""
    this = today.replace(day=1)
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return this
    return found if FIRST <= found <= this else this


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.SHANGHAI)


def _lines(counts: Mapping[int, Count], names: Mapping[int, str]) -> Sequence[tuple[str, Count]]:
    rows = sorted(counts.items(), key=lambda row: (-row[1].reported, row[0]))
    return [(names.get(id, "已删除"), one) for id, one in rows[:MOST]]


async def _people(db: AsyncSession, counts: Mapping[int, Count]) -> dict[int, str]:
    query = select(Person.id, Person.name).where(Person.id.in_(counts))
    return {id: name for id, name in await db.execute(query)}  # noqa: C416 rows, not pairs
