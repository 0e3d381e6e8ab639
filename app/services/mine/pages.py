"""「我的」: who I am here, and what is going on for me."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from app.campus.people import binding
from app.campus.people.lookup import room_of
from app.campus.people.me import Here
from app.campus.people.models import Move, Person
from app.kit import clock
from app.kit.db import Db
from app.kit.pages import redirect, render
from app.services.mine import words
from app.services.mine.binding_pages import pages as binding_pages
from app.services.mine.board import gather
from app.services.mine.cas_pages import pages as cas_pages
from app.services.mine.data_pages import pages as data_pages

pages = APIRouter()
pages.include_router(binding_pages)
pages.include_router(cas_pages)
pages.include_router(data_pages)
MoveId = Annotated[int, Field(ge=1, le=2**31 - 1)]


@pages.get("")
async def index(request: Request, db: Db, me: Here) -> Response:
    now = clock.now()
    board = await gather(db, request.app.state.services, me.person_id)
    context: dict[str, Any] = {"me": me, "board": board, "words": words}
    if me.person_id is None:
        move = await binding.waiting(db, me.who, now) if me.who else None
        return render(request, "mine/unbound.html", move=move, until=_until(move), **context)
    room = await room_of(db, me)
    person = await db.get_one(Person, me.person_id)
    move = await binding.asked(db, me.person_id, now)
    return render(
        request, "mine/index.html", room=room.name if room else None, person=person,
        move=move, until=_until(move), **context,
    )  # fmt: skip


def _until(move: Move | None) -> str:
    if move is None:
        return ""
    end = (move.at + binding.PATIENCE).astimezone(clock.SHANGHAI)
    return f"{end.month}月{end.day}日 {end.hour}:{end.minute:02}"


@pages.post("/move/{move_id}/agree")
async def agree(request: Request, db: Db, me: Here, move_id: MoveId) -> Response:
    """Let the other follower have my number."""
    await binding.agree(db, me, move_id, clock.now())
    return redirect(request, "/h5/mine", "换过去了")


@pages.post("/move/{move_id}/refuse")
async def refuse(request: Request, db: Db, me: Here, move_id: MoveId) -> Response:
    """Keep my number."""
    await binding.refuse(db, me, move_id, clock.now())
    return redirect(request, "/h5/mine", "没换，还是你的")
