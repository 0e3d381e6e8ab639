"""What the form finds out while one writes: the same fault reported before, and the promise."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Bound, Me
from app.campus.places import campus, doors_of
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import CampusError
from app.kit.pages import render
from app.services.repairs.follows import alike
from app.services.repairs.kinds import kinds
from app.services.repairs.models import Kind, Order
from app.services.repairs.pages_form import Sent, Spot, asked, promise, spot_of
from app.services.repairs.shown_words import brief
from app.services.repairs.words import say_fault

pages = APIRouter()


@dataclass(frozen=True, slots=True)
class Same:
    """An open order that may be the same: `who` reported it (「室友」), when, and how it stands."""

    number: str
    who: str
    age: str
    fault: str
    words: str
    brief: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Live:
    """What stands on the form once a kind is picked; None and empty before."""

    kind: Kind | None
    same: Same | None
    promised: str


async def live(db: AsyncSession, me: Me, typed: Sent, spot: Spot | None, now: datetime) -> Live:
    every = await kinds.within(db)
    kind = every.get(typed.kind) if typed.kind else None
    if kind is None:
        return Live(None, None, "")
    found = await same_as(db, me, typed, kind, spot)
    same = _same(me, kind, found, now) if found else None
    return Live(kind, same, await promise(db, kind, typed, now))


async def same_as(
    db: AsyncSession, me: Me, typed: Sent, kind: Kind, spot: Spot | None
) -> Order | None:
    """An open order of the kind at the place, unless it was said to be another."""
    if spot is None:
        return None
    found = await alike(db, me, kind.id, room_id=spot.room_id, building_id=spot.building_id)
    return next((one for one in found if one.number != typed.anew), None)


def _same(me: Me, kind: Kind, order: Order, now: datetime) -> Same:
    mine = order.reporter_id == me.person_id
    near = order.room_id is not None and order.room_id == me.room_id
    who = "你" if mine else "室友" if near else "有人"
    return Same(
        order.number, who, clock.say_age(order.created_at, now), say_fault(kind.name, order.sign),
        order.words if near else "", brief(order, now), mine,
    )  # fmt: skip


def address_of(request: Request) -> str:
    """Whose tries at codes are counted."""
    return request.client.host if request.client else ""


@pages.get("/new/ask")
async def ask(
    request: Request, db: Db, me: Bound, typed: Annotated[Sent, Depends(asked)]
) -> Response:
    """The parts of the form that follow from kind, place, urgency and visit."""
    try:
        spot = await spot_of(db, me, typed, address_of(request))
    except CampusError:  # half typed: the form says so when it is sent
        spot = None
    found = await live(db, me, typed, spot, clock.now())
    return render(request, "repairs/ask.html", typed=typed, errors={}, live=found)


@pages.get("/new/place")
async def place(
    request: Request, db: Db, me: Bound, building: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """The rows that choose another place; with `building`, its rooms."""
    typed = Sent(building=building, other=True)
    found = await choices(db, typed)
    return render(request, "repairs/place.html", typed=typed, errors={}, spot=None, **found)


async def choices(db: AsyncSession, typed: Sent) -> dict[str, Any]:
    """Buildings, and the rooms of the chosen one, for pickers."""
    tree = await campus.within(db)
    houses = [(house.name, house.name) for house in tree.houses]
    return {"houses": houses, "rooms": doors_of(tree.named(typed.building))}
