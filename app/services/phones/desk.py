"""What operators see of the phone book: departments as a tree, and their numbers."""

from functools import partial
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette_admin import IntegerField

from app.campus.permission.rules import Action, Role
from app.desk.fields import Cell, Pick, Word, choice
from app.desk.imports import Import, ImportView
from app.desk.table import TableView
from app.kit import sheets
from app.services.phones.book import book
from app.services.phones.models import Entry, Unit
from app.services.phones.rules import parse_hours, parse_number, say_hours, say_number
from app.services.phones.sheet import COLUMNS, KINDS, dump, load

CHANGE = Action("phones.change", frozenset({Role.OPERATOR}))
HOURS_HELP = "像「工作日 8:00–12:00、14:30–18:00」或「24 小时」"


async def _parents(db: AsyncSession) -> dict[int, tuple[int | None, str]]:
    query = select(Unit.id, Unit.parent_id, Unit.name).order_by(Unit.position, Unit.id)
    return {id: (parent, name) for id, parent, name in await db.execute(query)}


async def _units(db: AsyncSession) -> list[tuple[int, str]]:
    """「后勤管理处/维修中心」, each below its parent."""
    units = await _parents(db)

    def path(id: int) -> str:
        parent, name = units[id]
        return f"{path(parent)}/{name}" if parent is not None else name

    return sorted(((id, path(id)) for id in units), key=lambda unit: unit[1])


def _hours(text: str) -> str:
    return say_hours(parse_hours(text))


class Entries(TableView):
    model, key = Entry, "phones-entries"
    menu_label, display_name, icon = "电话", "电话", "fa fa-phone"
    fields = (
        Pick("unit_id", "部门", options=_units, required=True),
        Word("post", "岗位", help_text="不填就是部门自己的电话"),
        Word("person", "姓名", help_text="外面只看得到姓和称呼：王师傅、陈主任"),
        Cell("number", "电话", read=parse_number, say=say_number, required=True),
        choice("kind", "类别", {kind: words[0] for kind, words in KINDS.items()}, required=True,
               default="normal", help_text="紧急和投诉排在最前面"),
        Cell("hours", "办公时间", read=_hours, empty="", help_text=f"{HOURS_HELP}；不填跟部门"),
        IntegerField("position", "次序", default=0, required=True, help_text="小的在前"),
    )  # fmt: skip
    fields_default_sort = ("unit_id", "position")
    sorted_by = ("position", "kind")
    searched = ("post", "person", "number")
    change, tells = CHANGE, (book,)

    def get_search_query(self, request: Request, term: str) -> Any:
        """Words, digits as they are spoken (「8880 0110」), or a department."""
        digits = "".join(sign for sign in term if sign.isdecimal())
        named = select(Unit.id).where(Unit.name.icontains(term.strip(), autoescape=True))
        found = [super().get_search_query(request, term), Entry.unit_id.in_(named)]
        return or_(*found, Entry.number.contains(digits) if digits else Entry.id < 0)


class Units(TableView):
    model, key = Unit, "phones-units"
    menu_label, display_name, icon = "部门", "部门", "fa fa-sitemap"
    fields = (
        Pick("parent_id", "上级", options=_units, blank="最上一级"),
        Word("name", "名称", required=True, longest=40),
        Cell("hours", "办公时间", read=_hours, empty="", help_text=f"{HOURS_HELP}；不填跟上级"),
        Word("place", "地点"),
        IntegerField("position", "次序", default=0, required=True, help_text="小的在前"),
    )
    fields_default_sort = ("parent_id", "position")
    sorted_by = ("position",)
    searched = ("name", "place")
    change, tells = CHANGE, (book,)

    async def check(self, request: Request, data: dict[str, Any]) -> dict[str, str]:
        own, above = request.query_params.get("pk"), data.get("parent_id")
        units = await _parents(request.state.session)
        while own and above is not None:
            if str(above) == own:
                return {"parent_id": "不能放到自己下面"}
            above = units[above][0] if above in units else None
        if "/" in data["name"]:
            return {"name": "名称里不能有「/」，它隔开上下级"}
        return {}


def template() -> bytes:
    """A department with its line and somebody's."""
    names = [column.name for column in COLUMNS]
    rows = [
        ("后勤管理处/维修中心", "", "", "", "24 小时", "行政楼 102", ""),
        ("后勤管理处/维修中心", "抢修", "", "8880 0110", "", "", "紧急"),
        ("后勤管理处/维修中心", "主任", "陈国强", "8880 0111", "工作日 8:00–18:00", "", ""),
    ]
    return sheets.write(COLUMNS, [dict(zip(names, row, strict=True)) for row in rows])


BOOK = Import(
    "phones", "导入电话簿", load, CHANGE, template=template, dump=dump,
    help=(
        "整本换：表里没有的部门和电话就没有了。先「导出现有的」，改好再导回来最稳。",
        "上下级用「/」隔开。没写电话的那一行是部门自己的时间和地点。",
    ),
)  # fmt: skip

desk = (Entries, Units, partial(ImportView, BOOK))
