"""「检查结果」: places in a period with the worst first, how it goes, and export."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus import audit, units
from app.desk.base import me_of
from app.desk.export import XLSX
from app.kit import clock
from app.kit.sheets import Column, write
from app.services.checks import reach, results
from app.services.checks.desk_page import Page, address, number, span
from app.services.checks.desk_visits import offered
from app.services.checks.models import List, Place, Visit
from app.services.checks.picture import draw
from app.services.checks.rules import Kind
from app.services.checks.words import KINDS

WIDTH, HEIGHT = 1080, 240
SHEET = tuple(Column(title, name) for name, title in {
    "name": "哪里", "kind": "类别", "unit": "单位", "contractor": "外包", "done": "查了几次",
    "missed": "没查几次", "score": "平均分", "faults": "问题", "open": "没改好", "late": "过期",
}.items())  # fmt: skip


class Results(Page):
    menu_label, icon = "检查结果", "fa fa-chart-line"
    path, route_name = "/checks/results", "checks-results"

    @route("")
    async def index(self, request: Request) -> Response:
        """The last 90 days, or what the address says; by kind, unit, list or place."""
        db, me, now = request.state.session, me_of(request), clock.now()
        (first, last), asked, where = span(request), _asked(request), _where(request)
        found = await results.places(db, where, first, last, now)
        length = last - first + timedelta(days=1)
        earlier = await results.places(db, where, first - length, first - timedelta(days=1), now)
        steps = await results.trend(db, where, first, last)
        return self.show(
            request, "results.html", first=first, last=last, asked=asked, places_found=found,
            before={one.id: one.score for one in earlier}, picture=draw(steps, WIDTH, HEIGHT),
            query=address(since=first, until=last, **asked), kinds=KINDS,
            units=await units.names(db), **await offered(db, me),
        )  # fmt: skip

    @route("/sheet/results.xlsx", name="checks-results-xlsx")
    async def export(self, request: Request) -> Response:
        """The table as a spreadsheet."""
        db, me = request.state.session, me_of(request)
        found = await results.places(db, _where(request), *span(request), clock.now())
        rows = [{n.name: _cell(one, n.name) for n in SHEET} for one in found]
        data = await asyncio.to_thread(write, SHEET, rows)
        audit.record(db, me, "checks.export_results", audit.thing("checks_places", "*"))
        headers = {"content-disposition": 'attachment; filename="checks-results.xlsx"'}
        return Response(data, media_type=XLSX, headers=headers)


def _cell(one: results.Result, name: str) -> Any:
    if name == "score":
        return None if one.score is None else one.score / 100
    return KINDS[Kind(one.kind)] if name == "kind" else getattr(one, name)


def _asked(request: Request) -> dict[str, Any]:
    asked = request.query_params
    kind = asked.get("kind", "")
    return {"kind": kind if kind in set(Kind) else "", "unit": asked.get("unit", "")[:40],
            "list": number(asked.get("list")), "place": number(asked.get("place"))}  # fmt: skip


def _where(request: Request) -> ColumnElement[bool]:
    asked = _asked(request)
    found = reach.heads_at(me_of(request))
    for column, name in ((Place.kind, "kind"), (Place.unit, "unit"), (Visit.list_id, "list"),
                         (Visit.place_id, "place")):  # fmt: skip
        found = found & (column == asked[name]) if asked[name] else found
    return found & List.id.is_not(None)
