"""「检查日历」: a month of visits, a day of it, and one visit on a page to print."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.places import Room
from app.campus.uploads import address as photo_address
from app.campus.uploads.pages import Size
from app.desk.base import me_of
from app.kit import clock
from app.services.checks import lists, looks, reach, shown
from app.services.checks.desk_page import Page, address, day, number
from app.services.checks.models import Fault, List, Look, Place, Visit
from app.services.checks.rules import Seen

MOST = 300  # visits of a day, rooms of a visit


@dataclass(slots=True)
class Day:
    """A day of the calendar: how many visits were due, done, missed."""

    day: date
    done: int = 0
    missed: int = 0
    todo: int = 0

    @property
    def due(self) -> int:
        return self.done + self.missed + self.todo


class Visits(Page):
    menu_label, icon = "检查日历", "fa fa-calendar-check"
    path, route_name = "/checks/visits", "checks-visits"

    @route("")
    async def index(self, request: Request) -> Response:
        """A month, and the visits of one day of it; `list` and `place` narrow it."""
        db, me, today = request.state.session, me_of(request), clock.now().date()
        asked = request.query_params
        chosen = day(asked.get("day")) or today
        list_id, place_id = number(asked.get("list")), number(asked.get("place"))
        where: list[ColumnElement[bool]] = [reach.heads_at(me)]
        where += [Visit.list_id == list_id] if list_id else []
        where += [Visit.place_id == place_id] if place_id else []
        rows = (
            select(Visit, List, Place.name, Person.name)
            .join(List, List.id == Visit.list_id).join(Place, Place.id == Visit.place_id)
            .outerjoin(Person, Person.id == Visit.by_id)
            .where(Visit.due == chosen, *where)
            .order_by(Place.position, Place.name, Visit.id).limit(MOST)
        )  # fmt: skip
        first = chosen.replace(day=1)
        return self.show(
            request, "visits.html", weeks=await _month(db, first, where), chosen=chosen,
            rows=(await db.execute(rows)).all(), list_id=list_id, place_id=place_id, today=today,
            before=first - timedelta(days=1), after=first + timedelta(days=32 - first.day),
            query=address(list=list_id, place=place_id), **await offered(db, me),
        )  # fmt: skip

    @route("/{number:int}", name="checks-visit")
    async def one(self, request: Request) -> Response:
        """One visit with all its marks and photos."""
        db, me = request.state.session, me_of(request)
        visit, list_, place = await looks.find(db, me, request.path_params["number"])
        query = (
            select(Look, Person.name, Room.number)
            .outerjoin(Person, Person.id == Look.by_id).outerjoin(Room, Room.id == Look.room_id)
            .where(Look.visit_id == visit.id).order_by(Room.number, Look.id).limit(MOST)
        )  # fmt: skip
        seen = (await db.execute(query)).all()
        version = seen[0][0].number if seen else list_.version
        photos = await shown.shots(db, [look.id for look, _, _ in seen])
        return self.show(
            request, "visit.html", visit=visit, list=list_, place=place, seen=seen,
            items=await lists.points(db, list_.id, version), photos=photos,
            faults=await shown.faults(db, Fault.visit_id == visit.id, clock.now()),
            photo=lambda id: photo_address(request, me, id, Size.SMALL),
        )  # fmt: skip


async def _month(
    db: AsyncSession, first: date, where: list[ColumnElement[bool]]
) -> list[list[Day | None]]:
    """The month as weeks from Monday, with None before its first and after its last day."""
    last = first.replace(day=monthrange(first.year, first.month)[1])
    counts = (
        select(Visit.due, Visit.state, func.count())
        .join(List, List.id == Visit.list_id).join(Place, Place.id == Visit.place_id)
        .where(Visit.due.between(first, last), *where)
        .group_by(Visit.due, Visit.state)
    )  # fmt: skip
    found: Mapping[date, Day] = _Days()
    for due, state, count in await db.execute(counts):
        name = {Seen.DONE: "done", Seen.MISSED: "missed"}.get(Seen(state), "todo")
        one = found[due]
        setattr(one, name, getattr(one, name) + count)
    days: list[Day | None] = [None] * first.weekday()
    days += [found[first + timedelta(days=n)] for n in range(last.day)]
    days += [None] * (-len(days) % 7)
    return [days[at : at + 7] for at in range(0, len(days), 7)]


class _Days(defaultdict[date, Day]):
    def __missing__(self, key: date) -> Day:
        self[key] = Day(key)
        return self[key]


async def offered(db: AsyncSession, me: Me) -> dict[str, Any]:
    """The lists and places that there are to choose from."""
    theirs = select(Place.id, Place.name).where(reach.heads_at(me), Place.gone_at.is_(None))
    places = await db.execute(theirs.order_by(Place.position, Place.name))
    every = await db.execute(select(List.id, List.title).order_by(List.title))
    return {"places": [(id, name) for id, name in places],
            "lists": [(id, title) for id, title in every]}  # fmt: skip
