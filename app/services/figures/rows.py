"""The rows behind a number: what a measure's own statement gives, a month and a page at a time."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.figures import Measure
from app.services.figures.rollup import midnight
from app.services.figures.rules import DAY, Period

SHOWN = 50
LONGEST = 31  # days: rows are read from the services' tables, however many years these have
_ROWS = """
SELECT at, id, unit, title, note, href FROM ({sql}) r
WHERE (CAST(:units AS text[]) IS NULL OR r.unit = ANY(:units))
    AND (:unit = '' OR r.unit = :unit) AND (:part = '' OR r.part = :part)
    AND (CAST(:at AS timestamptz) IS NULL OR (r.at, r.id) < (:at, :id))
ORDER BY r.at DESC, r.id DESC LIMIT {shown}
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: days from `first` to `last`, perhaps of one unit or part, after a row."""

    first: date
    last: date
    unit: str = ""
    part: str = ""
    at: datetime | None = None
    id: int = 0
    whole: date | None = None  # where the days that were asked for begin, if before `first`

    @property
    def span(self) -> dict[str, Any]:
        return {"since": self.whole or self.first, "until": self.last}

    @property
    def older(self) -> dict[str, Any] | None:
        """The days before these, if more were asked for."""
        return {"since": self.whole, "until": self.first - DAY} if self.whole else None


def asked_rows(params: Mapping[str, str], period: Period) -> Wanted:
    """What the address asks for; of a long period the last month."""
    first = max(period.first, period.last - timedelta(days=LONGEST - 1))
    at, id = None, params.get("id", "")
    with contextlib.suppress(ValueError):
        at = datetime.fromisoformat(params.get("at", ""))
    known = at is not None and at.tzinfo is not None and id.isascii() and id.isdecimal()
    return Wanted(
        first, period.last, params.get("unit", "")[:60], params.get("part", "")[:60],
        at if known else None, min(int(id), 2**62) if known else 0,
        whole=period.first if first > period.first else None,
    )  # fmt: skip


async def rows(
    db: AsyncSession, measure: Measure, wanted: Wanted, units: Sequence[str] | None
) -> tuple[list[Any], dict[str, Any] | None]:
    """(at, id, unit, title, note, href) newest first, and where the next page begins.

    `units`: those that may be seen; None: all.
    """
    values = {
        "since": midnight(wanted.first), "until": midnight(wanted.last + DAY),
        "units": None if units is None else list(units), "unit": wanted.unit,
        "part": wanted.part, "at": wanted.at, "id": wanted.id,
    }  # fmt: skip
    query = text(_ROWS.format(sql=measure.rows, shown=SHOWN + 1))
    found = list(await db.execute(query, values))
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    return found[:SHOWN], {"at": last.at.isoformat(), "id": last.id} if last else None
