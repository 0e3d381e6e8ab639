"""One room: its beds as a picture, who lives there already, and the bed that is held."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from app.kit.db import Db
from app.services.rooms import habits, line, reading, shown, teams, words
from app.services.rooms.pages_base import AtRound, Id, Seat, page, waits
from app.services.rooms.view import RoomCount

pages = APIRouter()
NEAR = 3


class Wanted(BaseModel):
    """`missed`: the bed that somebody else was faster to take. `bed`: what is chosen already."""

    missed: Id | None = None
    bed: Id | None = None


@pages.get("/{id}/room/{room_id}")
async def room(
    request: Request, seat: AtRound, db: Db, room_id: Id, wanted: Annotated[Wanted, Query()]
) -> Response:
    """The room. Where it is not one's turn yet, the queue."""
    if not seat.place.inside:
        return waits(request, seat)
    found = seat.room(room_id)
    mine = await reading.my_state(db, seat.round.id, seat.person_id, seat.now)
    facts = await reading.room_facts(db, room_id)
    mates = await reading.roommates(db, seat.round.id, room_id, seat.person_id)
    own = {bed.bed_id for bed in (mine.taken, mine.held) if bed}
    labels = {id: label for id, label, _ in found.beds}
    names = {
        mate.bed_id: words.known_as(mate.name, "")[1] for mate in mates if mate.name
    }  # fmt: skip
    lines = await line.lines_of(db, seat.round.id, seat.person_id)
    return page(
        request, "room", seat, room=found, mine=mine, facts=facts, mates=mates, labels=labels,
        plan=shown.plan(found, facts.plan if facts else (), names, own),
        held_here=mine.held is not None and mine.held.room_id == room_id,
        team=await teams.team_of(db, seat.round.id, seat.person_id),
        habit=await habits.mine(db, seat.person_id),
        inline=next((one for one in lines if one.room_id == room_id), None),
        near=near(seat, wanted.missed), missed=labels.get(wanted.missed or 0),
        chosen=None if mine.held else _chosen(found, wanted.bed),
    )  # fmt: skip


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
