"""「评价的数字」 at the desk: units and periods beside each other, and how many answered at all."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus import audit
from app.desk.base import me_of
from app.desk.dashboard import columns
from app.desk.export import XLSX
from app.kit import clock
from app.kit.sheets import Column, write
from app.services.evaluations import desk_words as words
from app.services.evaluations import results, results_rate
from app.services.evaluations.desk_asked import day_of
from app.services.evaluations.desk_page import HOME, Page, download, offered, within, word
from app.services.evaluations.results import Slice, Sum
from app.services.evaluations.results_rate import Rate
from app.services.evaluations.results_shown import hidden, over_time, step_of

LONGEST = 366 * 2  # days of a period
MOST_SUBJECTS = 20
SHEET = tuple(Column(title, name) for name, title in {
    "name": "单位", "count": "评价", "mean": "平均星", "before": "上一段平均星",
    "content": "满意（%）", "low": "低分", "handled": "低分办过", "asked": "请了",
    "answered": "答了", "rate": "回应率（%）",
}.items())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A unit (or a subject) in the period and in the one before it."""

    name: str
    href: str
    sum: Sum
    before: Sum
    rate: Rate = field(default_factory=Rate)

    @property
    def few(self) -> bool:
        return hidden(self.sum)

    @property
    def change(self) -> float | None:
        """By how much the mean of stars went up."""
        if self.few or hidden(self.before) or self.sum.mean is None or self.before.mean is None:
            return None
        return self.sum.mean - self.before.mean


class Figures(Page):
    menu_label, icon = "评价的数字", "fa fa-chart-simple"
    path, route_name = "/evaluations/figures", "evaluations-figures"

    @route("")
    async def index(self, request: Request) -> Response:
        """A period, the last 30 days unless the address says otherwise, and the one before it."""
        db, me = request.state.session, me_of(request)
        of = _asked(request)
        first, last = of.since or date.min, of.until or date.max  # never: both are asked for
        step = step_of(first, last)
        chart = over_time(await results.by_time(db, of, step), first, last, step)
        return self.show(
            request, "figures.html", of=of, lines=await self._lines(request, of),
            total=await results.total(db, of), before=await results.total(db, _before(of)),
            rate=await results_rate.whole(db, of), units=await offered(db, me),
            months=sorted((await results_rate.by_month(db, of)).items()),
            subjects=await self._subjects(request, of), chart=chart, drawn=columns(chart),
            each=-(-len(chart.labels) // 14), presets=_presets(of), few=hidden,
            query=_query(of),
        )  # fmt: skip

    @route("/figures.xlsx", name="evaluations-figures-xlsx")
    async def export(self, request: Request) -> Response:
        """The table of units as a spreadsheet."""
        db, of = request.state.session, _asked(request)
        rows = [_row(line) for line in await self._lines(request, of)]
        data = await asyncio.to_thread(write, SHEET, rows)
        thing, what = audit.thing("evaluations_answers", "*"), {"query": _query(of)}
        audit.record(db, me_of(request), "evaluations.export_figures", thing, after=what)
        return download(data, f"评价 {of.since} 到 {of.until}.xlsx", XLSX)

    async def _lines(self, request: Request, of: Slice) -> list[Line]:
        """The units, best first."""
        db = request.state.session
        now, then = await results.by_unit(db, of), await results.by_unit(db, _before(of))
        rates = await results_rate.by_unit(db, of)
        made = [
            Line(words.unit_of(unit), f"{HOME}/figures?{_query(replace(of, unit=unit or None))}",
                 now.get(unit, Sum()), then.get(unit, Sum()), rates.get(unit, Rate()))
            for unit in now.keys() | rates.keys()
        ]  # fmt: skip
        return sorted(made, key=lambda line: (-(line.sum.mean or 0), line.name))

    async def _subjects(self, request: Request, of: Slice) -> list[Line]:
        """What was rated most."""
        db = request.state.session
        then = {id: sum for id, *_, sum in await results.by_subject(db, _before(of), 1000)}
        days = urlencode({"since": of.since, "until": of.until})
        return [
            Line(name, f"{HOME}/{form}?{days}&subject={id}", sum, then.get(id, Sum()))
            for id, name, form, sum in await results.by_subject(db, of, MOST_SUBJECTS)
        ]


def _asked(request: Request) -> Slice:
    """The period and unit of the address, within what they may see."""
    asked, today = request.query_params, clock.now().date()
    until = day_of(asked.get("until", "")) or today
    since = day_of(asked.get("since", "")) or until - timedelta(days=29)
    since, until = min(since, until), max(since, until)
    since = max(since, until - timedelta(days=LONGEST))
    unit = word(asked, "unit")
    return Slice(unit=unit or None, since=since, until=until, within=within(me_of(request)))


def _before(of: Slice) -> Slice:
    earlier = of.before()
    assert earlier is not None  # noqa: S101 it has both days
    return earlier


def _query(of: Slice) -> str:
    found: dict[str, Any] = {"since": of.since, "until": of.until, "unit": of.unit}
    return urlencode({name: value for name, value in found.items() if value})


def _presets(of: Slice) -> list[tuple[str, str]]:
    today = clock.now().date()
    month = today.replace(day=1)
    last = month - timedelta(days=1)
    spans = (("近 7 天", today - timedelta(days=6), today),
             ("近 30 天", today - timedelta(days=29), today), ("这个月", month, today),
             ("上个月", last.replace(day=1), last),
             ("今年", date(today.year, 1, 1), today))  # fmt: skip
    return [(name, _query(replace(of, since=a, until=b))) for name, a, b in spans]


def _row(line: Line) -> dict[str, Any]:
    def tidy(value: float | None, hide: bool = False) -> float | None:
        return None if value is None or hide else round(value, 2)

    return {
        "name": line.name, "count": line.sum.count, "mean": tidy(line.sum.mean, line.few),
        "before": tidy(line.before.mean, hidden(line.before)),
        "content": tidy(line.sum.content, line.few), "low": line.sum.low,
        "handled": line.sum.handled, "asked": line.rate.asked, "answered": line.rate.answered,
        "rate": tidy(line.rate.share),
    }  # fmt: skip
