"""What operators see of the bathhouses. Closing one is the daily job, so it is a short form."""

from datetime import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette_admin import IntegerField, row_action
from starlette_admin.exceptions import ActionFailed

from app.campus.permission.rules import Action, Role
from app.desk.fields import Cell, Moment, Pick, Word, between, choice, hour
from app.desk.nouns import DAY_KINDS, building
from app.desk.table import TableView
from app.kit import clock
from app.services.bath.figures import figures
from app.services.bath.houses import baths
from app.services.bath.models import Counter, House, Opening, Shutdown
from app.services.bath.rules import Sex, Water

CHANGE = Action("bath.change", frozenset({Role.OPERATOR}))
SEXES = {Sex.MEN: "男浴", Sex.WOMEN: "女浴"}
MOST_HEADS = 10_000


async def _houses(db: AsyncSession) -> list[tuple[int, str]]:
    query = select(House.id, House.name).order_by(House.id)
    return [(id, name) for id, name in await db.execute(query)]


def _say(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"


class Closures(TableView):
    model, key = Shutdown, "bath-closures"
    menu_label, display_name, icon = "临时关闭", "关闭", "fa fa-ban"
    fields = (
        Pick("house_id", "浴室", options=_houses, required=True),
        choice("sex", "哪一边", SEXES, blank="两边都关"),
        Word("reason", "原因", required=True, longest=40,
             help_text="学生会看到：「换水泵，今天 18:00 再开」里的「换水泵」"),
        Moment("starts", "从", required=True, default=clock.now),
        Moment("ends", "到", help_text="还说不准就不填，修好了回来点「现在开放」"),
    )  # fmt: skip
    fields_default_sort = (("starts", True),)
    sorted_by = ("starts", "ends")
    searched = ("reason",)
    change, tells = CHANGE, (baths,)

    async def check(self, request: Request, data: dict[str, Any]) -> dict[str, str]:
        if data["ends"] is not None and data["ends"] <= data["starts"]:
            return {"ends": "要比「从」晚"}
        return {}

    @row_action(
        name="open",
        text="现在开放",
        confirmation="从现在起照常开放？",
        icon_class="fa fa-lock-open",
        submit_btn_text="开放",
    )
    async def reopen(self, request: Request, pk: Any) -> None:
        closure = await self.find_by_pk(request, pk)
        now = clock.now().replace(second=0, microsecond=0)
        if closure is None or closure.starts >= now:
            raise ActionFailed("还没开始关，直接删掉这一条就行")
        before = {"ends": closure.ends.isoformat() if closure.ends else None}
        closure.ends = now
        self._note(request, "edit", closure, before=before, after={"ends": now.isoformat()})
        await self._tell(request)

    async def is_row_action_allowed(self, request: Request, name: str) -> bool:
        return await super().is_row_action_allowed(request, name) and (
            name != "open" or self.can_edit(request)
        )

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Any) -> bool:
        now = clock.now()
        shut = obj.starts <= now and (obj.ends is None or obj.ends > now)
        return await self.is_row_action_allowed(request, name) and (name != "open" or shut)


class Houses(TableView):
    model, key = House, "bath-houses"
    menu_label, display_name, icon = "浴室", "浴室", "fa fa-shower"
    fields = (
        Word(
            "name",
            "名字",
            required=True,
            longest=40,
            help_text="像「南苑浴室」，学生发「洗浴 南苑」",
        ),
        building("building_id", "在哪栋楼", required=True),
        IntegerField("rooms", "浴间", required=True, validators=[between(1, MOST_HEADS)]),
        IntegerField(
            "men_heads",
            "男浴喷头",
            required=True,
            validators=[between(0, MOST_HEADS)],
            help_text="没有男浴写 0",
        ),
        IntegerField(
            "women_heads",
            "女浴喷头",
            required=True,
            validators=[between(0, MOST_HEADS)],
            help_text="没有女浴写 0",
        ),
    )
    fields_default_sort = ("name",)
    searched = ("name",)
    change, tells = CHANGE, (baths,)


class Openings(TableView):
    model, key = Opening, "bath-hours"
    menu_label, display_name, icon = "开放时间", "开放时间", "fa fa-clock"
    fields = (
        Pick("house_id", "浴室", options=_houses, required=True),
        choice("sex", "哪一边", SEXES, required=True),
        choice("day_kind", "日子", DAY_KINDS, required=True, help_text="没写到的日子不开"),
        Cell("opens", "开", read=hour, say=_say, required=True, placeholder="14:00"),
        Cell("closes", "关", read=hour, say=_say, required=True, placeholder="22:00",
             help_text="比「开」早就是开到第二天"),
    )  # fmt: skip
    fields_default_sort = ("house_id", "sex", "day_kind", "opens")
    sorted_by = ("sex", "day_kind", "opens")
    change, tells = CHANGE, (baths,)


class Counters(TableView):
    """What the counters said last: to read only."""

    model, key = Counter, "bath-counters"
    menu_label, display_name, icon = "计数器", "计数", "fa fa-gauge"
    fields = (
        Pick("house_id", "浴室", options=_houses),
        choice("sex", "哪一边", SEXES),
        IntegerField("free", "空位"),
        IntegerField("total", "能用的"),
        choice("water", "水温", {water: water.label for water in Water}),
        Moment("at", "报数时间"),
    )
    fields_default_sort = ("house_id", "sex")
    sorted_by = ("at",)


desk = (Closures, Openings, Houses, Counters, figures)
