"""Orders as a spreadsheet."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.desk.fields import yuan
from app.kit.clock import SHANGHAI
from app.kit.sheets import Column
from app.services.repairs.desk_cards import SOURCES
from app.services.repairs.desk_find import listed
from app.services.repairs.models import Material, Order, Rating
from app.services.repairs.rules import Source, State
from app.services.repairs.words import LABELS

MOST = 20_000
COLUMNS = tuple(
    Column(title, name)
    for name, title in {
        "number": "单号", "state": "进度", "kind": "类别", "sign": "毛病", "place": "哪里",
        "words": "说明", "urgent": "急", "source": "从哪报的", "reporter": "报修人",
        "phone": "电话", "created": "报修", "accepted": "接单", "arrived": "到场", "done": "修好",
        "due": "时限", "on_time": "按时", "worker": "师傅", "rework": "返修次数", "stars": "星",
        "said": "评价", "charge": "收费（元）", "cost": "材料（元）", "promise": "承诺",
    }.items()
)  # fmt: skip


async def rows(db: AsyncSession, found: list[ColumnElement[bool]]) -> list[dict[str, Any]]:
    """A row for each order that fulfils all of `found`, newest first, MOST at most."""
    cost = select(func.sum(Material.fen * Material.quantity)).where(Material.order_id == Order.id)
    query = (
        listed(found)
        .outerjoin(Rating, (Rating.order_id == Order.id) & (Rating.rework == Order.rework))
        .add_columns(Rating.stars, Rating.words.label("said"), cost.scalar_subquery().label("cost"))
    )
    return [_row(row) for row in await db.execute(query.limit(MOST))]


def _row(row: Any) -> dict[str, Any]:
    order: Order = row[0]
    due, done = order.finish_by, order.done_at
    return {
        "number": order.number, "state": LABELS[State(order.state)], "kind": row.kind,
        "sign": order.sign, "place": f"{row.building} {row.room or order.spot}".strip(),
        "words": order.words, "urgent": "急" if order.urgent else "",
        "source": SOURCES[Source(order.source)], "reporter": row.reporter or "",
        "phone": order.phone, "created": _time(order.created_at),
        "accepted": _time(order.accepted_at), "arrived": _time(order.arrived_at),
        "done": _time(done), "due": _time(due),
        "on_time": "" if done is None or due is None else "按时" if done <= due else "晚了",
        "worker": row.worker or "", "rework": order.rework, "stars": row.stars,
        "said": row.said or "", "charge": yuan(order.charge) if order.charge else "",
        "cost": yuan(row.cost) if row.cost else "", "promise": order.promise,
    }  # fmt: skip


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""
