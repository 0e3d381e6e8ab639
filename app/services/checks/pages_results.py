"""Results on the phone: the places of whoever checks or heads them, one place, and one's room."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Bound, Me, needs
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import NotFound
from app.kit.pages import render
from app.services.checks import lists, reach, results, shown, words
from app.services.checks.links import ways
from app.services.checks.models import Fault, List, Look, Place, Visit
from app.services.checks.picture import draw
from app.services.checks.rules import OPEN

SPAN = timedelta(days=90)
PICTURE = (326, 150)  # pixels
LAST = 20
pages = APIRouter()
Checker = Annotated[Me, Depends(needs(reach.CHECK))]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]


@pages.get("/results")
async def every(request: Request, db: Db, me: Checker) -> Response:
    """The last 90 days of one's places: how it goes, and the worst first."""
    now = clock.now()
    last, where = now.date(), reach.may_look(me)
    found = await results.places(db, where, last - SPAN, last, now)
    return render(
        request, "checks/results.html", me=me, ways=ways(me), places=found, words=words,
        picture=draw(await results.trend(db, where, last - SPAN, last), *PICTURE),
    )  # fmt: skip


@pages.get("/places/{id}")
async def place(request: Request, db: Db, me: Checker, id: Id) -> Response:
    """One place: its weeks, its last visits, and what is open there."""
    now = clock.now()
    last, where = now.date(), reach.may_look(me) & (Place.id == id)
    visits = (
        select(Visit, List.title).join(List, List.id == Visit.list_id)
        .join(Place, Place.id == Visit.place_id)
        .where(where, Visit.due <= last).order_by(Visit.due.desc(), Visit.id.desc()).limit(LAST)
    )  # fmt: skip
    rows = (await db.execute(visits)).all()
    there = await db.get(Place, id)
    if there is None or not rows:
        raise NotFound("没有这个地方，或者不归你查")
    open_ = await shown.faults(db, where & Fault.state.in_(OPEN), now)
    return render(
        request, "checks/place.html", me=me, place=there, visits=rows, open=open_, words=words,
        picture=draw(await results.trend(db, where, last - SPAN, last), *PICTURE), today=last,
        whole=(await results.places(db, where, last - SPAN, last, now))[:1],
    )  # fmt: skip


@pages.get("/room")
async def room(request: Request, db: Db, me: Bound) -> Response:
    """What checks said of the room that one lives in, of lists that say so."""
    seen = await _of_room(db, me.room_id) if me.room_id is not None else []
    items = await lists.points(db, seen[0][0].list_id, seen[0][0].number) if seen else ()
    return render(request, "checks/room.html", me=me, seen=seen, items=items, words=words)


async def _of_room(db: AsyncSession, room_id: int) -> list[tuple[Look, str]]:
    query = (
        select(Look, List.title).join(List, List.id == Look.list_id)
        .where(Look.room_id == room_id, List.public).order_by(Look.at.desc()).limit(LAST)
    )  # fmt: skip
    return [(look, title) for look, title in await db.execute(query)]
