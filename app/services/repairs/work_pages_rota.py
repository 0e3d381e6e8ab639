"""A worker's shifts: the coming two weeks, asking for leave, giving a shift to a colleague."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Me, needs
from app.campus.people.models import Person
from app.kit import clock
from app.kit.db import Db
from app.kit.pages import render
from app.services.repairs import shifts
from app.services.repairs.models import Leave, Shift, Swap, Worker
from app.services.repairs.reach import HOME, MEND, ways
from app.services.repairs.rules import Answer
from app.services.repairs.work_sent import Form, do_once

AHEAD = timedelta(days=14)
PAGE = f"{HOME}/shifts"
pages = APIRouter()
Mender = Annotated[Me, Depends(needs(MEND))]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]


@pages.get("/shifts")
async def mine(request: Request, db: Db, me: Mender) -> Response:
    """When one works, what one asked for, and whose shift one could take."""
    now = clock.now()
    own = select(Shift).where(
        Shift.person_id == me.person_id, Shift.ends_at > now, Shift.starts_at < now + AHEAD
    )
    away = select(Leave).where(Leave.person_id == me.person_id, Leave.ends_at > now)
    asked = select(Swap.shift_id).where(Swap.state == Answer.ASKED)
    return render(
        request, "repairs/work/shifts.html", me=me, ways=ways(me), span=shifts.say_span,
        shifts=(await db.scalars(own.order_by(Shift.starts_at))).all(),
        leaves=(await db.scalars(away.order_by(Leave.starts_at))).all(),
        asked=set(await db.scalars(asked)), swaps=await _offered(db, me), crew=await _crew(db, me),
    )  # fmt: skip


async def _offered(db: AsyncSession, me: Me) -> list[dict[str, Any]]:
    """Shifts that colleagues want to give them."""
    query = (
        select(Swap.id, Shift.starts_at, Shift.ends_at, Person.name)
        .join(Shift, Shift.id == Swap.shift_id)
        .join(Person, Person.id == Shift.person_id)
        .where(Swap.to_id == me.person_id, Swap.state == Answer.ASKED)
        .order_by(Shift.starts_at)
    )
    return [
        {"id": id, "name": name, "span": shifts.say_span(starts, ends)}
        for id, starts, ends, name in await db.execute(query)
    ]


async def _crew(db: AsyncSession, me: Me) -> list[tuple[int, str]]:
    """Colleagues who could take a shift; none for who is on no list of workers."""
    if me.person_id is None or await db.get(Worker, me.person_id) is None:
        return []
    ids = [worker.person_id for worker in await shifts.colleagues(db, me.person_id)]
    found = await db.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return [(id, name) for id, name in found]


@pages.post("/shifts/leave")
async def leave(db: Db, me: Mender, form: Form) -> Response:
    """Ask for leave."""

    async def run() -> str:
        starts, ends = form.time("leave_from"), form.time("leave_to")
        why = form.text("leave_why", 200)
        await shifts.ask_leave(db, me, form.now, starts=starts, ends=ends, reason=why)
        return "班长会批，批了告诉你"

    return await do_once(db, form, PAGE, run)


@pages.post("/shifts/{id}/swap")
async def swap(db: Db, me: Mender, form: Form, id: Id) -> Response:
    """Offer a shift to a colleague."""

    async def run() -> str:
        await shifts.ask_swap(db, me, id, form.now, to=form.number("to", "选一位师傅"))
        return "问他了，等他回话"

    return await do_once(db, form, PAGE, run)


@pages.post("/swaps/{id}")
async def answer(db: Db, me: Mender, form: Form, id: Id) -> Response:
    """Take a colleague's shift, or not."""

    async def run() -> str:
        agreed = form.text("answer") == Answer.GRANTED
        await shifts.decide_swap(db, me, id, form.now, agreed=agreed)
        return "这个班归你了" if agreed else "回了，他另找人"

    return await do_once(db, form, PAGE, run)
