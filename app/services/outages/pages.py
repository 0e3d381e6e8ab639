"""Pages: what is off now and soon, one's own first, and what is past."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from app.campus.people.me import Me, anyone
from app.campus.places import Campus, campus
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.pages import render
from app.services.outages import rules
from app.services.outages.board import Board, board, home, open_cuts
from app.services.outages.places import say_places
from app.services.outages.rules import Phase

pages = APIRouter(dependencies=[Depends(anyone)])
TheBoard = Annotated[Board, Depends(board)]
TheCampus = Annotated[Campus, Depends(campus)]
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
MOST_PAST = 20


@pages.get("")
async def index(request: Request, board: TheBoard, campus: TheCampus) -> Response:
    now = clock.now()
    me: Me | None = await request.app.state.recognise(request)
    place = home(campus, me.room_id if me else None)
    cuts = open_cuts(board, now)
    mine = [cut for cut in cuts if place and cut.reaches(place)]
    past = [cut for cut in board if cut.phase(now) is Phase.OVER]
    return render(
        request, "outages/index.html", mine=mine, rest=[cut for cut in cuts if cut not in mine],
        past=sorted(past, key=lambda cut: cut.ends_at, reverse=True)[:MOST_PAST],
        house=campus.house(place.building_id) if place else None, **_helpers(campus),
    )  # fmt: skip


@pages.get("/{id}")
async def one(request: Request, board: TheBoard, campus: TheCampus, id: Id) -> Response:
    """One cut: where a notice leads."""
    if (cut := next((cut for cut in board if cut.id == id), None)) is None:
        raise NotFound("这次停水停电过去一个月以上了，或者没有发出来")
    return render(request, "outages/one.html", cut=cut, **_helpers(campus))


def _helpers(campus: Campus) -> dict[str, Any]:
    return {"rules": rules, "Phase": Phase, "where": lambda cut: say_places(cut.places, campus)}
