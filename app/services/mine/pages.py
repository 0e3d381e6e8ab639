"""「我的」: who I am here, and what is going on for me."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from app.campus.people import binding
from app.campus.people.me import Here, Me
from app.kit import clock
from app.kit.db import Database, Db
from app.kit.pages import redirect, render
from app.services.mine import words
from app.services.mine.binding_pages import pages as binding_pages
from app.services.mine.board import Board, gather
from app.services.mine.cas_pages import pages as cas_pages
from app.services.mine.data_pages import pages as data_pages

pages = APIRouter()
pages.include_router(binding_pages)
pages.include_router(cas_pages)
pages.include_router(data_pages)
MoveId = Annotated[int, Field(ge=1, le=2**31 - 1)]


@pages.get("")
async def index(request: Request, me: Here) -> Response:
    """Two statements for who is bound, the session's among them; no transaction to open."""
    now = clock.now()
    database: Database = request.app.state.database
    board = await gather(database, request.app.state.services, me, now)
    if board.head is None:
        return await _unbound(request, database, me, now, board)
    return render(
        request, "mine/index.html", me=me, head=board.head, board=board,
        until=_until(board.head.until), words=words,
    )  # fmt: skip


async def _unbound(
    request: Request, database: Database, me: Me, now: datetime, board: Board
) -> Response:
    async with database.session() as db:
        move = await binding.waiting(db, me.who, now) if me.who else None
    until = _until((move.at + binding.PATIENCE).astimezone(clock.SHANGHAI) if move else None)
    return render(request, "mine/unbound.html", board=board, move=move, until=until)


def _until(end: datetime | None) -> str:
    return f"{end.month}月{end.day}日 {end.hour}:{end.minute:02}" if end else ""


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
