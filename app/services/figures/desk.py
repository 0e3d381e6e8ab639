"""Figures at the desk: an overview, a page for each topic, and the rows behind every number."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus import audit
from app.campus.figures import Measure
from app.desk.base import me_of
from app.desk.export import XLSX
from app.kit.errors import NotFound
from app.services.figures import sheet
from app.services.figures.access import units_of
from app.services.figures.desk_base import Page, span_of, span_shown, topic_asked, topics_of
from app.services.figures.rows import asked_rows, rows
from app.services.figures.view import measures_of, overview, topic


class Overview(Page):
    menu_label, icon = "总览", "fa fa-chart-pie"
    path, route_name = "/figures", "figures"

    @route("")
    async def index(self, request: Request) -> Response:
        """What stands first of every topic; this month unless the address says otherwise."""
        db, (period, how) = request.state.session, span_of(request)
        units = units_of(me_of(request))
        found = await overview(db, topics_of(request), period, how=how, units=units)
        return self.show(
            request, "overview.html", found=found, units=units, here="", whole=units is None,
            **span_shown(period, how),
        )  # fmt: skip

    @route("/of/{topic}", name="figures-topic")
    async def one(self, request: Request) -> Response:
        """All numbers of a topic, with pictures, by unit and by part."""
        db, (period, how) = request.state.session, span_of(request)
        units = units_of(me_of(request))
        name = topic_asked(request)
        found = await topic(db, name, topics_of(request), period, how=how, units=units)
        return self.show(
            request, "topic.html", topic=found, units=units, here=name, whole=units is None,
            **span_shown(period, how),
        )  # fmt: skip

    @route("/sheet/{topic}", name="figures-sheet")
    async def export(self, request: Request) -> Response:
        """The topic's numbers as a spreadsheet."""
        db, me, (period, how) = request.state.session, me_of(request), span_of(request)
        name = topic_asked(request)
        lines = await sheet.lines(
            db, topics_of(request)[name][1], period, how=how, units=units_of(me)
        )
        data = await asyncio.to_thread(sheet.write, lines)
        audit.record(db, me, "figures.export", audit.thing("figures", name))
        headers = {"content-disposition": f'attachment; filename="figures-{name}.xlsx"'}
        return Response(data, media_type=XLSX, headers=headers)

    @route("/rows/{measure}", name="figures-rows")
    async def behind(self, request: Request) -> Response:
        """The rows that a number was counted of, newest first, a month of them at a time."""
        measure = _measure(request)
        wanted = asked_rows(request.query_params, span_of(request)[0])
        me, db = me_of(request), request.state.session
        found, more = await rows(db, measure, wanted, units_of(me))
        kept: dict[str, Any] = {"unit": wanted.unit, "part": wanted.part}
        kept = {name: word for name, word in kept.items() if word}
        return self.show(
            request, "rows.html", measure=measure, wanted=wanted, found=found,
            topic=topics_of(request)[measure.topic][0], whole=units_of(me) is None,
            older=urlencode({**wanted.older, **kept}) if wanted.older else "",
            more=urlencode({**wanted.span, **kept, **more}) if more else "",
        )  # fmt: skip


def _measure(request: Request) -> Measure:
    """The measure of the address. Raises NotFound."""
    name = str(request.path_params["measure"])
    topic = topics_of(request).get(name.partition(".")[0])
    found = {m.name: m for m in measures_of(topic[1])} if topic else {}
    if name not in found or not found[name].rows:
        raise NotFound("这个数后面没有明细可看")
    return found[name]
