"""Promises and overdue orders, for supervisors and heads; follow-ups, for who phones them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy import select
from starlette.responses import Response

from app.campus.people.me import Me, needs
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import Invalid
from app.kit.pages import render
from app.services.repairs import visits, work_lists
from app.services.repairs.models import IS_OPEN, Order, Visit
from app.services.repairs.reach import HOME, LEAD, WATCH, reach, ways
from app.services.repairs.visits import Heard, How
from app.services.repairs.work_sent import Form, Sent, do_once
from app.services.repairs.work_shown import look

pages = APIRouter()
Watcher = Annotated[Me, Depends(needs(WATCH))]
Asker = Annotated[Me, Depends(needs(LEAD))]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
MOST = 50


@pages.get("/watch")
async def watch(request: Request, db: Db, me: Watcher) -> Response:
    """The promises of one's area, those that were broken first; and what is overdue."""
    now = clock.now()
    ours = IS_OPEN & reach(me, WATCH)
    promised = Order.promised_for.is_not(None)
    late = (Order.due_at <= now) & Order.stopped_at.is_(None)
    kept = await work_lists.lines(db, ours & promised, now, most=MOST)
    over = await work_lists.lines(db, ours & late & ~promised, now, most=MOST)
    return render(
        request, "repairs/work/watch.html", me=me, ways=ways(me), promises=kept, late=over,
        broken=sum(line.tone == "bad" for line in kept),
    )  # fmt: skip


@pages.get("/visits")
async def every(request: Request, db: Db, me: Asker) -> Response:
    """Whom to ask: what the rule drew, oldest first; never about one's own work."""
    query = (
        select(Visit, Order.number)
        .join(Order, Order.id == Visit.order_id)
        .where(Visit.done_at.is_(None), reach(me, LEAD),
               Order.worker_id.is_distinct_from(me.person_id))
        .order_by(Visit.id)
        .limit(MOST)
    )  # fmt: skip
    found = (await db.execute(query)).all()
    where = Order.id.in_([visit.order_id for visit, _ in found])
    lines = {line.number: line for line in await work_lists.lines(db, where, clock.now())}
    rows = [(visit, lines[number], visits.WHY[visit.rule]) for visit, number in found]
    return render(request, "repairs/work/visits.html", me=me, ways=ways(me), rows=rows)


@pages.get("/visits/{id}")
async def ask(request: Request, db: Db, me: Asker, id: Id) -> Response:
    """What to ask about, whom to ring, and the form."""
    visit, order = await visits.find(db, me, id)
    page = await look(db, me, order, clock.now())
    return render(
        request, "repairs/work/visit.html", me=me, visit=visit, page=page, seen=page.seen,
        why=visits.WHY[visit.rule],
    )  # fmt: skip


@pages.post("/visits/{id}")
async def heard(db: Db, me: Asker, form: Form, id: Id) -> Response:
    """What was heard."""

    async def run() -> str:
        reached = await visits.record(db, me, id, form.now, _heard(form))
        return "记下了" if reached else "记下了，换个时间再打"

    return await do_once(db, form, f"{HOME}/visits", run)


def _heard(form: Sent) -> Heard:
    try:
        how = How(form.text("how"))
    except ValueError as error:
        raise Invalid("选一下怎么问到的") from error
    if how is How.MISSED:
        return Heard(how, words=form.text("heard"))
    scores = [form.number(name, "态度、质量、扫尾各选 1 到 5 分")
              for name in ("attitude", "quality", "finishing")]  # fmt: skip
    return Heard(how, scores[0], scores[1], scores[2], form.text("heard"))
