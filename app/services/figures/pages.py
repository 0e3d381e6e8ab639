"""Pages: what everybody may know of this month, and for a head the numbers of their unit."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.campus.people.me import Me, anyone, needs
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import Forbidden
from app.kit.pages import render
from app.services.figures.access import SEE, units_of
from app.services.figures.board import Board, board
from app.services.figures.rules import Against, against, asked
from app.services.figures.view import overview, say_before

pages = APIRouter()


@pages.get("", dependencies=[Depends(anyone)])
async def index(request: Request, board: Annotated[Board, Depends(board)]) -> Response:
    """Out of memory: no database is asked for who comes."""
    return render(request, "figures/index.html", board=board)


@pages.get("/mine")
async def mine(request: Request, db: Db, me: Annotated[Me, Depends(needs(SEE))]) -> Response:
    """The first numbers of each service, of the units of who asks; `month=2026-10` for another."""
    units = units_of(me)
    if units == []:
        raise Forbidden("你管的是片区或楼，这里的数按单位算，找运营同事开通")
    period = asked(request.query_params, clock.now().date())
    before = against(period, Against.BEFORE)
    found = await overview(db, request.app.state.measures, period, how=Against.BEFORE, units=units)
    return render(
        request, "figures/mine.html", found=[lead for lead in found if not lead.empty],
        units=units, period=period, before=say_before(period, before),
        months=[(f"{before.first:%Y-%m}", "上个月"), (f"{clock.now():%Y-%m}", "这个月")],
        month=f"{period.first:%Y-%m}",
    )  # fmt: skip
