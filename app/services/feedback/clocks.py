"""Deadlines on the working calendar, by kind: the desk's own, else `rules.TERMS`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import Calendar, DayKind, calendar
from app.kit.cache import Cached
from app.kit.clock import SHANGHAI
from app.services.feedback.models import TermRow
from app.services.feedback.rules import STEPS, TERMS, Kind, Step, Term

FARTHEST = 60  # days within which a working day is looked for
Terms = Mapping[Kind, Term]


async def _load(db: AsyncSession) -> Terms:
    rows = await db.scalars(select(TermRow))
    own = {Kind(row.kind): Term(row.days, row.warn, row.raised) for row in rows}
    return {**TERMS, **own}


terms = Cached("feedback:terms", _load)


@dataclass(frozen=True, slots=True)
class Clock:
    """A case's deadline, and when each of `STEPS` is due. `within` makes one."""

    term: Term
    works: Calendar

    def due(self, start: datetime) -> datetime:
        """By when what came at `start` is to be answered."""
        return self.works.deadline(start, self._hours(start))

    def step(self, start: datetime, due: datetime, stage: int) -> datetime | None:
        """When the step after `stage` steps is due; None after the last."""
        if stage >= len(STEPS):
            return None
        match STEPS[stage]:
            case Step.WARN:
                return self.works.deadline(start, max(self._hours(start) - self.term.warn, 0))
            case Step.LATE:
                return due
            case _:
                return self.works.deadline(due, self.term.raised)

    def _hours(self, start: datetime) -> float:
        return self.term.days * day_hours(self.works, start)


def day_hours(works: Calendar, start: datetime) -> float:
    """Working hours of the next working day: what 「1 个工作日」 is."""
    day = start.astimezone(SHANGHAI).date()
    for ahead in range(FARTHEST):
        date = day + timedelta(days=ahead)
        if works.day(date).kind is DayKind.WORKDAY and (spans := works.spans(date)):
            return sum(ends - begins for begins, ends in spans) / 60
    return 7.5  # two months of vacation: as long as a usual day


async def clock_of(db: AsyncSession, kind: Kind) -> Clock:
    """The clock of cases of a kind."""
    return Clock((await terms.within(db))[kind], await calendar.within(db))
