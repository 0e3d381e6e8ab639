"""The leader's pages: what waits for a decision, whom to send, who has how much in hand."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.campus.people.me import Me, needs
from app.campus.people.models import Person
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import NotFound
from app.kit.pages import render
from app.services.repairs import parts, shifts, shown, work_lists
from app.services.repairs.candidates import candidates
from app.services.repairs.models import IS_OPEN, Leave, Order, Postponement, Worker
from app.services.repairs.reach import HOME, LEAD, reach, ways
from app.services.repairs.rules import OPEN, Answer, Move, State, Who, may
from app.services.repairs.work_crew import crew, led_by
from app.services.repairs.work_lists import Line, say_due
from app.services.repairs.work_sent import Form, do_once

pages = APIRouter()
Leader = Annotated[Me, Depends(needs(LEAD))]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
MOST = 30  # of each list; the desk has the rest


@pages.get("/queue")
async def queue(request: Request, db: Db, me: Leader) -> Response:
    """What the leader has to do now, most pressing first."""
    now = clock.now()
    ours = IS_OPEN & reach(me, LEAD)
    late = (Order.due_at <= now) & Order.stopped_at.is_(None)
    asked = Order.id.in_(select(Postponement.order_id).where(Postponement.state == Answer.ASKED))

    async def some(where: ColumnElement[bool]) -> list[Line]:
        return await work_lists.lines(db, ours & where, now, most=MOST)

    waits = Order.state == State.SUBMITTED
    groups = [
        ("等你派", await some(waits)),
        ("等你批改期", await some(asked)),
        ("超时了", await some(late & ~waits)),
        ("派了还没接", await some((Order.state == State.OFFERED) & ~late)),
        ("师傅手上", await some(Order.state.in_([State.ACCEPTED, State.WORKING]) & ~late & ~asked)),
        ("等料、等人", await some((Order.state == State.WAITING) & ~late)),
    ]
    return render(
        request, "repairs/work/queue.html", me=me, ways=ways(me), groups=groups,
        crew=await crew(db, me, now), leaves=len(await _asked(db, me)),
    )  # fmt: skip


async def _asked(db: AsyncSession, me: Me) -> list[tuple[Leave, str]]:
    """Leave that waits for their consent, with whose it is."""
    query = (
        select(Leave, Person.name)
        .join(Person, Person.id == Leave.person_id)
        .join(Worker, Worker.person_id == Leave.person_id)
        .where(Leave.state == Answer.ASKED, led_by(me), Leave.person_id != me.person_id)
        .order_by(Leave.starts_at)
    )
    return [(leave, name) for leave, name in await db.execute(query)]


@pages.get("/{number}/send")
async def whom(
    request: Request, db: Db, me: Leader, number: Annotated[str, Path(max_length=20)]
) -> Response:
    """Whom to send: those who could come, best first, each with why; then everybody else."""
    order = await parts.find(db, me, number)
    mine = await parts.parts(db, me, order)
    if Who.DISPATCHER not in mine:
        raise NotFound(parts.NO_ORDER)
    now = clock.now()
    best = await candidates(db, order, now) if order.state in OPEN else []
    could = {one.worker_id for one in best}
    others = [one for one in await crew(db, me, now) if one.person_id not in could]
    due, tone = say_due(order, now)
    return render(
        request, "repairs/work/send.html", me=me, order=order, best=best, others=others, due=due,
        tone=tone, seen=await shown.look(db, me, number, now),
        may=may(Move.OFFER, State(order.state), mine),
    )  # fmt: skip


@pages.get("/leaves")
async def leaves(request: Request, db: Db, me: Leader) -> Response:
    """Leave that waits for consent."""
    found = [
        (leave, name, shifts.say_span(leave.starts_at, leave.ends_at))
        for leave, name in await _asked(db, me)
    ]
    return render(request, "repairs/work/leaves.html", me=me, ways=ways(me), leaves=found)


@pages.post("/leaves/{id}")
async def decide(db: Db, me: Leader, form: Form, id: Id) -> Response:
    """Grant a leave, or not."""

    async def run() -> str:
        granted = form.text("answer") == Answer.GRANTED
        held = await shifts.decide_leave(db, me, id, form.now, granted=granted)
        if not granted:
            return "没准，他知道了"
        return f"准了，他手上还有 {held} 单，记得改派" if held else "准了，这段时间不会派给他"

    return await do_once(db, form, f"{HOME}/leaves", run)
