"""What the form finds out while one writes: the same fault reported before, and the promise."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import select
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
from app.services.repairs.models import Kind, Order, Photo
from app.services.repairs.pages_form import Sent, Spot, asked, promise, spot_of
from app.services.repairs.pages_links import small
from app.services.repairs.rules import Moment, State
from app.services.repairs.shown_words import brief
from app.services.repairs.words import LABELS, say_fault

pages = APIRouter()


@dataclass(frozen=True, slots=True)
class Same:
    """An open order that may be the same: `who` reported it (「室友」), when, and how it stands.

    Words and `photo` (its address) are for who lives there.
    """

    number: str
    who: str
    title: str
    label: str
    fault: str
    words: str
    photo: str
    brief: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Live:
    """What stands on the form once a kind is picked; None and empty before."""

    kind: Kind | None
    same: Same | None
    promised: str


async def live(request: Request, db: AsyncSession, me: Me, typed: Sent, spot: Spot | None) -> Live:
    """The parts that follow from what is picked so far."""
    every = await kinds.within(db)
    kind = every.get(typed.kind) if typed.kind else None
    if kind is None:
        return Live(None, None, "")
    found = await same_as(db, me, typed, kind, spot)
    same = await _same(request, db, me, kind, found) if found else None
    return Live(kind, same, await promise(db, kind, typed, clock.now()))


async def same_as(
    db: AsyncSession, me: Me, typed: Sent, kind: Kind, spot: Spot | None
) -> Order | None:
    """The newest open order of the kind at the place; none up to the one said to be another."""
    if spot is None:
        return None
    found = await alike(db, me, kind.id, room_id=spot.room_id, building_id=spot.building_id)
    return found[0] if found and found[0].number != typed.anew else None


async def _same(request: Request, db: AsyncSession, me: Me, kind: Kind, order: Order) -> Same:
    now, mine = clock.now(), order.reporter_id == me.person_id
    near = order.room_id is not None and order.room_id == me.room_id
    who = "你" if mine else "室友" if near else "有人"
    age = clock.say_age(order.created_at, now)
    first = select(Photo.upload_id).where(
        Photo.order_id == order.id, Photo.moment == Moment.REPORT, Photo.hidden.is_(False)
    )
    taken = await db.scalar(first.order_by(Photo.position).limit(1)) if near else None
    return Same(
        order.number, who, f"{who}{' ' if age[0].isdecimal() else ''}{age}报过",
        LABELS[State(order.state)], say_fault(kind.name, order.sign), order.words if near else "",
        small(request, me, taken) if taken else "", brief(order, now), mine,
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
    found = await live(request, db, me, typed, spot)
    return render(request, "repairs/_ask.html", typed=typed, errors={}, live=found)


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
