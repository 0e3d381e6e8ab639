"""Lists: what I reported or follow, what the whole campus did, its figures and the prices."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Bound, anyone
from app.campus.places import campus
from app.kit import clock
from app.kit.db import Db
from app.kit.pages import render
from app.services.repairs import public, shown_words
from app.services.repairs.kinds import kinds
from app.services.repairs.models import Follow, Kind, Order
from app.services.repairs.rules import State
from app.services.repairs.words import LABELS, say_fault

PAGE = 20
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
pages = APIRouter()


@dataclass(frozen=True, slots=True)
class Row:
    """An order in my list; `mine`: I reported it, else I follow it."""

    order: Order
    kind: Kind
    fault: str
    place: str
    mine: bool


async def my_orders(
    db: AsyncSession, person_id: int, before: int | None = None, most: int = PAGE
) -> tuple[list[Row], int | None]:
    """The newest that they reported or follow; and the id that the next page begins below."""
    reported = select(Order.id).where(Order.reporter_id == person_id).order_by(Order.id.desc())
    followed = select(Follow.order_id).where(Follow.person_id == person_id)
    followed = followed.order_by(Follow.order_id.desc())
    if before is not None:
        reported, followed = (
            reported.where(Order.id < before),
            followed.where(Follow.order_id < before),
        )
    halves = [half.limit(most + 1).subquery() for half in (reported, followed)]
    ids = union(*(select(half) for half in halves)).subquery()
    query = select(Order).where(Order.id.in_(select(ids))).order_by(Order.id.desc())
    found = (await db.scalars(query.limit(most + 1))).all()
    following = found[most - 1].id if len(found) > most else None
    return [await _row(db, order, person_id) for order in found[:most]], following


async def _row(db: AsyncSession, order: Order, person_id: int) -> Row:
    kind, tree = (await kinds.within(db))[order.kind_id], await campus.within(db)
    door = tree.room(order.room_id) if order.room_id else None
    house = tree.house(order.building_id) if order.building_id else None
    place = door.name if door else f"{house.name if house else ''} {order.spot}".strip()
    fault = say_fault(kind.name, order.sign)
    return Row(order, kind, fault, place, order.reporter_id == person_id)


async def mine(
    request: Request, db: Db, me: Bound, before: Annotated[Id | None, Query()] = None
) -> Response:
    """「我的报修」: the newest; with `before` those that follow."""
    assert me.person_id is not None  # noqa: S101 Bound; for the type checker
    rows, following = await my_orders(db, me.person_id, before)
    return render(
        request, "repairs/index.html", rows=rows, following=following, first=before is None,
        words=shown_words, label=lambda order: LABELS[State(order.state)],
    )  # fmt: skip


@pages.get("/public", dependencies=[Depends(anyone)])
async def everybody(
    request: Request, db: Db, mended: bool = False, before: Annotated[Id | None, Query()] = None
) -> Response:
    """「报修广场」: what is open, or was mended, and the figures; nobody's name, no room."""
    entries, following = await public.listed(db, mended=mended, before=before)
    return render(
        request, "repairs/public.html", entries=entries, following=following, mended=mended,
        figures=await public.figures.within(db), first=before is None, words=shown_words,
        age=clock.say_age, say_fault=say_fault,
    )  # fmt: skip


@pages.get("/public.json", dependencies=[Depends(anyone)])
async def data(
    db: Db, mended: bool = False, before: Annotated[Id | None, Query()] = None
) -> dict[str, Any]:
    """The public list for machines: {"orders": […], "before": for the next page, or null}."""
    entries, following = await public.listed(db, mended=mended, before=before)
    return {"orders": [_open_data(one) for one in entries], "before": following}


def _open_data(one: public.Entry) -> dict[str, Any]:
    order = one.order
    times = {"reported_at": order.created_at, "finish_by": order.finish_by,
             "done_at": order.done_at}  # fmt: skip
    return {
        "building": one.building, "fault": say_fault(one.kind.name, order.sign),
        "state": order.state, "urgent": order.urgent,
        **{name: at and at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds")
           for name, at in times.items()},
    }  # fmt: skip


@pages.get("/fees", dependencies=[Depends(anyone)])
async def fees(request: Request, db: Db) -> Response:
    """What is free and what is paid for."""
    prices = await public.prices_of(db)
    return render(request, "repairs/fees.html", priced=prices, say_price=public.say_price)
