"""Building → floor → rooms with what is free, and what one should know before it opens."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from sqlalchemy import select
from starlette.responses import Response

from app.campus.places import Building
from app.kit.db import Db
from app.kit.errors import NotFound
from app.services.rooms import shown
from app.services.rooms.around import around
from app.services.rooms.notices_opening import BEFORE
from app.services.rooms.pages_base import AtRound, Id, map_link, page, waits
from app.services.rooms.standing import standing
from app.services.rooms.view import BuildingCount, FloorCount

pages = APIRouter()


class Wanted(BaseModel):
    """Which building and floor; those with most that is free unless said."""

    building: Id | None = None
    floor: int | None = None


@pages.get("/{id}")
async def floors(request: Request, seat: AtRound, wanted: Annotated[Wanted, Query()]) -> Response:
    """The round: a countdown and rooms to look at, or rooms to choose."""
    if not seat.place.inside:
        return waits(request, seat)
    database = request.app.state.database
    buildings = seat.view.overview(seat.pool_id)
    house = _building(buildings, wanted.building)
    levels = seat.view.building(seat.pool_id, house.id) if house else []
    level = _floor(levels, wanted.floor)
    hint = (await around(seat.round.id).get(database)).of(seat.person_id)
    return page(
        request, "floor" if levels else "bare", seat, buildings=buildings, house=house,
        levels=list(reversed(levels)), level=level, call=seat.round.opens_at - BEFORE,
        cards=[shown.card(room, hint(room.id)) for room in level.rooms] if level else [],
        mine=await standing(database, seat.view, seat.person_id, seat.now),
    )  # fmt: skip


def _building(buildings: list[BuildingCount], wanted: int | None) -> BuildingCount | None:
    for building in buildings:
        if building.id == wanted:
            return building
    return max(buildings, key=lambda building: building.free, default=None)


def _floor(levels: list[FloorCount], wanted: int | None) -> FloorCount | None:
    for level in levels:
        if level.floor == wanted:
            return level
    return max(levels, key=lambda level: level.free, default=None)


@pages.get("/{id}/building/{building_id}")
async def building(request: Request, seat: AtRound, db: Db, building_id: Id) -> Response:
    """A building: its picture, where it is, what it costs."""
    levels = seat.view.building(seat.pool_id, building_id)
    if not levels:
        raise NotFound("这栋楼没有你能选的床")
    house = await db.scalar(select(Building).where(Building.id == building_id))
    rooms = [room for level in levels for room in level.rooms]
    return page(
        request, "building", seat, house=house, levels=levels, drawn=shown.drawn(levels),
        sizes=sorted({len(room.beds) for room in rooms}),
        prices=sorted({room.fen for room in rooms if room.fen}),
        extras=list(dict.fromkeys(extra for room in rooms for extra in room.extras)),
        map=map_link(house), faces=list(dict.fromkeys(room.faces for room in rooms if room.faces)),
        rooms=len(rooms), beds=sum(level.beds for level in levels),
        free=sum(level.free for level in levels),
    )  # fmt: skip
