"""「数字」: a period by kind, building and worker, in tables and pictures; and a whole year."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus import audit
from app.campus.people.models import Person
from app.desk.base import me_of
from app.desk.dashboard import columns
from app.desk.export import XLSX
from app.desk.figures import Chart
from app.kit import clock
from app.kit.sheets import Column, write
from app.services.repairs import desk_map
from app.services.repairs.desk_cards import SOURCES
from app.services.repairs.desk_find import Filter, asked, day, period
from app.services.repairs.desk_page import HOME, Page, number
from app.services.repairs.desk_queue import offered
from app.services.repairs.figures import say_minutes, say_share
from app.services.repairs.figures_count import FINISHED, RESPONDED, Count, Counted, count, share
from app.services.repairs.kinds import kinds
from app.services.repairs.models import Day, Order
from app.services.repairs.reach import LEAD, LOOK, reach
from app.services.repairs.rules import Source

STEPS = ((45, "day"), (200, "week"), (400, "month"))  # days of a period, and how it is cut
SHEET = tuple(Column(title, name) for name, title in {
    "by": "按什么", "name": "是哪个", "reported": "报修", "finished": "修好",
    "respond": "接单（分）", "finish": "修好（分）", "on_time": "按时（%）", "again": "返修（%）",
    "content": "满意（%）", "answered": "评价率（%）",
}.items())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A line of a table: a count with a name, and where it leads."""

    name: str
    count: Count
    href: str  # empty for who may not open it


class Figures(Page):
    """For who dispatches, and for heads and supervisors, who read them and open no order."""

    may = LOOK
    menu_label, icon = "数字", "fa fa-chart-simple"
    path, route_name = "/repairs/figures", "repairs-figures"

    @route("")
    async def index(self, request: Request) -> Response:
        """A period, the last 30 days unless the address says otherwise."""
        db, wanted = request.state.session, _wanted(request)
        first, end, step = _period(wanted)
        found = await count(db, first, end, _limits(request, wanted), step=step)
        days: dict[str, Any] = {
            "since": str(first.date()), "until": str((end - timedelta(days=1)).date()),
        }  # fmt: skip
        places = await desk_map.spots(db)
        counts = {id: one.reported for id, one in found.buildings.items()}
        return self.show(
            request, "figures.html", wanted=wanted, **days, found=found,
            tables=await _tables(db, found, _query(request, days)),
            chart=_chart(found, first, end, step),
            heat=await _heat(db, found, places), plans=desk_map.plans(places), counts=counts,
            shades=desk_map.shades(counts), presets=_presets(clock.now().date()),
            times=_times(found.all), sources=_sources(found),
            link=_orders(_query(request, days), "building"), query=wanted.address(),
            say_minutes=say_minutes, say_share=say_share, **await offered(db, me_of(request)),
        )  # fmt: skip

    @route("/figures.xlsx", name="repairs-figures-xlsx")
    async def export(self, request: Request) -> Response:
        """The tables of the page as a spreadsheet."""
        db, me, wanted = request.state.session, me_of(request), _wanted(request)
        first, end, step = _period(wanted)
        found = await count(db, first, end, _limits(request, wanted), step=step)
        rows = [_row("合计", "全部", found.all)]
        for by, lines in (await _tables(db, found, "")).items():
            rows += [_row(by, line.name, line.count) for line in lines]
        data = await asyncio.to_thread(write, SHEET, rows)
        audit.record(db, me, "repairs.export_figures", audit.thing("repairs_orders", "*"))
        headers = {"content-disposition": 'attachment; filename="repairs-figures.xlsx"'}
        return Response(data, media_type=XLSX, headers=headers)

    @route("/year", name="repairs-year")
    async def year(self, request: Request) -> Response:
        """A calendar year by months, beside the one before it; to print."""
        db, me, now = request.state.session, me_of(request), clock.now()
        asked_for = number(request.query_params.get("year"), now.year) or now.year
        this = min(max(asked_for, 2000), now.year)
        first, last = date(this, 1, 1), date(this, 12, 31)
        starts, ends = period(first, last, max(last, now.date()))
        found = await count(db, starts, ends, [reach(me, LOOK)], step="month")
        before = await _days(db, this - 1, now) if me.may(LOOK) else None
        return self.show(
            request, "year.html", year=this, now_year=now.year, found=found, before=before,
            change=_change(found.all.reported, before),
            months=[(n, found.steps.get(date(this, n, 1), Count())) for n in range(1, 13)],
            tables=await _tables(db, found, _query(request, {"since": first, "until": last})),
            chart=_chart(found, starts, ends, "month"), times=_times(found.all),
            sources=_sources(found), say_minutes=say_minutes, say_share=say_share,
        )  # fmt: skip


def _query(request: Request, days: Mapping[str, Any]) -> str:
    """What finds the orders behind a number; empty for who does not dispatch."""
    return urlencode(days) if me_of(request).may_somewhere(LEAD) else ""


def _orders(days: str, field: str) -> str:
    return f"{HOME}/orders?{days}&{field}=" if days else ""


def _wanted(request: Request) -> Filter:
    found = asked(request.query_params)
    if found.since:
        return found
    since = clock.now().date() - timedelta(days=29)
    return asked({**{n: getattr(found, n) for n in Filter.__slots__}, "since": str(since)})


def _period(wanted: Filter) -> tuple[datetime, datetime, str]:
    first, end = period(day(wanted.since), day(wanted.until), clock.now().date())
    long = (end - first).days
    return first, end, next(step for most, step in STEPS if long <= most)


