"""「报修单」: one queue of all orders, with search, saved filters, bulk actions and export."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin.routing import route

from app.campus import audit
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.places import campus
from app.desk.base import me_of
from app.desk.export import XLSX
from app.kit import clock
from app.kit.errors import CampusError, Invalid
from app.kit.sheets import write
from app.services.repairs import closing, dispatch, follows, sheet
from app.services.repairs.desk_cards import SOURCES, choices, clock_of
from app.services.repairs.desk_find import GROUPS, MARKS, asked, conditions, listed
from app.services.repairs.desk_page import HOME, Page, number
from app.services.repairs.models import Kind, Order, Phrase, Saved, Worker
from app.services.repairs.parts import find
from app.services.repairs.reach import reach
from app.services.repairs.rules import OPEN
from app.services.repairs.work_crew import led_by

PAGE, COUNTED, AT_ONCE, PAGES = 25, 1000, 50, 400
SAVED = 12  # filters of one person
One = Callable[[AsyncSession, Me, Order, FormData], Awaitable[object]]
BULK: Mapping[str, One] = {
    "give": lambda db, me, order, sent: dispatch.offer(
        db, me, order, clock.now(), worker_id=number(sent.get("worker")) or 0
    ),
    "auto": lambda db, me, order, sent: dispatch.dispatch(db, order, clock.now()),
    "back": lambda db, me, order, sent: dispatch.give_back(
        db, me, order, clock.now(), reason=str(sent.get("reason", ""))
    ),
    "confirm": lambda db, me, order, sent: closing.confirm(db, me, order, clock.now()),
    "reject": lambda db, me, order, sent: closing.reject(
        db, me, order, clock.now(), reason=str(sent.get("reason", ""))
    ),
}
DONE = {"give": "派出去", "auto": "让系统派", "back": "收回重派", "confirm": "确认修好",
        "reject": "不受理", "merge": "并成一件"}  # fmt: skip


class Queue(Page):
    menu_label, icon = "报修单", "fa fa-wrench"
    path, route_name = "/repairs/orders", "repairs-orders"

    @route("")
    async def index(self, request: Request) -> Response:
        """Orders that the address asks for, newest first, 25 a page."""
        return await self._list(request)

    @route("/sheet/orders.xlsx", name="repairs-orders-xlsx")
    async def export(self, request: Request) -> Response:
        """All of them as a spreadsheet."""
        db, me = request.state.session, me_of(request)
        wanted = asked(request.query_params)
        rows = await sheet.rows(db, await conditions(db, me, wanted, clock.now()))
        data = await asyncio.to_thread(write, sheet.COLUMNS, rows)
        what = {"rows": len(rows), "filter": wanted.address()}
        audit.record(db, me, "repairs.export", audit.thing("repairs_orders", "*"), after=what)
        headers = {"content-disposition": 'attachment; filename="repairs.xlsx"'}
        return Response(data, media_type=XLSX, headers=headers)

    @route("/do", methods=["POST"], name="repairs-orders-do")
    async def do(self, request: Request) -> Response:
        """One deed to all that are ticked; what cannot be done is said, the rest is done."""
        db, me = request.state.session, me_of(request)
        sent = await request.form(max_files=0, max_fields=200)
        verb = str(sent.get("verb", ""))
        numbers = [str(one) for one in sent.getlist("number")][:AT_ONCE]
        if verb not in DONE or not numbers:
            return await self._list(request, error="先勾上要办的单，再选办什么")
        done, refused = await _each(db, me, verb, numbers, sent)
        audit.record(db, me, f"repairs.bulk_{verb}", audit.thing("repairs_orders", "*"),
                     after={"numbers": done})  # fmt: skip
        said = f"{len(done)} 单{DONE[verb]}了" if done else ""
        return await self._list(request, said=said, error="；".join(refused[:8]))

    @route("/save", methods=["POST"], name="repairs-orders-save")
    async def save(self, request: Request) -> Response:
        """Keep the filter of the address under a name, or drop one."""
        db, me = request.state.session, me_of(request)
        sent = await request.form(max_files=0, max_fields=20)
        name, wanted = str(sent.get("name", "")).strip()[:20], asked(request.query_params)
        if name and sent.get("verb") == "drop":
            theirs = delete(Saved).where(Saved.person_id == me.person_id, Saved.name == name)
            await db.execute(theirs)
        elif not name or not wanted.address():
            return await self._list(request, error="先筛一筛，再给它起个名字")
        else:
            values = {"person_id": me.person_id, "name": name, "query": wanted.address()}
            new = insert(Saved).values(**values)
            kept = new.on_conflict_do_update(
                index_elements=["person_id", "name"], set_={"query": values["query"]}
            )
            await db.execute(kept)
        return RedirectResponse(f"{HOME}/orders?{wanted.address()}", 303)

    async def _list(self, request: Request, said: str = "", error: str = "") -> Response:
        db, me, now = request.state.session, me_of(request), clock.now()
        wanted = asked(request.query_params)
        page = min(number(request.query_params.get("page")) or 1, PAGES)
        found = await conditions(db, me, wanted, now)
        some = select(Order.id).where(*found).limit(COUNTED + 1).subquery()
        total = await db.scalar(select(func.count()).select_from(some)) or 0
        rows = await db.execute(listed(found).offset((page - 1) * PAGE).limit(PAGE + 1))
        shown = [(row, clock_of(row[0], now) if row[0].state in OPEN else None) for row in rows]
        return self.show(
            request, "queue.html", rows=shown[:PAGE], more=len(shown) > PAGE, page=page,
            total=total, counted=COUNTED, wanted=wanted, query=wanted.address(), said=said,
            error=error, groups=GROUPS, marks=MARKS, sources=SOURCES,
            **await offered(db, me), **await choices(db),
        )  # fmt: skip


async def _each(
    db: AsyncSession, me: Me, verb: str, numbers: list[str], sent: FormData
) -> tuple[list[str], list[str]]:
    """The numbers for which it was done, and a sentence for each other one."""
    if verb == "merge":
        return await _merge(db, me, numbers)
    done, refused = [], []
    for one in numbers:
        try:
            async with db.begin_nested():
                order = await find(db, me, one)
                if not await db.scalar(select(Order.id).where(Order.id == order.id, reach(me))):
                    raise Invalid("不归你派")
                await BULK[verb](db, me, order, sent)
            done.append(one)
        except CampusError as refusal:
            refused.append(f"{one}：{refusal}")
    return done, refused


async def _merge(db: AsyncSession, me: Me, numbers: list[str]) -> tuple[list[str], list[str]]:
    """All into the oldest of them."""
    try:
        async with db.begin_nested():
            orders = sorted([await find(db, me, one) for one in numbers], key=lambda o: o.id)
            await follows.merge(db, me, orders[0], orders[1:], clock.now())
    except CampusError as refusal:
        return [], [str(refusal)]
    return numbers, []


async def offered(db: AsyncSession, me: Me) -> dict[str, Any]:
    """What the selects of the list offer, and the filters that were saved."""
    kinds = await db.execute(select(Kind.id, Kind.name).order_by(Kind.position, Kind.id))
    workers = await db.execute(
        select(Worker.person_id, Person.name).join(Person, Person.id == Worker.person_id)
        .where(Worker.gone_at.is_(None), led_by(me)).order_by(Person.name)
    )  # fmt: skip
    saved = await db.scalars(
        select(Saved).where(Saved.person_id == me.person_id).order_by(Saved.id).limit(SAVED)
    )
    phrases = await db.scalars(select(Phrase).order_by(Phrase.position, Phrase.id).limit(60))
    return {
        "kinds": [tuple(row) for row in kinds], "workers": [tuple(row) for row in workers],
        "saved": list(saved), "phrases": list(phrases),
        "houses": [(house.id, house.name) for house in (await campus.within(db)).houses],
    }  # fmt: skip
