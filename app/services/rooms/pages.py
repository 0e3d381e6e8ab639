"""The freshman's pages: which round, then everything else by what it is about."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.campus.people.me import Bound
from app.kit import clock
from app.kit.db import Db
from app.kit.pages import render
from app.services.rooms import (
    pages_floor,
    pages_habits,
    pages_hold,
    pages_mine,
    pages_room,
    pages_swap,
    pages_team,
    reading,
)
from app.services.rooms.reading import MyRound
from app.services.rooms.rules import RoundKind

pages = APIRouter()
FIRST = ("open", "soon", "over", "stopped")


@pages.get("")
async def index(request: Request, db: Db, me: Bound) -> Response:
    """The round that matters now, at its own address; or that there is none for them."""
    now = clock.now()
    rounds = await reading.rounds_of(db, me.person_id or 0, now)
    if (found := best(rounds)) is None:
        return render(request, "rooms/none.html")
    return RedirectResponse(f"/h5/rooms/{found.round.id}", 303)


def best(rounds: list[MyRound]) -> MyRound | None:
    """What is open first, then what opens soonest, then what ended last; a real one before a
    rehearsal where both are open."""

    def urgency(found: MyRound) -> tuple[int, bool, float]:
        one = found.round
        at = one.opens_at if found.phase == "soon" else one.closes_at
        sign = 1 if found.phase in ("soon", "open") else -1
        return FIRST.index(found.phase), one.kind == RoundKind.REHEARSAL, sign * at.timestamp()

    return min(rounds, key=urgency, default=None)


for part in (pages_habits, pages_floor, pages_room, pages_hold, pages_mine, pages_swap, pages_team):
    pages.include_router(part.pages)
