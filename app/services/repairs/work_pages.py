"""The pages of who mends, dispatches, keeps and watches, at `/h5/repairs/work`."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from app.campus.people.me import Me, needs
from app.campus.permission import Role
from app.campus.uploads import address
from app.campus.uploads.pages import Size
from app.kit import clock
from app.kit.db import Db
from app.kit.errors import NotFound
from app.kit.pages import redirect, render
from app.services.repairs import (
    shown_words,
    work_lists,
    work_pages_figures,
    work_pages_keeper,
    work_pages_lead,
    work_pages_rota,
    work_pages_sweeps,
    work_pages_visits,
)
from app.services.repairs.reach import HOME, LEAD, MEND, WORK, ways
from app.services.repairs.rules import Wait
from app.services.repairs.words import WAITS
from app.services.repairs.work_lead_acts import EVERY
from app.services.repairs.work_sent import Form, do_once
from app.services.repairs.work_shown import find, look

AWAY = ("back", "hand")  # after these the order is somebody else's
pages = APIRouter(prefix="/work")
Number = Annotated[str, Path(max_length=20)]
Worker = Annotated[Me, Depends(needs(MEND))]
Staff = Annotated[Me, Depends(needs(WORK))]


@pages.get("")
async def index(request: Request, db: Db, me: Staff, by: str = "time") -> Response:
    """One's own orders; who has another part begins with their own page."""
    if not me.may_somewhere(MEND) or me.has(Role.ADMINISTRATOR):
        return redirect(request, f"{HOME}/{_first(me)}")
    now = clock.now()
    lines = await work_lists.lines(db, work_lists.mine(me), now)
    free = await work_lists.to_grab(db, me)
    grab = len(await work_lists.lines(db, free, now)) if free is not None else 0
    return render(
        request, "repairs/work/index.html", me=me, ways=ways(me), lines=lines, grab=grab, by=by,
        groups=work_lists.by_place(lines),
    )  # fmt: skip


def _first(me: Me) -> str:
    if me.may_somewhere(LEAD):
        return "queue"
    return "keeper" if me.has(Role.KEEPER) else "watch"


@pages.get("/grab")
async def grab(request: Request, db: Db, me: Worker) -> Response:
    """What one may take, first come first served."""
    free = await work_lists.to_grab(db, me)
    lines = await work_lists.lines(db, free, clock.now()) if free is not None else []
    return render(request, "repairs/work/grab.html", me=me, ways=ways(me), lines=lines)


pages.include_router(work_pages_lead.pages)
pages.include_router(work_pages_keeper.pages)
pages.include_router(work_pages_sweeps.pages)
pages.include_router(work_pages_rota.pages)
pages.include_router(work_pages_visits.pages)
pages.include_router(work_pages_figures.pages)


@pages.get("/{number}")
async def one(
    *, request: Request, db: Db, me: Staff, number: Number, open: str = "", code: str = ""
) -> Response:
    """An order. `open`: the form that stands open; `code` of the door that was scanned."""
    order, mine = await find(db, me, number)
    if not mine:
        return redirect(request, f"/h5/repairs/{order.number}")
    now = clock.now()
    page = await look(db, me, order, now)
    return render(
        request, "repairs/work/order.html", sdk=True, me=me, page=page, seen=page.seen,
        order=page.order, open=open, door=code[:40],
        waits=[(why, WAITS[why]) for why in Wait if why is not Wait.PROMISE],
        photo=lambda id, size: address(request, me, id, Size(size)), words=shown_words,
        times=_times(now),
    )  # fmt: skip


def _times(now: datetime) -> dict[str, str]:
    """What fields of date and time begin with."""
    morning = now.replace(hour=9, minute=0)
    later = {
        "now": now, "hour_ago": now - timedelta(hours=1), "tomorrow": morning + timedelta(days=1),
        "later": morning + timedelta(days=2), "week": morning + timedelta(days=7),
    }  # fmt: skip
    return {name: f"{at:%Y-%m-%dT%H:%M}" for name, at in later.items()}


@pages.post("/{number}/{name}")
async def act(db: Db, me: Staff, form: Form, number: Number, name: str) -> Response:
    """Do what the form `name` is for, once, and come back to the order."""
    if name not in EVERY:
        raise NotFound("没有这一步，刷新一下再看")

    async def run() -> str:
        order, _ = await find(db, me, number)
        return await EVERY[name](db, form, order)

    return await do_once(db, form, HOME if name in AWAY else f"{HOME}/{number}", run)
