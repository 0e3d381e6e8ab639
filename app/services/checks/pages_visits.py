"""A visit on the phone: its points, of a place or room by room; and what it came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Me, needs
from app.campus.people.models import Person
from app.campus.places import Campus, campus
from app.campus.uploads import address
from app.campus.uploads.pages import Size
from app.kit import clock
from app.kit.db import Db
from app.kit.pages import render
from app.services.checks import lists, looks, reach, rules, shown, words
from app.services.checks.links import HOME
from app.services.checks.models import Fault, Look, Visit
from app.services.checks.rules import Seen
from app.services.checks.sent import Form, do_once

pages = APIRouter()
Checker = Annotated[Me, Depends(needs(reach.CHECK))]
Places = Annotated[Campus, Depends(campus)]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
Room = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class Seeing:
    """A look with who looked and the room's number."""

    look: Look
    who: str
    room: str


@pages.get("/visits/{id}")
async def one(
    *, request: Request, db: Db, me: Checker, places: Places, id: Id, room: Room = None
) -> Response:
    """The form of a visit that waits; of one that is done what was seen."""
    visit, list_, place = await looks.find(db, me, id)
    now = clock.now()
    seen = await _looks(db, visit, places)
    open_ = rules.takes(Seen(visit.state), visit.last, now.date())
    chosen = next((one for one in seen if one.look.room_id == room), None)
    result = chosen if list_.by_room else (seen[0] if seen else None)
    items = await lists.points(db, list_.id, result.look.number if result else list_.version)
    photos = await shown.shots(db, [result.look.id] if result else [])
    return render(
        request, "checks/visit.html", me=me, visit=visit, list=list_, place=place, items=items,
        open=open_, result=result, seen={one.look.room_id: one.look for one in seen},
        house=places.house(place.building_id) if list_.by_room and place.building_id else None,
        room=places.room(room) if room and not chosen else None, words=words,
        Seen=Seen, shots=photos, faults=await shown.faults(db, Fault.visit_id == visit.id, now),
        photo=lambda id, size: address(request, me, id, Size(size)),
    )  # fmt: skip


@pages.post("/visits/{id}")
async def look(db: Db, me: Checker, form: Form, id: Id) -> Response:
    """What was seen of the place, or of one room."""
    visit, list_, _ = await looks.find(db, me, id)
    to = f"{HOME}/visits/{visit.id}"

    async def run() -> str:
        seen, found = await looks.look(db, me, id, await form.look(db), form.now)
        said = words.say_score(seen.score)
        return f"{said}，{found} 个问题已告诉整改的人" if found else f"{said}，没有问题"

    return await do_once(db, form, to if list_.by_room else HOME, run)


@pages.post("/visits/{id}/end")
async def end(db: Db, me: Checker, form: Form, id: Id) -> Response:
    """A visit room by room is done."""

    async def run() -> str:
        rooms = await looks.end(db, me, id, form.now)
        return f"收尾了，查了 {rooms} 间"

    return await do_once(db, form, HOME, run)


async def _looks(db: AsyncSession, visit: Visit, places: Campus) -> Sequence[Seeing]:
    query = (
        select(Look, Person.name).outerjoin(Person, Person.id == Look.by_id)
        .where(Look.visit_id == visit.id).order_by(Look.id)
    )  # fmt: skip
    found = []
    for look, who in await db.execute(query):
        door = places.room(look.room_id) if look.room_id else None
        found.append(Seeing(look, who or "", door.number if door else ""))
    return found
