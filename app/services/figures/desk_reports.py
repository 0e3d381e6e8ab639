"""Reports at the desk: which there are, made anew on request, downloaded."""

from datetime import date
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin.routing import route

from app.campus import audit
from app.campus.people.me import Me
from app.desk.base import me_of
from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.services.figures import reports
from app.services.figures.access import SEE
from app.services.figures.desk_base import HOME, Page
from app.services.figures.models import Report, Span
from app.services.figures.rules import DAY

SHOWN = 60
HERE = f"{HOME}/reports"


class Reports(Page):
    """Of the whole department, so for who sees all of it."""

    menu_label, icon = "月报和年报", "fa fa-file-pdf"
    path, route_name = "/figures/reports", "figures-reports"

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may(SEE)

    @route("")
    async def index(self, request: Request) -> Response:
        """The newest, and a form for another."""
        db, _ = self._whole(request)
        newest = select(Report).order_by(Report.first.desc(), Report.span).limit(SHOWN)
        found = list(await db.scalars(newest))
        today = clock.now().date()
        return self.show(
            request, "reports.html", found=found, wait=any(_waits(one) for one in found),
            waits=_waits, period_of=lambda one: reports.period_of(one, today),
            month=str(today.replace(day=1) - DAY)[:7], year=today.year, here=HERE,
            error=request.query_params.get("wrong", "") and "这个时间出不了报告，换一个",
        )  # fmt: skip

    @route("/new", methods=["POST"], name="figures-reports-new")
    async def ask(self, request: Request) -> Response:
        """Have one made: a form with `month` (2026-10) or `year` (2026)."""
        db, me = self._whole(request)
        form = await request.form(max_files=0, max_fields=10)
        try:
            span, first = _asked(str(form.get("month", "")), str(form.get("year", "")))
            report = await reports.ask(db, span, first, clock.now())
        except Invalid:
            return RedirectResponse(f"{HERE}?wrong=1", 303)
        audit.record(db, me, "figures.report", audit.thing("figures_reports", report.id),
                     after={"span": str(span), "first": str(first)})  # fmt: skip
        return RedirectResponse(HERE, 303)

    @route("/{id:int}.pdf", name="figures-reports-pdf")
    async def download(self, request: Request) -> Response:
        """The report itself."""
        db, _ = self._whole(request)
        query = select(Report.span, Report.first, Report.pdf)
        row = (await db.execute(query.where(Report.id == request.path_params["id"]))).one_or_none()
        if row is None or row.pdf is None:
            raise NotFound("这份还没出好，等一下再来")
        name = f"后勤数据-{str(row.first)[: 7 if row.span == Span.MONTH else 4]}.pdf"
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return Response(row.pdf, media_type="application/pdf", headers=headers)

    def _whole(self, request: Request) -> tuple[AsyncSession, Me]:
        me = me_of(request)
        me.must(SEE)
        return request.state.session, me


def _waits(one: Report) -> bool:
    return one.made_at is None or one.made_at < one.asked_at


def _asked(month: str, year: str) -> tuple[Span, date]:
    """Raises Invalid."""
    span, text = (Span.MONTH, f"{month}-01") if month else (Span.YEAR, f"{year}-01-01")
    try:
        first = date.fromisoformat(text)
    except ValueError:
        raise Invalid("写成 2026-10 这样") from None
    if not 2000 <= first.year <= 2100:
        raise Invalid("写成 2026-10 这样")
    return span, first
