"""Door codes to print: choose a building and floors, get sheets as PDF."""

import asyncio
from typing import Any
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import CustomView
from starlette_admin.routing import route

from app.campus import audit
from app.campus.permission.rules import Action
from app.campus.places import Building, campus
from app.campus.places.doors import places_of
from app.campus.places.signs import PER_SHEET, sheets_pdf
from app.desk.base import me_of
from app.kit.errors import CampusError, Invalid, NotFound


class CodesView(CustomView):
    """The page where the codes of a building are printed."""

    menu_label, icon, path, route_name = "打印门牌码", "fa fa-qrcode", "/codes", "codes"

    def __init__(self, may: Action) -> None:
        self.may = may
        super().__init__()

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may(self.may)

    @route("")
    async def index(self, request: Request) -> Response:
        return await self._page(request)

    @route("/print.pdf", name="codes-print")
    async def sheets(self, request: Request) -> Response:
        try:
            return await self._pdf(request)
        except CampusError as refusal:
            return await self._page(request, str(refusal), refusal.status)

    async def _pdf(self, request: Request) -> Response:
        db: AsyncSession = request.state.session
        first, last = _floor(request, "first"), _floor(request, "last")
        id = request.query_params.get("building", "")
        building = await db.get(Building, int(id)) if id.isascii() and id.isdecimal() else None
        if building is None:
            raise NotFound("选一栋楼")
        if first is not None and last is not None and first > last:
            raise Invalid("「到」的楼层比「从」低")
        places = await places_of(db, building, first, last)
        if not places:
            raise NotFound("这几层没有房间")
        state = request.app.state
        hotline = " ".join(state.hotlines[0]) if state.hotlines else ""
        base_url = state.settings.public_url
        data = await asyncio.to_thread(sheets_pdf, places, base_url, hotline)
        what = {"张": -(-len(places) // PER_SHEET), "码": len(places)}
        audit.record(
            db, me_of(request), "places.print", audit.thing("building", building.id), after=what
        )
        name = quote(f"门牌码-{building.name}.pdf")
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(data, media_type="application/pdf", headers=headers)

    async def _page(self, request: Request, wrong: str = "", code: int = 200) -> Response:
        assert self._admin is not None  # noqa: S101 - mounted before it is asked
        context: dict[str, Any] = {
            "title": self.menu_label, "wrong": wrong, "chosen": dict(request.query_params),
            "houses": (await campus.within(request.state.session)).houses,
        }  # fmt: skip
        return self._admin._template_response(
            request=request, name="codes.html", context=context, status_code=code
        )


def _floor(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "").strip()
    try:
        return int(text) if text else None
    except ValueError:
        raise Invalid("楼层写数字，像 3") from None
