"""The H5 page: the meters of one's own room, or of one that a keeper or worker picks."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Bound, Me
from app.campus.places import BuildingKind, Campus, Room, campus, doors_of, parse_room
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import Forbidden, Invalid, NotFound
from app.kit.pages import render
from app.services.electricity import access, charts, words
from app.services.electricity.chat import settings, source
from app.services.electricity.rooms import Account, look
from app.services.electricity.rules import Circuit, say_moment, say_yuan
from app.services.electricity.sources import MeterSource

FEW = 3  # top-ups that are shown before 「全部」

pages = APIRouter()


async def meters() -> MeterSource:
    """FastAPI dependency: who knows the meters."""
    return source


class Wanted(BaseModel):
    """The page's query: `room` as written in the chat, or `building` and `room` of the form.

    Without any it is one's own; `other` asks for the form.
    """

    room: Annotated[str, Field(max_length=40)] = ""
    building: Annotated[str, Field(max_length=40)] = ""
    meter: Circuit | None = None
    all: bool = False
    other: bool = False

    @property
    def place(self) -> str:
        room = self.room.strip()  # with its building, for those who type it as they say it
        return room if parse_room(room) else f"{self.building} {room}".strip()


@pages.get("")
async def index(
    *,
    request: Request,
    houses: Annotated[Campus, Depends(campus)],
    db: Db,
    me: Bound,
    source: Annotated[MeterSource, Depends(meters)],
    wanted: Annotated[Wanted, Query()],
) -> Response:
    others = access.may_see_others(me)
    if others and not wanted.place and (wanted.other or me.room_id is None):
        return _form(request, houses, wanted)
    try:
        room = await _room(db, me, wanted)
    except (Invalid, NotFound, Forbidden) as error:
        if not others:
            raise
        return _form(request, houses, wanted, error)
    account = await look(db, room, source, clock.now(), settings.limits)
    return _account(request, account, wanted, others)


async def _room(db: AsyncSession, me: Me, wanted: Wanted) -> Room:
    """The room that is asked for; one's own without asking. Raises as `access` does."""
    if not wanted.place:
        return await access.own_room(db, me)
    if wanted.building and not wanted.room.strip():
        raise Invalid(f"{wanted.place}，还差房间号")
    return await access.room_at(db, me, wanted.place)


def _form(
    request: Request,
    campus: Campus,
    wanted: Wanted,
    error: Invalid | NotFound | Forbidden | None = None,
) -> Response:
    """Ask for the room; what was typed stays."""
    building, number = parse_room(wanted.place) or (wanted.building, wanted.room)
    dormitories = [one.name for one in campus.houses if one.kind == BuildingKind.DORMITORY]
    doors = doors_of(campus.named(building))
    listed = not number or (number, number) in doors  # else it is typed, for what stood there
    return render(
        request,
        "electricity/room.html",
        error.status if error else 200,
        buildings=[(name, name) for name in dormitories],
        building=building,
        rooms=doors if listed else [],
        room=number,
        error=str(error or ""),
    )


def _account(request: Request, account: Account, wanted: Wanted, others: bool) -> Response:
    now = clock.now()
    worst = account.supplies[0] if account.supplies else None
    shown = next((s for s in account.supplies if s.circuit is wanted.meter), worst)
    page = words.page(account)
    context: dict[str, Any] = {"account": account, "shown": shown, "page": page, "others": others}
    if shown:
        tiles = sorted(account.supplies, key=lambda supply: supply.circuit, reverse=True)
        context |= {
            "tiles": [charts.tile(supply, now) for supply in tiles],
            "forecast": charts.forecast(shown, now),
            "chart": charts.chart(shown, now.date()),
            "paid": shown.paid if wanted.all else shown.paid[:FEW],
            "age": words.age(shown.read_at, now),
            "yuan": say_yuan,
            "moment": say_moment,
        }
    return render(request, "electricity/account.html", **context)
