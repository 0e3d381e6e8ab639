"""Areas, buildings and rooms, and the codes on their doors."""

from functools import partial
from typing import Any

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette_admin import FloatField, IntegerField, row_action

from app.campus.permission.rules import Action, Role
from app.campus.places import Area, Building, BuildingKind, Room, campus
from app.campus.places.beds import put_up
from app.campus.places.doors import rotate
from app.campus.places.sheet import dump, load, preview, template
from app.desk.base import me_of
from app.desk.fields import Moment, Word, between, choice
from app.desk.imports import Import, ImportView
from app.desk.nouns import area, building, people_like, person, rooms_like
from app.desk.table import TableView
from app.desk.views.codes import CodesView
from app.kit import clock

CHANGE = Action("places.change", frozenset({Role.OPERATOR}))
KINDS = {
    BuildingKind.DORMITORY: "宿舍",
    BuildingKind.BATHHOUSE: "浴室",
    BuildingKind.TEACHING: "教学",
    BuildingKind.OTHER: "其他",
}
ROTATE = "换码以后，门上现在贴的码扫了就没用了，要重新打印张贴。换吗？"


class Areas(TableView):
    model, key = Area, "areas"
    menu_label, display_name, icon = "片区", "片区", "fa fa-map"
    fields = (
        Word("name", "名字", required=True, longest=40),
        person("person_id", "负责人", help_text="写工号：这一片的事都找得到他"),
    )
    fields_default_sort = ("name",)
    searched = ("name",)
    change, tells = CHANGE, (campus,)

    def get_search_query(self, request: Request, term: str) -> Any:
        found = super().get_search_query(request, term)
        return or_(found, people_like(Area.person_id, term))


class _WithCodes(TableView):
    """Places with a code on the door: it can be made worthless."""

    @row_action(
        name="rotate",
        text="换门牌码",
        confirmation=ROTATE,
        icon_class="fa fa-qrcode",
        submit_btn_text="换码",
    )
    async def renew(self, request: Request, pk: Any) -> None:
        if thing := await self.find_by_pk(request, pk):
            await rotate(request.state.session, me_of(request), thing)

    async def is_row_action_allowed(self, request: Request, name: str) -> bool:
        allowed = await super().is_row_action_allowed(request, name)
        return allowed and (name not in ("rotate", "retire") or self.can_edit(request))


class Buildings(_WithCodes):
    model, key = Building, "buildings"
    menu_label, display_name, icon = "楼", "楼", "fa fa-building"
    fields = (
        Word("name", "名字", required=True, longest=40, help_text="大家怎么叫就怎么写：3号楼"),
        Word("campus", "校区", required=True, longest=40),
        choice("kind", "种类", KINDS, required=True),
        area("area_id", "片区"),
        FloatField("latitude", "纬度"),
        FloatField("longitude", "经度"),
    )
    fields_default_sort = ("name",)
    sorted_by = ("campus", "kind")
    searched = ("name", "campus", "kind")
    change, tells, building = CHANGE, (campus,), Building.id.expression


class Rooms(_WithCodes):
    model, key = Room, "rooms"
    menu_label, display_name, icon = "房间", "房间", "fa fa-door-open"
    fields = (
        building("building_id", "楼", required=True),
        Word("number", "门牌", required=True, longest=20, help_text="501，或「大厅」"),
        IntegerField("floor", "楼层", required=True),
        IntegerField("beds", "床位", required=True, default=0, validators=[between(0, 20)]),
        Moment("gone_at", "停用", exclude_from_create=True, exclude_from_edit=True),
    )
    fields_default_sort = ("building_id", "number")
    searched = ("number", "floor", "beds")
    change, tells, deletes, building = CHANGE, (campus,), False, Room.building_id.expression

    def get_search_query(self, request: Request, term: str) -> Any:
        """「3号楼 501」, 「3号楼」, 「501」."""
        return or_(rooms_like(Room.id, term), Room.number == term.strip().upper())

    async def after_create(self, request: Request, obj: Any) -> None:
        await put_up(request.state.session)
        await super().after_create(request, obj)

    async def after_edit(self, request: Request, obj: Any) -> None:
        await put_up(request.state.session)
        await super().after_edit(request, obj)

    @row_action(
        name="retire",
        text="停用或恢复",
        confirmation="停用的房间不再出现在选择里，原来的记录还在；已停用的会恢复。改吗？",
        icon_class="fa fa-power-off",
        submit_btn_text="改",
    )
    async def retire(self, request: Request, pk: Any) -> None:
        if (room := await self.find_by_pk(request, pk)) is None:
            return
        before, room.gone_at = room.gone_at, None if room.gone_at else clock.now()
        what = ({"gone_at": at and at.isoformat()} for at in (before, room.gone_at))
        self._note(request, "edit", room, before=next(what), after=next(what))
        await put_up(request.state.session)
        await self._tell(request)


async def look(db: AsyncSession, data: bytes, filename: str) -> str:
    return str(await preview(db, data, filename))


PLACES_FILE = Import(
    "places", "导入楼和房间", load, CHANGE, template=template, dump=dump, look=look,
    help=(
        "表里写到的楼换成表里的样子；没写到的楼不动。",
        "一栋楼里没写到的房间停用，不删，原来的记录还在。",
    ),
)  # fmt: skip

PLACES = (Areas, Buildings, Rooms, partial(CodesView, CHANGE), partial(ImportView, PLACES_FILE))