def _limits(request: Request, wanted: Filter) -> list[ColumnElement[bool]]:
    fields = {"kind": Order.kind_id, "building": Order.building_id, "area": Order.area_id,
              "worker": Order.worker_id}  # fmt: skip
    chosen = [column == int(value) for name, column in fields.items()
              if (value := getattr(wanted, name))]  # fmt: skip
    return [reach(me_of(request), LOOK), *chosen]


async def _tables(db: AsyncSession, found: Counted, days: str) -> Mapping[str, Sequence[Named]]:
    names = {id: kind.name for id, kind in (await kinds.within(db)).items()}
    houses = {spot.id: spot.name for spot in await desk_map.spots(db)}
    query = select(Person.id, Person.name).where(Person.id.in_(found.workers))
    people = dict((await db.execute(query)).all())

    def lines(counts: Mapping[int, Count], named: Mapping[int, str], field: str) -> list[Named]:
        to = _orders(days, field)
        made = [Named(named.get(id) or "已删除", one, to and f"{to}{id}")
                for id, one in counts.items()]  # fmt: skip
        return sorted(made, key=lambda line: -line.count.reported)

    return {
        "类别": lines(found.kinds, names, "kind"), "楼": lines(found.buildings, houses, "building"),
        "师傅": lines(found.workers, people, "worker"),
    }  # fmt: skip


def _chart(found: Counted, first: datetime, end: datetime, step: str) -> Mapping[str, Any]:
    """The columns of a period, and the distance of their labels."""
    at, last, steps = _first(first.date(), step), end.date(), []
    while at < last:
        steps.append(at)
        at = _next(at, step)
    rows = [found.steps.get(one, Count()) for one in steps]
    labels = tuple(f"{d.month}月" if step == "month" else f"{d.month}/{d.day}" for d in steps)
    chart = Chart("报修", "", labels, (
        ("按时修好", "ok", tuple(row.in_time for row in rows)),
        ("晚了才修好", "warn", tuple(row.late for row in rows)),
        ("没修", "pale", tuple(row.reported - row.finished for row in rows)),
    ))  # fmt: skip
    return {"chart": chart, "drawn": columns(chart), "each": -(-len(steps) // 14)}


def _first(day: date, step: str) -> date:
    if step == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step == "week" else day


def _next(day: date, step: str) -> date:
    if step == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day + timedelta(days=7 if step == "week" else 1)


async def _heat(
    db: AsyncSession, found: Counted, places: Sequence[desk_map.Spot]
) -> Mapping[str, Any]:
    """Kinds by buildings: for each cell its count and its shade. Buildings without any stay out."""
    houses = [spot for spot in places if spot.id in found.buildings]
    most = max(found.cells.values(), default=0)
    rows = []
    for id, kind in (await kinds.within(db)).items():
        cells = [(spot, found.cells.get((id, spot.id), 0)) for spot in houses]
        if any(n for _, n in cells):
            rows.append((kind, [(s, n, desk_map.shade(n, most)) for s, n in cells]))
    return {"houses": houses, "rows": rows, "most": most}


def _times(one: Count) -> Sequence[tuple[str, Sequence[tuple[str, int, float]]]]:
    """How soon somebody accepted, and how soon it was mended: (words, orders, hundredths)."""

    def lines(names: Sequence[tuple[int | None, str]], counts: Sequence[int]) -> Any:
        total = sum(counts)
        return [(name, n, share(n, total) or 0.0)
                for (_, name), n in zip(names, counts, strict=False)]  # fmt: skip

    return (
        ("多久有人接", lines(RESPONDED, one.responded)),
        ("多久修好", lines(FINISHED, one.ended)),
    )


def _sources(found: Counted) -> Sequence[tuple[str, int, float]]:
    rows = [(SOURCES[Source(name)], one.reported, share(one.reported, found.all.reported) or 0.0)
            for name, one in found.sources.items()]  # fmt: skip
    return sorted(rows, key=lambda row: -row[1])


def _presets(today: date) -> Sequence[tuple[str, str]]:
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    spans = (("近 7 天", today - timedelta(days=6), today),
             ("近 30 天", today - timedelta(days=29), today), ("这个月", month, today),
             ("上个月", before, month - timedelta(days=1)))  # fmt: skip
    return [(name, urlencode({"since": a, "until": b})) for name, a, b in spans]


async def _days(db: AsyncSession, year: int, now: datetime) -> int:
    """How many were reported in that year until this day of it: by the days' own counters."""
    today = now.date()
    until = (
        date(year, today.month, min(today.day, 28)) if now.year == year + 1 else date(year, 12, 31)
    )
    total = select(func.coalesce(func.sum(Day.last), 0))
    return await db.scalar(total.where(Day.day.between(date(year, 1, 1), until))) or 0


def _change(this: int, before: int | None) -> float | None:
    return (this - before) * 100 / before if before else None


def _row(by: str, name: str, one: Count) -> dict[str, Any]:
    def tidy(value: float | None) -> float | None:
        return None if value is None else round(value, 1)

    of: Callable[[float | None], float | None] = tidy
    return {
        "by": by, "name": name, "reported": one.reported, "finished": one.finished,
        "respond": of(one.respond), "finish": of(one.finish), "on_time": of(one.on_time),
        "again": of(one.again), "content": of(one.content), "answered": of(one.answered),
    }  # fmt: skip
