"""What checks came to: by place and period, with the worst first, and how it goes over weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.checks.models import Fault, List, Place, Visit
from app.services.checks.rules import OPEN, TO_MEND, Seen

STEPS = ((16, "day"), (130, "week"), (800, "month"))  # days of a period, and how it is cut


@dataclass(frozen=True, slots=True)
class Result:
    """A place in a period: visits done and missed, their mean score, faults, those still open."""

    id: int
    name: str
    kind: str
    unit: str
    contractor: str
    done: int
    missed: int
    score: int | None
    faults: int
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Step:
    """A day, week or month from `first`: the mean score and how many visits."""

    first: date
    score: int | None
    done: int


async def places(
    db: AsyncSession, where: ColumnElement[bool], first: date, last: date, now: datetime
) -> list[Result]:
    """Every place with a visit or a fault in the period for which `where` is true, worst first.

    `where` is over `Visit`, `List` and `Place`.
    """
    seen = (
        select(
            Visit.place_id,
            func.count().filter(Visit.state == Seen.DONE).label("done"),
            func.count().filter(Visit.state == Seen.MISSED).label("missed"),
            func.round(func.avg(Visit.score).filter(Visit.state == Seen.DONE)).label("score"),
        )
        .join(List, List.id == Visit.list_id).join(Place, Place.id == Visit.place_id)
        .where(Visit.due.between(first, last), where)
        .group_by(Visit.place_id).subquery()
    )  # fmt: skip
    faulty = (
        select(
            Fault.place_id, func.count().label("faults"),
            func.count().filter(Fault.state.in_(OPEN)).label("open"),
            func.count().filter(Fault.state.in_(TO_MEND), Fault.due_at <= now).label("late"),
        )
        .where(_found(first, last), Fault.state != "dropped")
        .group_by(Fault.place_id).subquery()
    )  # fmt: skip
    query = (
        select(Place, seen.c.done, seen.c.missed, seen.c.score, faulty.c.faults, faulty.c.open,
               faulty.c.late)
        .join(seen, seen.c.place_id == Place.id)
        .outerjoin(faulty, faulty.c.place_id == Place.id)
        .order_by(seen.c.score.asc().nulls_last(), Place.position, Place.name)
    )  # fmt: skip
    return [_result(*row) for row in await db.execute(query)]


def _result(place: Place, done: int, missed: int, score: Any, *counts: int | None) -> Result:
    faults, open_, late = (count or 0 for count in counts)
    return Result(
        place.id, place.name, place.kind, place.unit, place.contractor, done, missed,
        None if score is None else int(score), faults, open_, late,
    )  # fmt: skip


def _found(first: date, last: date) -> ColumnElement[bool]:
    there = func.timezone("Asia/Shanghai", Fault.found_at)
    return cast(there, Date).between(first, last)


async def trend(
    db: AsyncSession, where: ColumnElement[bool], first: date, last: date
) -> list[Step]:
    """The mean score of each day, week or month of the period, those without visits included."""
    step = next(name for most, name in STEPS if (last - first).days < most or name == "month")
    at = cast(func.date_trunc(step, Visit.due), Date)
    query = (
        select(at, func.round(func.avg(Visit.score)), func.count())
        .join(List, List.id == Visit.list_id).join(Place, Place.id == Visit.place_id)
        .where(Visit.due.between(first, last), Visit.state == Seen.DONE, where)
        .group_by(at)
    )  # fmt: skip
    found = {day: (None if score is None else int(score), n)
             for day, score, n in await db.execute(query)}  # fmt: skip
    return [Step(day, *found.get(day, (None, 0))) for day in _days(first, last, step)]


def _days(first: date, last: date, step: str) -> Sequence[date]:
    if step == "month":
        at = first.replace(day=1)
    else:
        at = first - timedelta(days=first.weekday()) if step == "week" else first
    days = []
    while at <= last:
        days.append(at)
        at = _next(at, step)
    return days


def _next(day: date, step: str) -> date:
    if step == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if step == "week" else 1)
