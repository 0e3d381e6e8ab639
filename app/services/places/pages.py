"""What can be done at a place, and the sheets of codes to hang on its doors."""

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from app.campus.people.me import Me, anyone, bound, needs
from app.campus.permission import Action, Role, Where
from app.campus.places import Building, Campus, campus, doors_of
from app.campus.places.doors import code_key, find_place, places_of
from app.campus.places.signs import sheets_pdf
from app.kit.db import Database, Db
from app.kit.errors import NotFound
from app.kit.pages import render
from app.services.places.offers import offers

PRINT = Action("places.print", frozenset({Role.OPERATOR, Role.KEEPER, Role.LEADER}))
pages = APIRouter()


@pages.get("/signs/{building_id}.pdf")
async def signs(
    *,
    request: Request,
    db: Db,
    me: Annotated[Me, Depends(needs(PRINT))],
    building_id: int,
    first: Annotated[int | None, Query(ge=-9, le=99)] = None,
    last: Annotated[int | None, Query(ge=-9, le=99)] = None,
) -> Response:
    """The codes of a building, or of its floors `first` to `last`, twelve on an A4 sheet."""
    if (building := await db.get(Building, building_id)) is None:
        raise NotFound("没有这栋楼，回列表里再选")
    me.must(PRINT, Where(building.area_id, building.id))
    places = await places_of(db, building, first, last)
    hotline = " ".join(request.app.state.hotlines[0])
    public_url = request.app.state.settings.public_url
    pdf = await asyncio.to_thread(sheets_pdf, places, public_url, hotline)
    name = quote(f"{building.name} 门牌码.pdf")
    headers = {"content-disposition": f"inline; filename*=UTF-8''{name}"}
    return Response(pdf, media_type="application/pdf", headers=headers)


@pages.get("/rooms", dependencies=[Depends(bound)])
async def rooms(
    request: Request,
    campus: Annotated[Campus, Depends(campus)],
    building: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The room's row of `place_fields`, for the building that was chosen by its name.

    For no building, or one without rooms, the number is typed.
    """
    house = campus.named(building)
    return render(request, "places/_rooms.html", rooms=doors_of(house))


@pages.get("/{code}", dependencies=[Depends(anyone)])
async def here(
    request: Request, db: Db, key: Annotated[bytes, Depends(code_key)], code: str
) -> Response:
    """What every service offers at the place whose door has `code`."""
    address = request.client.host if request.client else ""
    place = await find_place(db, key, code, address)
    database: Database = request.app.state.database
    me = await request.app.state.recognise(request)
    rows, missing = await offers(database, request.app.state.services, place, me)
    return render(request, "places/here.html", place=place, rows=rows, missing=missing)
