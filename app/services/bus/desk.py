"""What operators see of the buses. Much comes in by file, one run or one day is mended here."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette_admin import DateField, FloatField

from app.desk.fields import Cell, Pick, Ref, Word, choice, yuan
from app.desk.imports import Import, ImportView
from app.desk.table import TableView
from app.kit import sheets
from app.services.bus import models
from app.services.bus.desk_trips import CHANGE, DAYS, Trips
from app.services.bus.imports import load
from app.services.bus.rules import Days
from app.services.bus.sheet import RUNS
from app.services.bus.timetable import timetable


def _fen(text: str) -> int:
    try:
        fen = round(float(text) * 100)
    except ValueError:
        raise ValueError("写成 1.50 这样，免费写 0") from None
    if not 0 <= fen <= 100_000:
        raise ValueError("0 到 1000 元之间")
    return fen


async def _lines(db: AsyncSession) -> list[tuple[int, str]]:
    query = select(models.Line.id, models.Line.name).order_by(models.Line.name)
    return [(id, name) for id, name in await db.execute(query)]


async def _runs(db: AsyncSession, tables: Collection[Any]) -> Mapping[Any, str]:
    query = select(models.Trip.table_id, func.count()).where(models.Trip.table_id.in_(tables))
    counts = dict((await db.execute(query.group_by(models.Trip.table_id))).all())
    return {id: f"{counts[id]} 班" if id in counts else "停运" for id in tables}


class Stops(TableView):
    model, key = models.Stop, "bus-stops"
    menu_label, display_name, icon = "站点", "站点", "fa fa-location-dot"
    fields = (
        Word("name", "站名", required=True, longest=40),
        Word("campus", "校区", help_text="同一校区的站写一样的名字；单独的站不填"),
        FloatField("latitude", "纬度", help_text="像 35.1912；没有就不填，找最近的站时不算它"),
        FloatField("longitude", "经度"),
    )
    fields_default_sort = ("name",)
    searched = ("name", "campus")
    change, tells = CHANGE, (timetable,)

    async def check(self, request: Request, data: dict[str, Any]) -> dict[str, str]:
        bounds = {"latitude": 90, "longitude": 180}
        wrong = {
            name: f"要在 -{most} 到 {most} 之间"
            for name, most in bounds.items()
            if data.get(name) is not None and not -most <= data[name] <= most
        }
        if (data.get("latitude") is None) != (data.get("longitude") is None):
            wrong.setdefault("longitude", "纬度和经度要填就都填")
        return wrong


class Lines(TableView):
    model, key = models.Line, "bus-lines"
    menu_label, display_name, icon = "线路", "线路", "fa fa-route"
    fields = (
        Word("name", "线路", required=True, longest=40),
        Word("note", "说明", help_text="和班次一起显示，像「周五加开两班」"),
        Word("contact", "电话", help_text="车队电话，乘客会看到", longest=40),
    )
    fields_default_sort = ("name",)
    searched = ("name",)
    change, tells = CHANGE, (timetable,)


class Fares(TableView):
    model, key = models.Fare, "bus-fares"
    menu_label, display_name, icon = "票价", "票价", "fa fa-ticket"
    fields = (
        Pick("line_id", "线路", options=_lines, required=True),
        Word("rider", "乘客", required=True, longest=20, help_text="学生、教职工、校外"),
        Cell("fen", "票价（元）", read=_fen, say=yuan, required=True, help_text="免费写 0"),
    )
    fields_default_sort = ("line_id",)
    change, tells = CHANGE, (timetable,)


class Tables(TableView):
    """A table without runs says that the line rests: so a stoppage is one short form."""

    model, key = models.Table, "bus-tables"
    menu_label, display_name, icon = "时刻表", "时刻表", "fa fa-calendar-days"
    fields = (
        Pick("line_id", "线路", options=_lines, required=True),
        choice("priority", "种类", {0: "平时", 1: "临时改点或停运"}, coerce=int, default=1,
               required=True, help_text="临时的那几天只按临时表走；临时表里一班也没有，就是停运"),
        choice("days", "日子", DAYS, required=True, default=Days.DAILY),
        DateField("valid_from", "从", required=True),
        DateField("valid_to", "到（含当天）", required=True),
        Word("note", "原因", help_text="临时表写原因，乘客会看到：「修路」"),
        Ref("runs", "班次", names=_runs, of="id", read_only=True,
            exclude_from_create=True, exclude_from_edit=True),
    )  # fmt: skip
    fields_default_sort = (("valid_from", True),)
    sorted_by = ("valid_from", "valid_to", "priority")
    change, tells = CHANGE, (timetable,)

    async def check(self, request: Request, data: dict[str, Any]) -> dict[str, str]:
        if data["valid_from"] > data["valid_to"]:
            return {"valid_to": "比开始的日子早"}
        if data["priority"] and not data["note"]:
            return {"note": "写一句原因，乘客看得到"}
        own = request.query_params.get("pk")
        clash = await self._clash(request.state.session, data, int(own) if own else None)
        return {"valid_from": f"同样的日子已有一张表，{clash} 起重叠"} if clash else {}

    async def _clash(self, db: AsyncSession, data: dict[str, Any], own: int | None) -> date | None:
        """From when on another table of this line holds for the same days."""
        table = models.Table
        same = (table.line_id == data["line_id"]) & (table.days == data["days"])
        overlap = (table.valid_from <= data["valid_to"]) & (table.valid_to >= data["valid_from"])
        query = select(func.max(table.valid_from)).where(
            same, overlap, table.id.is_distinct_from(own)
        )
        found = await db.scalar(query.where(table.priority == data["priority"]))
        return max(found, data["valid_from"]) if found else None


def template() -> bytes:
    """A timetable of a line on working days, with one stoppage."""
    rows = [
        ("通勤线", "工作日", "2026-08-31", "2027-07-09", "7:20",
         "图书馆、东校区南门 7:38、行政楼 7:55", "2", "", "", "学生 1、教职工 0", "8880 0126"),
        ("直达线", "周末", "2026-08-31", "2027-07-09", "8:00、8:40、9:20", "图书馆、行政楼"),
        ("通勤线", "工作日", "2026-10-12", "2026-10-18", "停运", "", "", "", "修路"),
    ]  # fmt: skip
    names = [column.name for column in RUNS]
    return sheets.write(RUNS, [dict(zip(names, row, strict=False)) for row in rows])


TIMETABLES = Import(
    "bus", "导入时刻表", load, CHANGE, template=template, accept=".xlsx,.csv,.zip",
    help=(
        "表格一行一班，或一行写几个没有途中时间的班次；也收 GTFS 的 .zip。",
        "文件里有的线路，从表里最早那天起换成新的，之前的照旧；没写到的线路不动。",
        "「临时」写了原因的是临时表，只换临时表。带「站点、校区、纬度、经度」四列的表更新站点位置。",
    ),
)  # fmt: skip

desk = (Tables, Trips, Lines, Stops, Fares, partial(ImportView, TIMETABLES))
