"""The university's calendar: what outranks the State Council's, the terms, working hours."""

from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette_admin import DateField, IntegerField

from app.campus.calendar import calendar
from app.campus.calendar.models import Hours, Period, Term
from app.campus.calendar.sheet import COLUMNS, dump, load, preview
from app.campus.permission.rules import Action, Role
from app.desk.fields import Cell, Word, between, choice, hour
from app.desk.imports import Import, ImportView
from app.desk.nouns import DAY_KINDS
from app.desk.table import TableView
from app.kit import sheets

CHANGE = Action("calendar.change", frozenset({Role.OPERATOR}))
LONGEST = 366


class Periods(TableView):
    model, key = Period, "periods"
    menu_label, display_name, icon = "假期和调休", "日子", "fa fa-calendar-day"
    fields = (
        Word("name", "名称", required=True, longest=20, help_text="像「寒假」，班车会说出来"),
        choice("kind", "算哪种日子", DAY_KINDS, required=True),
        DateField("first", "从", required=True),
        DateField("last", "到（含当天）", required=True,
                  help_text="国家的节假日和调休已经有了，只写学校自己的；重叠时后写的算数"),
    )  # fmt: skip
    fields_default_sort = (("first", True),)
    sorted_by = ("first", "kind")
    searched = ("name", "kind", "first", "last")
    change, tells = CHANGE, (calendar,)

    async def check(self, request: Request, data: dict[str, Any]) -> dict[str, str]:
        days = (data["last"] - data["first"]).days
        if days < 0:
            return {"last": "比开始的日子早"}
        return {"last": "超过一年，看看年份写对没有"} if days > LONGEST else {}


class Terms(TableView):
    model, key = Term, "terms"
    menu_label, display_name, icon = "学期", "学期", "fa fa-graduation-cap"
    fields = (
        Word("name", "名称", required=True, longest=40, help_text="2026–2027 学年第一学期"),
        DateField("first", "第一周周一", required=True),
        IntegerField("weeks", "教学周", required=True, default=20, validators=[between(1, 40)]),
    )
    fields_default_sort = (("first", True),)
    searched = ("name",)
    change, tells = CHANGE, (calendar,)

    async def check(self, request: Request, data: dict[str, Any]) -> dict[str, str]:
        return {} if data["first"].weekday() == 0 else {"first": "这天不是周一"}


class WorkingHours(TableView):
    model, key = Hours, "working-hours"
    menu_label, display_name, icon = "上班时间", "时段", "fa fa-business-time"
    fields = (
        choice("kind", "日子", DAY_KINDS, required=True,
               help_text="一段一行；一行也没有，就按工作日 8:00–12:00、14:30–18:00"),
        Cell("starts", "从", read=hour, say=lambda at: f"{at:%H:%M}", required=True),
        Cell("ends", "到", read=hour, say=lambda at: f"{at:%H:%M}", required=True,
             help_text="不比「从」晚就是到第二天"),
    )  # fmt: skip
    fields_default_sort = ("kind", "starts")
    sorted_by = ("starts",)
    change, tells = CHANGE, (calendar,)


def template() -> bytes:
    """A term, a vacation and a day off."""
    names = [column.name for column in COLUMNS]
    rows = [
        ("2026-08-31", "2027-01-17", "学期", "2026–2027 学年第一学期"),
        ("2027-01-18", "2027-02-28", "寒暑假", "寒假"),
        ("2026-10-24", "2026-10-24", "放假", "校庆"),
    ]
    return sheets.write(COLUMNS, [dict(zip(names, row, strict=True)) for row in rows])


async def look(db: AsyncSession, data: bytes, filename: str) -> str:
    return str(await preview(db, data, filename))


CALENDAR_FILE = Import(
    "calendar", "导入校历", load, CHANGE, template=template, dump=dump, look=look,
    help=("整本换：表里没有的学期和假期就没有了。先「导出现有的」，改好再导回来。",),
)  # fmt: skip

CALENDAR = (Periods, Terms, WorkingHours, partial(ImportView, CALENDAR_FILE))
