"""Sweeps on the phone: which go on, a building's floors as a picture, one floor room by room."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Me, needs
from app.campus.places import Building, Campus, campus
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import NotFound
from app.kit.pages import render
from app.services.repairs import sweeps
from app.services.repairs.kinds import Kinds, kinds, offered
from app.services.repairs.models import Sweep, SweepRoom
from app.services.repairs.reach import HOME, KEEP, ways
from app.services.repairs.sweeps import Seen
from app.services.repairs.work_pages_keeper import houses_of
from app.services.repairs.work_sent import Form, do_once

PAGE = f"{HOME}/sweeps"
pages = APIRouter()
Keeper = Annotated[Me, Depends(needs(KEEP))]
Places = Annotated[Campus, Depends(campus)]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
LAST = 20  # sweeps in the list


@pages.get("/sweeps")
async def every(
    request: Request, db: Db, me: Keeper, places: Places,
    known: Annotated[Kinds, Depends(kinds)],
) -> Response:  # fmt: skip
    """The sweeps of one's buildings, and a form for another."""
    houses = houses_of(me, places)
    found = await _list(db, [house.id for house in houses])
    return render(
        request, "repairs/work/sweeps.html", me=me, ways=ways(me), sweeps=found,
        houses=[(house.id, house.name) for house in houses],
        kinds=[(kind.id, kind.name) for kind in offered(known)], today=clock.now().date(),
    )  # fmt: skip


async def _list(
    db: AsyncSession, buildings: Sequence[int]
) -> Sequence[tuple[Sweep, str, int, int]]:
    """Newest first: the sweep, its building, how many rooms were seen, of how many."""
    seen = func.count().filter(SweepRoom.state.in_([Seen.FINE, Seen.FAULTS]))
    query = (
        select(Sweep, Building.name, seen, func.count())
        .join(Building, Building.id == Sweep.building_id)
        .join(SweepRoom, SweepRoom.sweep_id == Sweep.id)
        .where(Sweep.building_id.in_(buildings))
        .group_by(Sweep.id, Building.name)
        .order_by(Sweep.ended_at.is_not(None), Sweep.id.desc())
        .limit(LAST)
    )
    found = await db.execute(query)
    return [(sweep, name, rooms, of) for sweep, name, rooms, of in found]


@pages.post("/sweeps")
async def begin(db: Db, me: Keeper, form: Form) -> Response:
    """Begin one."""

    async def run() -> str:
        building = form.number("house", "选一栋楼")
        sweep = await sweeps.start(
            db, me, building, form.now, title=form.text("title", 40),
            kind_ids=form.numbers("items"), until=form.day("until"),
        )  # fmt: skip
        return f"开始了：{sweep.title}"

    return await do_once(db, form, PAGE, run)


@pages.get("/sweeps/{id}")
async def one(
    *, request: Request, db: Db, me: Keeper, id: Id,
    floor: Annotated[int | None, Query(ge=-9, le=199)] = None,
    room: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:  # fmt: skip
    """The picture of the floors, the rooms of one of them, and the form for a room."""
    sweep, building = await sweeps.find(db, me, id)
    done = await sweeps.progress(db, sweep)
    cells = [cell for row in done.floors.values() for cell in row]
    chosen = next((cell for cell in cells if cell.room_id == room), None)
    if room is not None and chosen is None:
        raise NotFound("这次扫楼没有这间，回楼层里再选")
    left = [cell.floor for cell in cells if cell.state in (Seen.TODO, Seen.ABSENT)]
    here = chosen.floor if chosen else floor if floor in done.floors else (left or [0])[0]
    return render(
        request, "repairs/work/sweep.html", me=me, sweep=sweep, building=building, progress=done,
        floor=here if here in done.floors else min(done.floors, default=0), chosen=chosen,
        seen=Seen, says=sweeps.SAYS,
    )  # fmt: skip


@pages.post("/sweeps/{id}")
async def room(db: Db, me: Keeper, form: Form, id: Id) -> Response:
    """A room: what is broken there (`bad`, with words `w-0`…), or that nobody was in."""
    floor = form.text("floor", 4)
    there = f"{PAGE}/{id}" + (f"?floor={floor}" if floor.removeprefix("-").isdecimal() else "")

    async def run() -> str:
        chosen = form.number("room", "选一间再发")
        if form.text("nobody"):
            await sweeps.absent(db, me, id, chosen, form.now)
            return "记下了，回头再来"
        faults = {item: form.text(f"w-{item}", 200) for item in form.numbers("bad")}
        uploads = await form.uploads(db, "photos") if faults else []
        made = await sweeps.check(db, me, id, chosen, form.now, faults=faults, uploads=uploads)
        return f"查完了，报了 {len(made)} 处" if made else "查完了，都好"

    return await do_once(db, form, there, run)


@pages.post("/sweeps/{id}/end")
async def end(db: Db, me: Keeper, form: Form, id: Id) -> Response:
    """Close it."""

    async def run() -> str:
        left = await sweeps.end(db, me, id, form.now)
        return f"收尾了，还有 {left} 间没查到" if left else "收尾了，每间都查过"

    return await do_once(db, form, PAGE, run)
