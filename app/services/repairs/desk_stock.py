"""「材料」: what lies in stock, what came in and what went where."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus import audit
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.desk.base import me_of
from app.desk.export import XLSX
from app.desk.fields import yuan
from app.kit import clock
from app.kit.errors import Forbidden, Invalid
from app.kit.sheets import Column, write
from app.services.repairs import stock
from app.services.repairs.desk_deeds import words
from app.services.repairs.desk_page import HOME, Page
from app.services.repairs.models import Order, Stock, StockMove
from app.services.repairs.reach import SETUP

MOVES, MOST = 40, 100_000
COLUMNS = tuple(Column(title, name) for name, title in {
    "name": "材料", "unit": "单位", "quantity": "现有", "low": "低于", "yuan": "单价（元）",
}.items())  # fmt: skip


class Shelves(Page):
    menu_label, icon = "材料", "fa fa-box"
    path, route_name = "/repairs/stock", "repairs-stock"

    @route("", methods=["GET", "POST"])
    async def index(self, request: Request) -> Response:
        """Everything in stock, the scarce first; a form takes in and counts anew."""
        if request.method == "GET":
            return await self._list(request)

        async def again(code: int, sentence: str) -> Response:
            return await self._list(request, code, sentence)

        return await self.once_only(request, _receive, again)

    @route("/stock.xlsx", name="repairs-stock-xlsx")
    async def export(self, request: Request) -> Response:
        """What there is, as a spreadsheet."""
        db, me = request.state.session, me_of(request)
        rows = [
            {"name": s.name, "unit": s.unit, "quantity": s.quantity, "low": s.low,
             "yuan": yuan(s.fen)}
            for s in await db.scalars(select(Stock).order_by(Stock.name))
        ]  # fmt: skip
        data = await asyncio.to_thread(write, COLUMNS, rows)
        audit.record(db, me, "repairs.export_stock", audit.thing("repairs_stock", "*"))
        headers = {"content-disposition": 'attachment; filename="stock.xlsx"'}
        return Response(data, media_type=XLSX, headers=headers)

    async def _list(self, request: Request, code: int = 200, error: str = "") -> Response:
        db: AsyncSession = request.state.session
        moves = (
            select(StockMove, Stock.name, Stock.unit, Order.number, Person.name)
            .join(Stock, Stock.id == StockMove.stock_id)
            .outerjoin(Order, Order.id == StockMove.order_id)
            .outerjoin(Person, Person.id == StockMove.by_id)
            .order_by(StockMove.id.desc()).limit(MOVES)
        )  # fmt: skip
        scarce = (Stock.quantity <= Stock.low).desc()
        return self.show(
            request, "stock.html", code, error=error, said=request.query_params.get("did", "")[:60],
            items=list(await db.scalars(select(Stock).order_by(scarce, Stock.name))),
            moves=[tuple(row) for row in await db.execute(moves)], may=me_of(request).may(SETUP),
        )  # fmt: skip


async def _receive(db: AsyncSession, me: Me, sent: FormData) -> str:
    if not me.may(SETUP):
        raise Forbidden("进货和盘点找运营同事记")
    change = words(sent, "change").replace("＋", "+").replace("－", "-")
    if not change.lstrip("+-").isdecimal() or not 0 < abs(int(change)) < MOST:
        raise Invalid("写进了几个，盘少了写 -2 这样")
    if int(change) < 0 and not words(sent, "why"):
        raise Invalid("减库存要写一句为什么")
    item, why = int(words(sent, "item") or 0), words(sent, "why")[:60]
    left = await stock.receive(db, me, item, clock.now(), change=int(change), why=why or "进货")
    what = {"change": int(change), "left": left, "why": why}
    audit.record(db, me, "repairs.stock", audit.thing("repairs_stock", item), after=what)
    return f"{HOME}/stock"
