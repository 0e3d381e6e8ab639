"""Holding, confirming, letting go and giving up, as forms: for phones on which no script runs.

With scripts the same is asked of `/live/rooms`; both end in the same engine.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import Response

from app.kit.db import Db
from app.kit.errors import NotFound
from app.services.rooms import reading
from app.services.rooms.engine import Choice, Result
from app.services.rooms.pages_base import AtRound, Id, Seat, back, page
from app.services.rooms.rules import TRY_ANOTHER, What, say

pages = APIRouter()


class Tapped(BaseModel):
    """A bed, or a room of which any beds will do (a team)."""

    bed: Id | None = None
    room: Id | None = None


async def _ask(seat: Seat, what: What, tapped: Tapped) -> Result:
    beds = (tapped.bed,) if tapped.bed else ()
    room_id = None if tapped.bed else tapped.room
    return await seat.engine.choose(Choice(seat.round.id, seat.person_id, what, beds, room_id))


@pages.post("/{id}/hold")
async def hold(request: Request, seat: AtRound, tapped: Annotated[Tapped, Form()]) -> Response:
    """Hold; back to the room, where the clock runs, or where what is near is named."""
    if not seat.place.inside:
        return back(request, seat)
    if tapped.bed is None and tapped.room is None:
        return back(request, seat, toast="先点一张空着的床")
    result = await _ask(seat, What.HOLD, tapped)
    room_id = seat.room_of(tapped.bed) if tapped.bed else tapped.room
    path = f"/room/{room_id}" if room_id else ""
    if result.well:
        return back(request, seat, path)
    missed = tapped.bed if result.outcome in TRY_ANOTHER and room_id else None
    query = f"?missed={missed}" if missed else ""
    return back(request, seat, path + query, say(What.HOLD, result.outcome))


@pages.post("/{id}/confirm")
async def confirm(request: Request, seat: AtRound) -> Response:
    """Take what is held. A second tap finds it taken already, and says the same."""
    result = await _ask(seat, What.CONFIRM, Tapped())
    path = "/mine" if result.well else ""
    return back(request, seat, path, say(What.CONFIRM, result.outcome))


@pages.post("/{id}/release")
async def release(request: Request, seat: AtRound) -> Response:
    """Let go what is held."""
    result = await _ask(seat, What.RELEASE, Tapped())
    return back(request, seat, "", say(What.RELEASE, result.outcome))


@pages.get("/{id}/giveup")
async def ask_giveup(request: Request, seat: AtRound, db: Db) -> Response:
    """Whether they really want to."""
    mine = await reading.my_state(db, seat.round.id, seat.person_id, seat.now)
    if mine.taken is None:
        raise NotFound("你还没有选定的床")
    return page(request, "giveup", seat, mine=mine)


@pages.post("/{id}/giveup")
async def giveup(request: Request, seat: AtRound) -> Response:
    """Give up what is theirs."""
    result = await _ask(seat, What.GIVEUP, Tapped())
    return back(request, seat, "" if result.well else "/mine", say(What.GIVEUP, result.outcome))
