"""What everybody may know, in memory: this month, against the same days of last month.

What is published is decided here, by name: a measure that no service counts any more is not shown.
Nothing is said of less than `rules.FEWEST`, and no unit of which less was counted is named.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.figures import Measure, Shape
from app.kit import clock
from app.kit.cache import Cached
from app.services.figures.rules import (
    DAY,
    FEWEST,
    Against,
    Period,
    against,
    month_of,
    public,
    starts,
)
from app.services.figures.sums import Of, Sum, read
from app.services.figures.view import say_before
from app.services.figures.words import change, number, say

REPORTED = Measure("repairs.reported", "报修", unit="单")
ON_TIME = Measure("repairs.on_time", "按时修好", Shape.SHARE, better=1)
CONTENT = Measure("repairs.content", "修得满意", Shape.SHARE, better=1)
# Each with what says how many answered, if it is an opinion.
SHOWN: tuple[tuple[Measure, Measure | None], ...] = (
    (REPORTED, None),
    (ON_TIME, None),
    (CONTENT, Measure("repairs.rated", "评了", Shape.SHARE)),
    (Measure("evaluations.stars", "大家打的分", Shape.MEAN, better=1),
     Measure("evaluations.response", "评了", Shape.SHARE)),
    (Measure("feedback.answered", "回了的信", unit="封"), None),
    (Measure("feedback.in_time", "按时回信", Shape.SHARE, better=1), None),
)  # fmt: skip
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A number: what it is, what changed (for the better: 1, the worse: -1), who answered."""

    title: str
    said: str
    change: str
    tone: int
    answered: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """The page. `units`: (name, reported, on time, content); `months`: (「11月」, reported),
    from the first of which there is something.
    """

    name: str
    before: str
    lines: tuple[Line, ...]
    units: tuple[tuple[str, str, str, str], ...]
    months: tuple[tuple[str, int], ...]


async def load(db: AsyncSession) -> Board:
    """From what is kept by day."""
    today = clock.now().date()
    month = month_of(today, today)
    before = against(month, Against.BEFORE)
    first = month.first.replace(year=month.first.year - 1)
    year = Period((first.replace(day=28) + 4 * DAY).replace(day=1), today)
    measures = [one for pair in SHOWN for one in pair if one]
    this, that, long = await read(db, measures, [month, before, year], None, "month")
    return Board(
        month.name, say_before(month, before),
        tuple(line for pair in SHOWN if (line := _line(*pair, this, that))),
        _units(this), _months(long[REPORTED.name], year),
    )  # fmt: skip


def _line(
    measure: Measure, answered: Measure | None, this: Mapping[str, Of], that: Mapping[str, Of]
) -> Line | None:
    now, then = this[measure.name].all, that[measure.name].all
    if now.count < FEWEST:
        return None
    value = number(measure, now)
    words, tone = change(measure, value, number(measure, then)) if then.count >= FEWEST else ("", 0)
    who = ""
    if answered is not None:
        rate = this[answered.name].all
        who = f"{say(answered, number(answered, rate))} 的人评了" if rate.count >= FEWEST else ""
    return Line(measure.title, say(measure, value), words, tone, who)


def _units(this: Mapping[str, Of]) -> tuple[tuple[str, str, str, str], ...]:
    """Those of which enough was reported; of the rest of a row nothing that is of too few."""
    counts = {name: one.count for name, one in this[REPORTED.name].units.items() if name}

    def said(measure: Measure, unit: str) -> str:
        one = this[measure.name].units.get(unit, Sum())
        return say(measure, number(measure, one)) if one.count >= FEWEST else "—"

    return tuple(
        (unit, said(REPORTED, unit), said(ON_TIME, unit), said(CONTENT, unit))
        for unit in public(counts)
    )


def _months(reported: Of, year: Period) -> tuple[tuple[str, int], ...]:
    found = [(f"{day.month}月", reported.steps.get(day, Sum()).value)
             for day in starts(year, "month")]  # fmt: skip
    shown = [(name, n if n >= FEWEST else 0) for name, n in found][-MONTHS:]
    while shown and not shown[0][1]:
        shown.pop(0)
    return tuple(shown)


board = Cached("figures", load, max_age=900)
