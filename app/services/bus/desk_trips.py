"""Runs at the desk: where they call is written as in the spreadsheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload
from starlette.requests import Request
from starlette_admin import IntegerField

from app.campus.permission.rules import Action, Role
from app.desk.fields import Cell, Pick, Word, between
from app.desk.table import TableView
from app.services.bus import models
from app.services.bus.rules import Days, parse_clock
from app.services.bus.sheet import DAY_WORDS, parse_calls, timed
from app.services.bus.timetable import timetable

CHANGE = Action("bus.change", frozenset({Role.OPERATOR}))
DAYS = {
    **{days: word for word, days in reversed(DAY_WORDS.items())},
    Days.DATES: "指定日期",
}
Calls = Sequence[tuple[str, int | None]]


def clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def say_calls(calls: Calls) -> str:
    """「图书馆 7:20、行政楼 7:55」, as `parse_calls` reads it."""
    return "、".join(name if at is None else f"{name} {clock(at)}" for name, at in calls)


async def tables(db: AsyncSession) -> list[tuple[int, str]]:
    """「通勤线 工作日 2026-08-31 起」, temporary ones marked."""
    query = select(models.Table, models.Line.name).join(models.Line)
    found = await db.execute(query.order_by(models.Line.name, models.Table.valid_from.desc()))
    return [
        (t.id, f"{line} {DAYS[Days(t.days)]} {t.valid_from} 起{'（临时）' if t.priority else ''}")
        for t, line in found
    ]


@dataclass
class Route(Cell):
    """The calls of a run (loaded), in words."""

    async def parse_obj(self, request: Request, obj: models.Trip) -> Calls:
        names = await self._names(request)
        return [(names[call.stop_id], call.at) for call in obj.calls]

    async def _names(self, request: Request) -> dict[int, str]:
        kept: dict[int, str] | None = getattr(request.state, "bus_stops", None)
        if kept is None:
            found = await request.state.session.execute(select(models.Stop.id, models.Stop.name))
            kept = request.state.bus_stops = dict(found.all())
        return kept


class Trips(TableView):
    model, key = models.Trip, "bus-trips"
    menu_label, display_name, icon = "班次", "班次", "fa fa-bus"
    fields = (
        Pick("table_id", "时刻表", options=tables, required=True),
        Cell("departure", "发车", read=parse_clock, say=clock, required=True, placeholder="7:20"),
        Route("route", "途经", read=parse_calls, say=say_calls, required=True,
              help_text="用「、」隔开，时间跟在站名后：图书馆、东校区南门 7:38、行政楼 7:55"),
        IntegerField("vehicles", "车辆", default=1, required=True, help_text="一起发几辆",
                     validators=[between(1, 4)]),
        Word("note", "备注"),
    )  # fmt: skip
    fields_default_sort = ("table_id", "departure")
    sorted_by = ("table_id", "departure")
    searched = ("note",)
    change, tells = CHANGE, (timetable,)

    def get_list_query(self, request: Request) -> Any:
        return super().get_list_query(request).options(selectinload(models.Trip.calls))

    def get_search_query(self, request: Request, term: str) -> Any:
        """By the name of a stop."""
        named = select(models.Stop.id).where(models.Stop.name == term.strip())
        calls = select(models.Call.trip_id).where(models.Call.stop_id.in_(named))
        return models.Trip.id.in_(calls)

    async def check(self, request: Request, data: dict[str, Any]) -> dict[str, str]:
        try:
            data["route"] = timed(data["route"], data["departure"], 1)
        except ValueError as error:
            return {"route": str(error)}
        known = await _ids(request.state.session, (name for name, _ in data["route"]))
        missing = [name for name, _ in data["route"] if name not in known]
        return {"route": f"没有「{missing[0]}」这一站，先在站点里加上"} if missing else {}

    async def after_create(self, request: Request, obj: Any) -> None:
        await self._call(request, obj)
        await super().after_create(request, obj)

    async def after_edit(self, request: Request, obj: Any) -> None:
        await self._call(request, obj)
        await super().after_edit(request, obj)

    async def _call(self, request: Request, trip: Any) -> None:
        """Write where the run calls: `route` was set beside the columns."""
        db: AsyncSession = request.state.session
        ids = await _ids(db, (name for name, _ in trip.route))
        await db.execute(delete(models.Call).where(models.Call.trip_id == trip.id))
        calls = [
            {"trip_id": trip.id, "order": order, "stop_id": ids[name], "at": at}
            for order, (name, at) in enumerate(trip.route)
        ]
        await db.execute(insert(models.Call), calls)
        self._note(request, "route", trip, after={"途经": say_calls(trip.route)})


async def _ids(db: AsyncSession, names: Iterable[str]) -> dict[str, int]:
    query = select(models.Stop.name, models.Stop.id).where(models.Stop.name.in_(list(names)))
    return dict((await db.execute(query)).all())
