"""What 「我的」 shows of repairs: what is under way, and what waits to be looked at."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, func, or_, select

from app.kit.db import Database
from app.kit.service import Mine, Row
from app.services.repairs.kinds import kinds
from app.services.repairs.models import IS_OPEN, Order
from app.services.repairs.pages_links import page_of
from app.services.repairs.rules import State, Wait
from app.services.repairs.shown_words import brief
from app.services.repairs.words import say_fault

MOST = 3
_NEWEST = (
    select(Order.number, Order.state, Order.kind_id, Order.sign, Order.finish_by, Order.waiting_for)
    .where(
        Order.reporter_id == bindparam("person_id", type_=Integer),
        or_(IS_OPEN, Order.state == State.DONE),
    )
    .order_by(Order.id.desc())
    .limit(MOST)
    .subquery()
)
# [[number, state, kind, sign, finish by, waiting for], …] or None: open, or mended and not
# looked at, the newest three.
UNDER_WAY = select(func.json_agg(func.json_build_array(*_NEWEST.c))).scalar_subquery()


async def rows(database: Database, found: list[list[Any]] | None, now: datetime) -> list[Row]:
    """A row for each; what was mended asks to be rated."""
    if not found:
        return []
    known = await kinds.get(database)
    return [_row(order, known[order[2]].name, now) for order in found]


def _row(found: list[Any], kind: str, now: datetime) -> Row:
    number, state, _, sign, finish_by, waits = found
    fault = say_fault(kind, sign)
    if state == State.DONE:
        return Row("wrench", f"{fault}修好了", page_of(number), "看看行不行，评一下", badge=1)
    due = datetime.fromisoformat(finish_by) if finish_by else None
    order = Order(state=state, finish_by=due, waiting_for=Wait(waits) if waits else "", promise="")
    return Row("wrench", brief(order, now), page_of(number), fault)


mine = Mine(UNDER_WAY, rows)
