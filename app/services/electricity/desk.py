"""What operators see of the meters: to read. Figures come from the meters' side, or by file."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette_admin import DateField

from app.campus.permission.rules import Action, Role
from app.campus.places import Building, Room
from app.desk.fields import Cell, Moment, Ref, Word, choice, yuan
from app.desk.imports import Import, ImportView
from app.desk.nouns import room, rooms_like
from app.desk.table import TableView
from app.kit import sheets
from app.services.electricity.figures import figures
from app.services.electricity.models import DayUse, Meter, TopUp
from app.services.electricity.rules import Circuit, State
from app.services.electricity.sheet import COLUMNS, load

CHANGE = Action("electricity.change", frozenset({Role.OPERATOR}))
CIRCUITS = {circuit: circuit.label for circuit in Circuit}


async def _meters(db: AsyncSession, ids: Collection[Any]) -> Mapping[Any, str]:
    """「3号楼 501 照明」."""
    query = (
        select(Meter.id, Building.name, Room.number, Meter.circuit)
        .join(Room, Room.id == Meter.room_id)
        .join(Building, Building.id == Room.building_id)
        .where(Meter.id.in_(ids))
    )
    return {
        id: f"{house} {number} {Circuit(circuit).label}"
        for id, house, number, circuit in await db.execute(query)
    }


def _kwh(wh: int) -> str:
    return f"{wh / 1000:.2f}"


class Meters(TableView):
    model, key = Meter, "electricity-meters"
    menu_label, display_name, icon = "电表", "电表", "fa fa-bolt"
    fields = (
        room("room_id", "房间"),
        choice("circuit", "电表", CIRCUITS),
        choice("state", "状态", {state: str(state) for state in State}),
        Cell("balance_fen", "余额（元）", say=yuan),
        Cell("price_fen", "单价（元/度）", say=yuan),
        Moment("read_at", "抄表时间"),
        Moment("asked_at", "最近核对"),
    )
    fields_default_sort = ("room_id", "circuit")
    sorted_by = ("balance_fen", "read_at")
    searched = ("circuit", "state", "read_at")

    def get_search_query(self, request: Request, term: str) -> Any:
        return rooms_like(Meter.room_id, term)


class _OfMeter(TableView):
    """Rows of a meter, found by its room."""

    searched = ("channel", "date", "at")

    def get_search_query(self, request: Request, term: str) -> Any:
        meters = select(Meter.id).where(rooms_like(Meter.room_id, term))
        model: Any = self.model
        return model.meter_id.in_(meters)


class Days(_OfMeter):
    model, key = DayUse, "electricity-days"
    menu_label, display_name, icon = "每天用电", "用电", "fa fa-chart-column"
    fields = (
        Ref("meter_id", "电表", names=_meters),
        DateField("date", "日期"),
        Cell("wh", "用电（度）", say=_kwh),
    )
    fields_default_sort = ("meter_id", ("date", True))


class TopUps(_OfMeter):
    """Without `by`: who paid is nobody's business here."""

    model, key = TopUp, "electricity-topups"
    menu_label, display_name, icon = "充值", "充值", "fa fa-coins"
    fields = (
        Ref("meter_id", "电表", names=_meters),
        Moment("at", "时间"),
        Cell("fen", "金额（元）", say=yuan),
        Cell("balance_after_fen", "充后余额（元）", say=yuan),
        Word("channel", "渠道"),
    )
    fields_default_sort = (("id", True),)
    sorted_by = ("meter_id",)


def template() -> bytes:
    """Two meters of a room."""
    names = [column.name for column in COLUMNS]
    rows = [
        ("3号楼 501", "照明", "正常", 23.5, 0.55, "2026-10-10 06:00", 1.8),
        ("3号楼 501", "空调", "欠费", -1.2, 0.55, "2026-10-10 06:00", 0),
    ]
    return sheets.write(COLUMNS, [dict(zip(names, row, strict=True)) for row in rows])


READINGS = Import(
    "electricity", "导入抄表", load, CHANGE, template=template,
    help=(
        "一行一块表。房间写成「3号楼 501」，电表写「照明」或「空调」。",
        "抄表时间不比已有的新，那块表就不动；没写状态算正常，没写单价算 0.55。",
    ),
)  # fmt: skip

desk = (Meters, Days, TopUps, partial(ImportView, READINGS), figures)
