"""Faults on the phone: to mend, to look at again, to watch; and every step of one."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Me, needs
from app.campus.people.models import Person
from app.campus.permission import Grant, Role
from app.campus.places import Room
from app.campus.uploads import address
from app.campus.uploads.pages import Size
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import Invalid, NotFound
from app.kit.pages import render
from app.services.checks import faults, reach, shown, words
from app.services.checks.links import HOME, ways
from app.services.checks.models import Place
from app.services.checks.rules import Move
from app.services.checks.sent import Form, Sent, do_once

LIST = f"{HOME}/faults"
pages = APIRouter()
Mender = Annotated[Me, Depends(needs(reach.MEND))]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
Act = Callable[[AsyncSession, Sent, int], Awaitable[str]]


@pages.get("/faults")
async def every(request: Request, db: Db, me: Mender) -> Response:
    """What is mine to mend, what waits to be looked at again, and the rest that is open."""
    now = clock.now()
    mend = await shown.faults(db, shown.to_mend(me), now)
    judge = await shown.faults(db, shown.to_judge(me), now)
    mine = {line.id for line in (*mend, *judge)}
    others = [x for x in await shown.faults(db, shown.watched(me), now) if x.id not in mine]
    return render(
        request, "checks/faults.html", me=me, ways=ways(me), mend=mend, judge=judge, others=others
    )


@pages.get("/faults/{id}")
async def one(*, request: Request, db: Db, me: Mender, id: Id, open: str = "") -> Response:
    """A fault with its story, and what can be done now. `open`: the form that stands open."""
    now = clock.now()
    fault, list_, place, parts = await faults.find(db, me, id)
    moves = faults.moves(me, fault, parts)
    due, tone = shown.say_due(fault, now)
    room = await db.scalar(select(Room.number).where(Room.id == fault.room_id))
    owner = await db.scalar(select(Person.name).where(Person.id == fault.owner_id))
    return render(
        request, "checks/fault.html", me=me, fault=fault, list=list_, place=place, room=room,
        owner=owner or fault.contractor or place.unit, due=due, tone=tone, moves=moves, Move=Move,
        story=await shown.story(db, fault), words=words, open=open,
        people=await menders(db, place) if Move.HAND in moves else (),
        later=f"{now + timedelta(days=2):%Y-%m-%dT17:00}",
        photo=lambda id, size: address(request, me, id, Size(size)),
    )  # fmt: skip


async def _fix(db: AsyncSession, form: Sent, id: int) -> str:
    uploads = await form.uploads(db, "photos")
    await faults.fix(db, form.me, id, form.now, words=form.text("fixed"), uploads=uploads)
    return "记下了，检查的人会来复查"


async def _pass(db: AsyncSession, form: Sent, id: int) -> str:
    uploads = await form.uploads(db, "photos")
    await faults.judge(db, form.me, id, form.now, good=True, uploads=uploads)
    return "复查过了，这个问题关了"


async def _fail(db: AsyncSession, form: Sent, id: int) -> str:
    uploads = await form.uploads(db, "photos")
    fault = await faults.judge(db, form.me, id, form.now, good=False, words=form.text("wrong"),
                               uploads=uploads)  # fmt: skip
    return f"退回去了，{words.say_until(fault.due_at, form.now)}"


async def _drop(db: AsyncSession, form: Sent, id: int) -> str:
    await faults.drop(db, form.me, id, form.now, words=form.text("why_drop"))
    return "不算问题了"


async def _hand(db: AsyncSession, form: Sent, id: int) -> str:
    if (to := form.number("to")) is None:
        raise Invalid("选一下交给谁")
    await faults.hand(db, form.me, id, form.now, to=to, words=form.text("said"))
    return "交过去了，已经告诉他"


async def _later(db: AsyncSession, form: Sent, id: int) -> str:
    until = form.time("until")
    await faults.later(db, form.me, id, form.now, until=until, words=form.text("why_later"))
    return words.say_until(until, form.now)


ACTS: Mapping[str, Act] = {
    Move.FIX: _fix, Move.PASS: _pass, Move.FAIL: _fail, Move.DROP: _drop, Move.HAND: _hand,
    Move.LATER: _later,
}  # fmt: skip


@pages.post("/faults/{id}/{name}")
async def act(db: Db, me: Mender, form: Form, id: Id, name: str) -> Response:
    """Do what the form `name` is for, once, and come back to the fault."""
    if name not in ACTS:
        raise NotFound("没有这一步，刷新一下再看")

    async def run() -> str:
        return await ACTS[name](db, form, id)

    return await do_once(db, form, f"{LIST}/{id}", run)


async def menders(db: AsyncSession, place: Place) -> list[tuple[int, str]]:
    """Who a fault there may be handed to: who is of its unit or firm, or keeps its building."""
    units = [unit for unit in (place.unit, place.contractor) if unit]
    theirs: ColumnElement[bool] = Grant.unit.in_(units) | (Grant.person_id == place.owner_id)
    if place.building_id is not None:
        theirs |= Grant.building_id == place.building_id
    query = (
        select(Person.id, Person.name)
        .join(Grant, Grant.person_id == Person.id)
        .where(theirs, Grant.role.in_([*reach.MEND.roles, Role.CONTRACTOR]),
               Person.gone_at.is_(None))
        .distinct().order_by(Person.name).limit(100)
    )  # fmt: skip
    return [(id, name) for id, name in await db.execute(query)]
