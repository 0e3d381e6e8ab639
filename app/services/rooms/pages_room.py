"""One room: its beds as a picture, who lives there already, and the bed that is held."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from app.services.rooms import shown, words
from app.services.rooms.around import around
from app.services.rooms.pages_base import AtRound, Id, Seat, page, waits
from app.services.rooms.standing import Standing, standing
from app.services.rooms.view import RoomCount

pages = APIRouter()
NEAR = 3


class Wanted(BaseModel):
    """`missed`: the bed that somebody else was faster to take. `bed`: what is chosen already."""

    missed: Id | None = None
    bed: Id | None = None


@pages.get("/{id}/room/{room_id}")
async def room(
    request: Request, seat: AtRound, room_id: Id, wanted: Annotated[Wanted, Query()]
) -> Response:
    """The room. Where it is not one's turn yet, the queue."""
    if not seat.place.inside:
        return waits(request, seat)
    database = request.app.state.database
    found = seat.room(room_id)
    mine = await standing(database, seat.view, seat.person_id, seat.now)
    people = await around(seat.round.id).get(database)
    mates = people.in_room(room_id, seat.person_id)
    names = {mate.bed_id: words.known_as(mate.name)[1] for mate in mates if mate.name}
    labels = {id: label for id, label, _ in found.beds}
    return page(
        request, "room", seat, room=found, mine=mine, mates=mates, labels=labels,
        plan=shown.plan(found, people.plans.get(room_id, ()), names, _own(mine)),
        held_here=mine.held is not None and mine.held.room.id == room_id,
        near=near(seat, wanted.missed), missed=labels.get(wanted.missed or 0),
        chosen=None if mine.held else _chosen(found, wanted.bed),
    )  # fmt: skip


def _own(mine: Standing) -> set[int]:
    return {bed.id for bed in (mine.taken, mine.held) if bed}


def _chosen(found: RoomCount, wanted: int | None) -> int | None:
    """The bed that is lit when the page comes: what was said, else the only or the first free."""
    free = [id for id, _, letter in found.beds if letter == "f"]
    return wanted if wanted in free else free[0] if free else None


def near(seat: Seat, missed: int | None) -> list[Mapping[str, Any]]:
    """The nearest free beds to one that was missed, as the live answers name them."""
    if missed is None:
        return []
    return [
        {"bed": bed.id, "label": bed.label, "room_id": bed.room.id, "room": bed.room.number,
         "building": bed.room.building}
        for bed in seat.view.near(seat.pool_id, missed, NEAR)
    ]  # fmt: skip
