"""The keeper's pages: the building's orders, confirming for who is away, reporting for others."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Me, needs
from app.campus.people.models import Person
from app.campus.places import Campus, House, campus, doors_of
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import Invalid
from app.kit.pages import render
from app.services.repairs import work_lists
from app.services.repairs.kinds import Kinds, kinds, offered
from app.services.repairs.models import IS_OPEN, Order
from app.services.repairs.orders import New, report
from app.services.repairs.reach import HOME, KEEP, keeps, reach, ways
from app.services.repairs.rules import Source, State
from app.services.repairs.words import say_promise
from app.services.repairs.work_sent import Form, Sent, do_once

pages = APIRouter()
Keeper = Annotated[Me, Depends(needs(KEEP))]
Places = Annotated[Campus, Depends(campus)]
Known = Annotated[Kinds, Depends(kinds)]
MOST = 50
HEARD = (Source.KEEPER, Source.PHONE, Source.STALL)
WAYS = [(Source.KEEPER, "当面说的"), (Source.PHONE, "打电话来的"), (Source.STALL, "摊位上报的")]


def houses_of(me: Me, places: Campus) -> list[House]:
    """The buildings that `me` keeps."""
    return [house for house in places.houses if keeps(me, house)]


@pages.get("/keeper")
async def building(request: Request, db: Db, me: Keeper, places: Places) -> Response:
    """What is broken in one's buildings, and what waits to be confirmed."""
    now = clock.now()
    ours = reach(me, KEEP)
    done = await work_lists.lines(db, (Order.state == State.DONE) & ours, now, most=MOST)
    going = await work_lists.lines(db, IS_OPEN & ours, now, most=MOST)
    return render(
        request, "repairs/work/keeper.html", me=me, ways=ways(me), done=done, going=going,
        houses=houses_of(me, places),
    )  # fmt: skip


@pages.get("/report")
async def form(request: Request, me: Keeper, places: Places, known: Known) -> Response:
    """The form for somebody who says it face to face, by telephone or at a stall."""
    houses = houses_of(me, places)
    only = houses[0] if len(houses) == 1 else None
    return render(
        request, "repairs/work/report.html", me=me, kinds=offered(known), sources=WAYS,
        houses=[(house.name, house.name) for house in houses], only=only, rooms=doors_of(only),
    )  # fmt: skip


@pages.get("/signs")
async def signs(
    request: Request, me: Keeper, known: Known, kind: Annotated[int, Query(ge=0)] = 0
) -> Response:
    """What may be wrong with a thing of that kind, and what else is asked: part of the form."""
    return render(request, "repairs/work/_signs.html", kind=known.get(kind))


@pages.get("/doors")
async def rooms(
    request: Request, me: Keeper, places: Places,
    building: Annotated[str, Query(max_length=40)] = "",
) -> Response:  # fmt: skip
    """The rooms of a building of theirs: part of the form."""
    house = next((one for one in houses_of(me, places) if one.name == building), None)
    return render(request, "repairs/work/_doors.html", rooms=doors_of(house))


@pages.post("/report")
async def reported(
    db: Db, me: Keeper, places: Places, known: Known, form: Form
) -> Response:  # fmt: skip
    """Report for somebody; they hear of each step if they are known here."""

    async def run() -> str:
        new = await _new(db, form, houses_of(me, places), known)
        uploads = await form.uploads(db, "photos")
        order = await report(db, me, new, form.now, uploads=uploads)
        assert order.finish_by is not None  # noqa: S101 just reported; for the type checker
        return f"报上了，{order.number}，{say_promise(order.finish_by, form.now)}"

    return await do_once(db, form, f"{HOME}/keeper", run)


async def _new(db: AsyncSession, form: Sent, houses: list[House], known: Kinds) -> New:
    house = next((one for one in houses if one.name == form.text("building", 40)), None)
    if house is None:
        raise Invalid("选一栋归你管的楼")
    number, spot = form.text("room", 20), form.text("spot", 60)
    door = next((one for one in house.doors if one.number == number), None)
    if number and door is None:
        raise Invalid(f"{house.name}没有 {number} 这间，核对一下门上的号")
    kind = known.get(form.number("kind", "选一下什么坏了"))
    asked = kind.questions if kind else []
    source = Source(form.text("source")) if form.text("source") in HEARD else Source.KEEPER
    return New(
        kind_id=kind.id if kind else 0, sign=form.text("sign", 40), words=form.text("words"),
        room_id=door.id if door else None, building_id=house.id, spot=spot,
        phone=form.text("phone", 20), urgent=bool(form.text("urgent")),
        key_with_keeper=bool(form.text("key")), source=source,
        answers={one["name"]: form.text(f"q-{one['name']}", 200) for one in asked},
        reporter_id=await _person(db, form.text("person", 30)),
    )  # fmt: skip


async def _person(db: AsyncSession, number: str) -> int | None:
    """Whose number that is; None where none was given. Raises Invalid."""
    if not number:
        return None
    here = Person.number == number.upper(), Person.gone_at.is_(None)
    if (person := await db.scalar(select(Person.id).where(*here))) is None:
        raise Invalid("名册里没有这个学号，空着只填电话也行")
    return person
