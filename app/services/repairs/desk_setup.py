"""What operators set up: kinds with their questions, prices, materials, workers, phrases, and
who may not report for a while."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette_admin import BooleanField, DateField, IntegerField

from app.desk.fields import Cell, Moment, Pick, Word, between, choice, yuan
from app.desk.nouns import building, people_like, person
from app.desk.table import TableView
from app.kit.pages import environment
from app.services.repairs.kinds import kinds
from app.services.repairs.models import Barred, Kind, Phrase, Plan, Price, Stock, Worker
from app.services.repairs.reach import SETUP
from app.services.repairs.rules import Move

ICONS = {
    "lamp": "灯", "fan": "风扇", "door": "门", "tap": "水龙头", "toilet": "便池", "ac": "空调",
    "bed": "床", "wifi": "网络", "shower": "淋浴", "bolt": "电", "key": "钥匙", "box": "箱子",
    "drop": "水滴", "fire": "火", "building": "楼", "wrench": "扳手",
}  # fmt: skip
WHATS = {"": "哪儿都能用", Move.RETURN: "收回、退回", Move.REJECT: "不受理", Move.PROMISE: "承诺",
         Move.WAIT: "等一等", Move.REWORK: "返修"}  # fmt: skip
_SPLIT = re.compile(r"[、,，;；\n]+")


def read_list(text: str) -> list[str]:
    """「不亮、一闪一闪」 as a list."""
    found = [part.strip() for part in _SPLIT.split(text)]
    return list(dict.fromkeys(part for part in found if part))


def read_questions(text: str) -> list[dict[str, Any]]:
    """A line for each question: 「几号床*：1号床、2号床」; the star says that it must be answered.

    Raises ValueError in Chinese.
    """
    found: list[dict[str, Any]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        title, _, choices = line.replace(":", "：").partition("：")
        required = title.rstrip().endswith(("*", "＊"))
        title = title.rstrip().rstrip("*＊").strip()
        if not title or len(title) > 20:
            raise ValueError("每行先写问题，20 字以内，比如「几号床*：1号床、2号床」")
        asked: dict[str, Any] = {"name": title, "title": title, "required": required}
        if options := read_list(choices):
            asked["choices"] = options
        found.append(asked)
    if len({one["name"] for one in found}) < len(found) or len(found) > 8:
        raise ValueError("问题不能重复，最多 8 个")
    return found


def say_questions(questions: list[dict[str, Any]]) -> str:
    """As `read_questions` reads them."""
    lines = []
    for one in questions:
        options = "、".join(one.get("choices", ()))
        star = "*" if one.get("required") else ""
        lines.append(f"{one['title']}{star}" + (f"：{options}" if options else ""))
    return "\n".join(lines)


def read_yuan(text: str) -> int:
    """「12.5」 as 1250 fen. Raises ValueError in Chinese."""
    if not re.fullmatch(r"\d{1,6}(\.\d{1,2})?", text):
        raise ValueError("写成 12.50 这样，单位是元")
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


@dataclass
class Lines(Cell):
    """A cell of several lines."""

    rows: int = 4
    class_: str = "field-textarea form-control"
    form_template: str = "fields/form/textarea.html"


async def _kinds(db: AsyncSession) -> list[tuple[int, str]]:
    rows = await db.execute(select(Kind.id, Kind.name).order_by(Kind.position, Kind.id))
    return [(id, name) for id, name in rows]


def _minutes(name: str, label: str, most: int = 100_000) -> IntegerField:
    return IntegerField(name, label, required=True, validators=[between(1, most)],
                        exclude_from_list=True)  # fmt: skip


class Kinds(TableView):
    """Kinds of faults. One that is not reported any more is put away: old orders name it."""

    model, key = Kind, "repairs-kinds"
    menu_label, display_name, icon = "类别和时限", "类别", "fa fa-list-check"
    fields = (
        Word("name", "名字", required=True, longest=10),
        choice("icon", "图", ICONS, required=True, exclude_from_list=True),
        Word("trade", "工种", required=True, help_text="师傅的工种里有它，才会派给他"),
        Word("team", "班组", help_text="班长的权限可以只到一个班组"),
        Cell("signs", "常见的毛病", read=read_list, say="、".join, empty=(),
             help_text="用「、」隔开，报修的人点一下就行"),
        Lines("questions", "再问几句", read=read_questions, say=say_questions, empty=(),
              exclude_from_list=True,
              help_text="一行一个，「几号床*：1号床、2号床」；带 * 的必填，不写选项就自己填"),
        _minutes("respond", "几分钟内接单"), _minutes("arrive", "几分钟内到场"),
        IntegerField("finish", "几小时修好", required=True, validators=[between(1, 2000)]),
        _minutes("urgent_respond", "很急：几分钟内接单"),
        _minutes("urgent_arrive", "很急：几分钟内到场"),
        _minutes("urgent_finish", "很急：几小时修好", 2000),
        BooleanField("always", "时限不分工作日", exclude_from_list=True),
        BooleanField("free", "一般不收费"), BooleanField("grab", "师傅自己抢"),
        IntegerField("warranty", "保修几天", required=True, validators=[between(0, 3650)]),
        IntegerField("position", "排第几", required=True, validators=[between(0, 999)]),
        Moment("gone_at", "从这时起不收", help_text="空着就一直收"),
    )  # fmt: skip
    fields_default_sort = ("position", "id")
    sorted_by = ("position",)
    searched = ("name", "trade", "team")
    change, deletes, tells = SETUP, False, (kinds,)

    async def check(self, request: Request, data: dict[str, Any]) -> dict[str, str]:
        wrong = {}
        if data["icon"] not in environment().get_template("icons.html").module.ICONS:  # type: ignore[attr-defined]  # set in the template
            wrong["icon"] = "换一个图"
        data["signs"], data["questions"] = list(data["signs"]), list(data["questions"])
        return wrong


class Prices(TableView):
    model, key = Price, "repairs-prices"
    menu_label, display_name, icon = "价目表", "价目", "fa fa-tags"
    fields = (
        Pick("kind_id", "类别", options=_kinds, blank="都算"),
        Word("item", "项目", required=True), Word("unit", "单位", required=True, longest=8),
        Cell("fen", "价格（元）", read=read_yuan, say=yuan, empty=0, help_text="不收费写 0"),
        Word("note", "什么时候收", longest=40),
        IntegerField("position", "排第几", required=True, validators=[between(0, 999)]),
    )  # fmt: skip
    fields_default_sort = ("kind_id", "position")
    sorted_by = ("position", "kind_id")
    searched = ("item", "note")
    change = SETUP


class Plans(TableView):
    """What is looked after every so often; each morning those whose day it is become orders."""

    model, key = Plan, "repairs-plans"
    menu_label, display_name, icon = "定期检修", "定期检修", "fa fa-calendar-check"
    fields = (
        Pick("kind_id", "类别", options=_kinds, required=True),
        building("building_id", "楼", required=True),
        Word("spot", "具体在哪", required=True, longest=60),
        Word("words", "做什么", required=True, longest=200,
             help_text="师傅看得到，比如「疏通落水管，换滤网」"),
        IntegerField("every", "每几天", required=True, validators=[between(1, 3650)],
                     help_text="一周写 7，一季写 90"),
        DateField("next_on", "下一次", required=True),
        DateField("ends_on", "做到哪天", help_text="空着就一直做"),
    )  # fmt: skip
    fields_default_sort = ("next_on", "id")
    sorted_by = ("next_on",)
    searched = ("spot", "words")
    change = SETUP


class Items(TableView):
    """What may lie in stock. How much of it there is changes by what comes in and goes out."""

    model, key = Stock, "repairs-items"
    menu_label, display_name, icon = "材料目录", "材料", "fa fa-boxes-stacked"
    fields = (
        Word("name", "材料", required=True), Word("unit", "单位", required=True, longest=8),
        Cell("fen", "单价（元）", read=read_yuan, say=yuan, empty=0),
        IntegerField("low", "剩到几个提醒", required=True, validators=[between(0, 100_000)]),
        IntegerField("quantity", "现有", read_only=True, exclude_from_create=True,
                     exclude_from_edit=True),
    )  # fmt: skip
    fields_default_sort = ("name",)
    sorted_by = ("quantity",)
    searched = ("name",)
    change = SETUP


class Workers(TableView):
    """Who mends. Their areas are those of their role, given under 「权限」."""

    model, key = Worker, "repairs-workers"
    menu_label, display_name, icon = "师傅", "师傅", "fa fa-user-gear"
    fields = (
        person("person_id", "谁", required=True, exclude_from_edit=True),
        Cell("trades", "工种", read=read_list, say="、".join, empty=(),
             help_text="用「、」隔开，和类别里的工种一字不差"),
        Word("team", "班组", required=True), Word("contractor", "外包公司", help_text="自己人不填"),
        IntegerField("most", "手上最多几单", required=True, validators=[between(1, 50)]),
        IntegerField("since", "哪年开始干", validators=[between(1950, 2100)]),
        Moment("gone_at", "从这时起不干了", help_text="空着就是还在"),
    )  # fmt: skip
    fields_default_sort = ("team", "person_id")
    sorted_by = ("team",)
    searched = ("team", "contractor")
    change, deletes = SETUP, False

    def __init__(self) -> None:
        super().__init__()
        self.pk_field.exclude_from_create = False  # whose row it is must be said, not counted up

    def get_search_query(self, request: Request, term: str) -> Any:
        mine = super().get_search_query(request, term)
        return mine | people_like(Worker.person_id, term) | Worker.trades.contains([term.strip()])

    async def check(self, request: Request, data: dict[str, Any]) -> dict[str, str]:
        data["trades"] = list(data["trades"])
        return {} if data["trades"] else {"trades": "写至少一个工种"}


class Phrases(TableView):
    model, key = Phrase, "repairs-phrases"
    menu_label, display_name, icon = "常用语", "常用语", "fa fa-comment-dots"
    fields = (
        choice("what", "用在哪", WHATS, blank="哪儿都能用"),
        Word("words", "话", required=True, longest=120),
        IntegerField("position", "排第几", required=True, validators=[between(0, 999)]),
    )
    fields_default_sort = ("position", "id")
    sorted_by = ("position",)
    searched = ("words",)
    change = SETUP

    async def check(self, request: Request, data: dict[str, Any]) -> dict[str, str]:
        data["what"] = data.get("what") or ""
        return {}


class Bars(TableView):
    """Who reported nonsense and may not for a while; they read the reason."""

    model, key = Barred, "repairs-barred"
    menu_label, display_name, icon = "暂停报修", "暂停", "fa fa-user-slash"
    fields = (
        person("person_id", "谁", required=True),
        Moment("until", "到什么时候", required=True),
        Word("reason", "原因", required=True, help_text="本人看得到，比如「一周报了 9 次假单」"),
    )
    fields_default_sort = (("until", True),)
    sorted_by = ("until",)
    searched = ("reason",)
    see = change = SETUP

    def get_search_query(self, request: Request, term: str) -> Any:
        return super().get_search_query(request, term) | people_like(Barred.person_id, term)
