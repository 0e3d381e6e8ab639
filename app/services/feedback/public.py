"""Figures of cases by unit and kind: for everybody, and for the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.kit import clock
from app.kit.cache import Cached
from app.services.feedback.models import IS_OPEN, Case
from app.services.feedback.rules import State

DAYS = 90
COUNTS = Case.state.not_in((State.WITHDRAWN, State.MERGED))  # what wants an answer of its own


@dataclass(frozen=True, slots=True)
class Count:
    """Cases of a period. `minutes`: the median until the first answer; `stars`: the mean.

    `late`: open past their deadline. `due`: those whose deadline has passed or that have an
    answer: what 「按时」 is a share of.
    """

    name: str = ""
    received: int = 0
    answered: int = 0
    on_time: int = 0
    due: int = 0
    late: int = 0
    reopened: int = 0
    rated: int = 0
    minutes: float | None = None
    stars: float | None = None

    @property
    def rate(self) -> float | None:
        """Hundredths that were answered, of what is due; what has time left is not counted."""
        return 100 * self.answered / self.due if self.due else None

    @property
    def punctual(self) -> float | None:
        return 100 * self.on_time / self.due if self.due else None


def _columns(now: datetime) -> list[Any]:
    answered = Case.first_answer_at.is_not(None)
    late = IS_OPEN & (Case.due_at < now)
    minutes = func.extract("epoch", Case.first_answer_at - Case.created_at) / 60
    times: list[ColumnElement[bool]] = [
        answered, answered & Case.on_time, answered | late, late, Case.reopened > 0,
        Case.stars.is_not(None),
    ]  # fmt: skip
    return [
        func.count(), *(func.count(case((one, 1))) for one in times),
        func.percentile_cont(0.5).within_group(minutes), func.avg(Case.stars),
    ]  # fmt: skip


def _within(
    query: Select[Any], first: datetime, end: datetime, limits: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    return query.where(COUNTS, Case.created_at >= first, Case.created_at < end, *limits)


def _count(name: str, row: Sequence[object]) -> Count:
    whole = [int(str(one)) for one in row[:7]]
    minutes, stars = (None if one is None else float(str(one)) for one in row[7:9])
    received, answered, on_time, due, late, reopened, rated = whole
    return Count(name, received, answered, on_time, due, late, reopened, rated, minutes, stars)


async def count(
    db: AsyncSession, first: datetime, end: datetime, now: datetime,
    limits: Sequence[ColumnElement[bool]] = (),
) -> Count:  # fmt: skip
    """All that came from `first` to before `end`."""
    query = _within(select(*_columns(now)), first, end, limits)
    return _count("", tuple((await db.execute(query)).one()))


async def count_by(
    db: AsyncSession, by: InstrumentedAttribute[str], first: datetime, end: datetime,
    now: datetime, *, limits: Sequence[ColumnElement[bool]] = (),
) -> list[Count]:  # fmt: skip
    """The same for each value of a column, most received first."""
    query = _within(select(by, *_columns(now)), first, end, limits).group_by(by)
    found = [_count(str(row[0]), tuple(row[1:])) for row in await db.execute(query)]
    return sorted(found, key=lambda one: (-one.received, one.name))


@dataclass(frozen=True, slots=True)
class Figures:
    """The last 90 days: all, and by unit, at a time."""

    all: Count
    units: list[Count]
    at: datetime


async def _figures(db: AsyncSession) -> Figures:
    now = clock.now()
    first = now - timedelta(days=DAYS)
    return Figures(
        await count(db, first, now, now), await count_by(db, Case.unit, first, now, now), now
    )


figures = Cached("feedback:figures", _figures, max_age=600.0)
