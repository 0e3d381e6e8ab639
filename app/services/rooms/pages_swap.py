"""Changing beds with another freshman: one asks by number, the other agrees, both move at once."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from app.kit.db import Db
from app.services.rooms import reading, swaps
from app.services.rooms.pages_base import AtRound, Id, back, page
from app.services.rooms.pages_team import Number, guess

pages = APIRouter()
SwapId = Annotated[Id | None, Form()]


@pages.get("/{id}/swap")
async def swap(request: Request, seat: AtRound, db: Db) -> Response:
    """Who asks me, and the form that asks.

    What I asked is not listed: from whether it is, one could learn whose number has a bed.
    """
    round_id, person_id = seat.round.id, seat.person_id
    mine = await reading.my_state(db, round_id, person_id, seat.now)
    asked = [one for one in await swaps.open_swaps(db, round_id, person_id) if not one.mine]
    return page(request, "swap", seat, mine=mine, asked=asked)


@pages.post("/{id}/swap/ask")
async def ask(
    request: Request, seat: AtRound, db: Db, number: Number = "",
    words: Annotated[str, Form(max_length=60)] = "",
) -> Response:  # fmt: skip
    """Ask whoever has this number."""
    if not number.strip():
        return back(request, seat, "/swap", "写上同学的录取号")
    await guess(request, seat)
    await swaps.ask(db, seat.round.id, seat.person_id, number.strip(), words.strip(), seat.now)
    return back(request, seat, "/swap", "问过了，对方同意就换")


@pages.post("/{id}/swap/agree")
async def agree(request: Request, seat: AtRound, db: Db, swap: SwapId = None) -> Response:
    """Yes: both have the other's bed, in one step."""
    if swap is None:
        return back(request, seat, "/swap")
    await swaps.agree(db, swap, seat.person_id, seat.now)
    return back(request, seat, "/mine", "换好了")


@pages.post("/{id}/swap/back")
async def take_back(request: Request, seat: AtRound, db: Db) -> Response:
    """Who asked thinks better of it. It is said and shown whether or not there was anything."""
    await swaps.take_back(db, seat.round.id, seat.person_id)
    return back(request, seat, "/swap", "问过的都收回了，床还是各自的")


@pages.post("/{id}/swap/refuse")
async def refuse(request: Request, seat: AtRound, db: Db, swap: SwapId = None) -> Response:
    """No."""
    if swap is not None:
        await swaps.refuse(db, swap, seat.person_id)
    return back(request, seat, "/mine", "没换，床还是各自的")
