"""What is mine: the room, who lives there, the key, the way; and standing in line for another."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy import select
from starlette.responses import Response

from app.campus.places import Building
from app.kit.db import Db
from app.services.rooms import habits, line, reading, swaps
from app.services.rooms.pages_base import AtRound, Id, back, map_link, page

pages = APIRouter()


@pages.get("/{id}/mine")
async def mine(request: Request, seat: AtRound, db: Db) -> Response:
    """The confirmation, which changes as others move in."""
    found = await reading.my_state(db, seat.round.id, seat.person_id, seat.now)
    if found.taken is None:
        return page(request, "mine_none", seat, mine=found)
    bed = found.taken
    room = seat.view.plan.rooms.get(bed.room_id)
    house = await db.scalar(select(Building).where(Building.id == bed.building_id))
    return page(
        request, "mine", seat, mine=found, bed=bed, house=house, map=map_link(house),
        mates=await reading.roommates(db, seat.round.id, bed.room_id, seat.person_id),
        room=room, labels=seat.labels(room),
        habit=await habits.mine(db, seat.person_id),
        asked=[
            one for one in await swaps.open_swaps(db, seat.round.id, seat.person_id)
            if not one.mine
        ],
        lines=await line.lines_of(db, seat.round.id, seat.person_id),
    )  # fmt: skip


RoomId = Annotated[Id | None, Form()]


@pages.post("/{id}/wait")
async def wait(request: Request, seat: AtRound, db: Db, room: RoomId = None) -> Response:
    """Stand in line for a full room."""
    if room is None:
        return back(request, seat)
    place = await line.wait(db, seat.round.id, seat.person_id, room, seat.now)
    return back(request, seat, f"/room/{room}", f"排上了，你是第 {place} 位")


@pages.post("/{id}/unwait")
async def unwait(request: Request, seat: AtRound, db: Db, room: RoomId = None) -> Response:
    """Stand there no more."""
    if room is None:
        return back(request, seat)
    await line.leave(db, seat.round.id, seat.person_id, room)
    return back(request, seat, f"/room/{room}", "不排了")
