"""「派单」: the board, where a card is dragged or tapped onto whoever takes it; and the map."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin.routing import route

from app.campus.people.me import Me
from app.desk.base import me_of
from app.desk.today import midnight
from app.kit import clock
from app.kit.errors import CampusError, Invalid
from app.services.repairs import desk_map, dispatch, follows
from app.services.repairs.desk_cards import Column, choices, columns, loads
from app.services.repairs.desk_page import HOME, Page, number
from app.services.repairs.models import IS_OPEN, Kind, Order
from app.services.repairs.parts import find
from app.services.repairs.reach import reach

FRAGMENT = "x-board"  # the header of what the page's own script asks for


class Board(Page):
    menu_label, icon = "派单", "fa fa-table-columns"
    path, route_name = "/repairs/board", "repairs-board"

    @route("")
    async def index(self, request: Request) -> Response:
        """The board; to the page's own script the part that changes."""
        return await self._board(request)

    @route("/give", methods=["POST"], name="repairs-board-give")
    async def give(self, request: Request) -> Response:
        """A card was put on a worker: `number`, `worker`, and `had`, who had it on the page."""
        return await self._do(request, _give)

    @route("/merge", methods=["POST"], name="repairs-board-merge")
    async def merge(self, request: Request) -> Response:
        """A card was put on another one of the same place and kind: `number` into `into`."""
        return await self._do(request, _merge)

    @route("/map", name="repairs-board-map")
    async def map(self, request: Request) -> Response:
        """Buildings, coloured by what is open there."""
        db, now = request.state.session, clock.now()
        late = func.count().filter(Order.due_at < now, Order.stopped_at.is_(None))
        query = (
            select(Order.building_id, func.count(), late)
            .join(Kind, Kind.id == Order.kind_id)
            .where(IS_OPEN, reach(me_of(request)))
            .group_by(Order.building_id)
        )
        rows = {id: (count, bad) for id, count, bad in await db.execute(query)}
        counts = {id: count for id, (count, _) in rows.items()}
        places = await desk_map.spots(db)
        return self.show(
            request, "map.html", plans=desk_map.plans(places), counts=counts,
            late={id: bad for id, (_, bad) in rows.items()}, shades=desk_map.shades(counts),
            most=sorted(((n, s) for s in places if (n := counts.get(s.id, 0))),
                        key=lambda pair: -pair[0])[:10],
            link=f"{HOME}/orders?state=open&building=",
        )  # fmt: skip

    async def _do(self, request: Request, deed: Any) -> Response:
        sent = await request.form(max_files=0, max_fields=20)
        db, me = request.state.session, me_of(request)
        script = FRAGMENT in request.headers
        said, error = "", ""
        try:
            async with db.begin_nested():
                said = await deed(db, me, sent)
        except CampusError as refusal:
            error = str(refusal)
        if script or error:
            return await self._board(request, said=said, error=error)
        return RedirectResponse(f"{HOME}/board", 303)

    async def _board(self, request: Request, said: str = "", error: str = "") -> Response:
        db, me, now = request.state.session, me_of(request), clock.now()
        asked = request.query_params
        trade, area = asked.get("trade", "")[:40], number(asked.get("area"))
        found = await columns(db, me, now, trade=trade, area=area, whole=asked.get("all", ""))
        crew = await loads(db, me, now, trade=trade, area=area)
        name = "cards.html" if FRAGMENT in request.headers else "board.html"
        return self.show(
            request, name, columns=found, said=said, error=error, trade=trade, area=area,
            crew=crew, on=sum(one.on and not one.away for one in crew), query=request.url.query,
            **await choices(db), **await _sums(db, me, found),
        )  # fmt: skip


async def _give(db: AsyncSession, me: Me, sent: FormData) -> str:
    order = await find(db, me, str(sent.get("number", "")))
    if (worker := number(sent.get("worker"))) is None:
        raise Invalid("选一位师傅")
    had = number(sent.get("had"))
    moved = await dispatch.offer(db, me, order, clock.now(), worker_id=worker, had=had)
    return f"{moved.number} 派出去了，10 分钟内没接会换人"


async def _merge(db: AsyncSession, me: Me, sent: FormData) -> str:
    into = await find(db, me, str(sent.get("into", "")))
    other = await find(db, me, str(sent.get("number", "")))
    await follows.merge(db, me, into, [other], clock.now())
    return f"{other.number} 并到 {into.number} 了，报修的人都知道"


async def _sums(db: AsyncSession, me: Me, found: list[Column]) -> dict[str, int]:
    """How many are open, late, and mended today."""
    now = clock.now()
    late = select(func.count()).where(
        IS_OPEN, reach(me), Order.due_at < now, Order.stopped_at.is_(None)
    )
    done = select(func.count()).where(Order.done_at >= midnight(now), reach(me))
    return {
        "open": sum(column.total for column in found),
        "late": await db.scalar(late) or 0, "done": await db.scalar(done) or 0,
    }  # fmt: skip
