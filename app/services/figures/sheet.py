"""Numbers as a spreadsheet: a line for each measure, unit, step and part."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.figures import Measure, Shape, Tally
from app.kit import sheets
from app.kit.sheets import Column
from app.services.figures.rules import Against, Period, against
from app.services.figures.sums import Of, Sum, read
from app.services.figures.view import measures_of
from app.services.figures.words import number

COLUMNS = tuple(Column(title, name) for name, title in {
    "title": "数", "unit": "单位", "cut": "哪一段", "this": "这一期", "before": "比的那一期",
    "in": "怎么读", "count": "数了多少",
}.items())  # fmt: skip
READ = {Shape.COUNT: "", Shape.SHARE: "%", Shape.MEAN: "平均", Shape.MIDDLE: "分钟，中位数"}


async def lines(
    db: AsyncSession, tallies: Iterable[Tally], period: Period, *, how: Against,
    units: Sequence[str] | None,
) -> list[dict[str, Any]]:  # fmt: skip
    """What `write` writes."""
    measures = measures_of(tallies)
    this, that = await read(db, measures, [period, against(period, how)], units, period.step)
    found: list[dict[str, Any]] = []
    for measure in measures:
        found += _lines(measure, this[measure.name], that[measure.name])
    return found


def _lines(measure: Measure, this: Of, that: Of) -> Iterable[dict[str, Any]]:
    def line(unit: str, cut: str, one: Sum, before: Sum | None) -> dict[str, Any]:
        return {
            "title": measure.title, "unit": unit, "cut": cut, "this": _tidy(measure, one),
            "before": _tidy(measure, before) if before else None, "count": one.count,
            "in": READ[measure.shape] or measure.unit,
        }  # fmt: skip

    yield line("全部", "全部", this.all, that.all)
    for unit, one in sorted(this.units.items()):
        if unit:
            yield line(unit, "全部", one, that.units.get(unit, Sum()))
    for day, one in sorted(this.steps.items()):
        yield line("全部", str(day), one, None)
    for part, one in this.parts.items():
        yield line("全部", part, one, that.parts.get(part, Sum()))


def _tidy(measure: Measure, one: Sum) -> float | None:
    found = number(measure, one)
    return None if found is None else round(found, 2)


def write(found: Sequence[dict[str, Any]]) -> bytes:
    """The lines as an xlsx."""
    return sheets.write(COLUMNS, found)
