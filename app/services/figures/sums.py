"""Reading what is kept: sums and medians of periods, whole, by unit and by step. Nothing else is
read by dashboards and reports, so ten years of orders cost them what one does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.figures import Measure, Parts, Shape
from app.services.figures.rules import Period

# The days of both periods, each with the number of its own; `units` NULL: all of them.
_DAYS = """
FROM unnest(CAST(:firsts AS date[]), CAST(:lasts AS date[])) WITH ORDINALITY s(first, last, n)
JOIN figures_days d ON d.measure = ANY(CAST(:names AS text[])) AND d.day >= s.first
    AND d.day <= s.last AND (CAST(:units AS text[]) IS NULL OR d.unit = ANY(:units))
"""
SUMS = f"""
SELECT n, measure, unit, step, sum(value)::bigint AS value, sum(count)::bigint AS times FROM (
    SELECT s.n, d.measure, d.unit, date_trunc(:step, d.day::timestamp)::date AS step, d.value,
        d.count {_DAYS}
) k GROUP BY GROUPING SETS ((n, measure), (n, measure, unit), (n, measure, step))
"""
# Each time as often as it was had: quicker than sums along windows, whose sorting is of words.
MIDDLES = f"""
SELECT n, measure, unit, step, percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes) AS value,
    count(*) AS times FROM (
    SELECT s.n, d.measure, d.unit, date_trunc(:step, d.day::timestamp)::date AS step,
        d.part::bigint AS minutes, d.count {_DAYS}
) k CROSS JOIN LATERAL generate_series(1, k.count)
GROUP BY GROUPING SETS ((n, measure), (n, measure, unit), (n, measure, step))
"""
PARTS = f"""
SELECT n, measure, part, sum(d.value)::bigint AS value, sum(d.count)::bigint AS times {_DAYS}
GROUP BY n, measure, part ORDER BY times DESC, part
"""


@dataclass(frozen=True, slots=True)
class Sum:
    """`value` and `count` as the measure's shape says; of a median: the median, and of how many."""

    value: int = 0
    count: int = 0


@dataclass(slots=True)
class Of:
    """A measure in one period: of all, by unit, and by the first day of each step."""

    all: Sum = field(default_factory=Sum)
    units: dict[str, Sum] = field(default_factory=dict)
    steps: dict[date, Sum] = field(default_factory=dict)
    parts: dict[str, Sum] = field(default_factory=dict)


Found = Mapping[str, Of]


async def read(
    db: AsyncSession, measures: Sequence[Measure], periods: Sequence[Period],
    units: Sequence[str] | None, step: str = "day",
) -> list[Found]:  # fmt: skip
    """For each of `periods` what each measure came to; `units` None: of all.

    Measures that nothing was kept of are there, and are nothing.
    """
    found: list[dict[str, Of]] = [{m.name: Of() for m in measures} for _ in periods]
    middle = [m.name for m in measures if m.shape is Shape.MIDDLE]
    whole = [m.name for m in measures if m.shape is not Shape.MIDDLE and not m.parts]
    cut = [m.name for m in measures if m.parts is not Parts.NONE]
    spans = {"firsts": [p.first for p in periods], "lasts": [p.last for p in periods],
             "units": None if units is None else list(units)}  # fmt: skip
    for query, names in ((SUMS, whole), (MIDDLES, middle)):
        if names:
            values = {**spans, "names": names, "step": step}
            for row in await db.execute(text(query), values):
                _put(found[row.n - 1][row.measure], row)
    if cut:
        for row in await db.execute(text(PARTS), {**spans, "names": cut}):
            of = found[row.n - 1][row.measure]
            of.parts[row.part] = Sum(row.value, row.times)
            of.all = Sum(of.all.value + row.value, of.all.count + row.times)
    return list(found)


def _put(of: Of, row: Any) -> None:
    one = Sum(row.value, row.times)
    if row.unit is not None:
        of.units[row.unit] = one
    elif row.step is not None:
        of.steps[row.step] = one
    else:
        of.all = one
