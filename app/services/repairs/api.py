"""What other systems read: every step of every order, in order, so that none is missed.

A system asks again from `next` on whenever it likes: nothing is pushed, so nothing is lost while
it is down. Nobody's name and no phone is in it.
"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select

from app.campus.places import Building, Room
from app.kit.clock import SHANGHAI
from app.kit.db import Db
from app.kit.machines import machine
from app.services.repairs.models import Kind, Order, Step

MOST = 500
api = APIRouter()


@api.get("/changes", dependencies=[Depends(machine)])
async def changes(db: Db, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0) -> dict[str, Any]:
    """The steps after that one, the oldest first, 500 at most.

    {"next": for `after`, "more": whether there are any, "changes": [{"id", "at", "what",
    "order": {"number", "state", "kind", "sign", "building", "room", "urgent", "reported_at",
    "finish_by", "done_at"}}]}; `what` and `state` as in `rules`, times with their offset.
    The order is as it is now, not as it was then. 403: wrong token.
    """
    query = (
        select(Step, Order, Kind.name, Building.name, Room.number)
        .join(Order, Order.id == Step.order_id)
        .join(Kind, Kind.id == Order.kind_id)
        .join(Building, Building.id == Order.building_id)
        .outerjoin(Room, Room.id == Order.room_id)
        .where(Step.id > after)
        .order_by(Step.id)
        .limit(MOST + 1)
    )
    rows = (await db.execute(query)).all()
    found = [
        {"id": step.id, "at": _at(step.at), "what": step.what,
         "order": _order(order, kind, building, room)}
        for step, order, kind, building, room in rows[:MOST]
    ]  # fmt: skip
    return {"next": rows[: MOST][-1][0].id if rows else after, "more": len(rows) > MOST,
            "changes": found}  # fmt: skip


def _order(order: Order, kind: str, building: str, room: str | None) -> dict[str, Any]:
    return {
        "number": order.number, "state": order.state, "kind": kind, "sign": order.sign,
        "building": building, "room": room, "urgent": order.urgent,
        "reported_at": _at(order.created_at), "finish_by": _at(order.finish_by),
        "done_at": _at(order.done_at),
    }  # fmt: skip


def _at(moment: datetime | None) -> str | None:
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds") if moment else None
