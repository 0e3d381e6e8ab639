"""What a door's code offers a worker: their open orders behind it, with the code filled in."""

from sqlalchemy import select

from app.campus.people.me import Me
from app.campus.places.doors import Place
from app.kit.db import Database
from app.kit.service import Row
from app.services.repairs.models import IS_OPEN, Kind, Order
from app.services.repairs.reach import HOME, MEND
from app.services.repairs.rules import State
from app.services.repairs.words import say_fault

MOST = 5
TITLES = {State.OFFERED: "接这张单", State.ACCEPTED: "我到了", State.WAITING: "我到了",
          State.WORKING: "接着修"}  # fmt: skip


async def arriving(place: Place, me: Me | None, database: Database) -> list[Row]:
    """「我到了：水管漏水」 for each open order that `me` leads at the place."""
    if me is None or me.person_id is None or not me.may_somewhere(MEND):
        return []
    there = (
        Order.room_id == place.room_id
        if place.room_id
        else (Order.building_id == place.where.building_id) & Order.room_id.is_(None)
    )
    query = (
        select(Order.number, Order.state, Order.sign, Kind.name)
        .join(Kind, Kind.id == Order.kind_id)
        .where(IS_OPEN, Order.worker_id == me.person_id, there)
        .order_by(Order.due_at, Order.id)
        .limit(MOST)
    )
    async with database.session() as db:
        found = (await db.execute(query)).all()
    return [_row(place, number, State(state), say_fault(kind, sign))
            for number, state, sign, kind in found]  # fmt: skip


def _row(place: Place, number: str, state: State, fault: str) -> Row:
    arrives = state in (State.ACCEPTED, State.WAITING)
    asked = f"?open=arrive&code={place.code}" if arrives else ""
    title = f"{TITLES.get(state, '看这张单')}：{fault}"
    return Row("pin" if arrives else "wrench", title, f"{HOME}/{number}{asked}", f"单号 {number}")
