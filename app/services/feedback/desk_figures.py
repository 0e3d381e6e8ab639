"""「来信数字」: a period by unit and kind, what was not answered; and the dashboard's figures."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus import audit
from app.desk.base import me_of
from app.desk.export import XLSX
from app.desk.figures import Figure, Shown, Todo
from app.kit import clock
from app.kit.clock import SHANGHAI
from app.kit.sheets import Column, write
from app.services.feedback import public
from app.services.feedback.desk_find import Filter, asked, conditions, day, listed, midnight
from app.services.feedback.desk_page import Page, say_share
from app.services.feedback.links import DESK
from app.services.feedback.models import IS_OPEN, Case
from app.services.feedback.parts import at_desk
from app.services.feedback.public import Count
from app.services.feedback.words import KINDS, about, say_due, say_minutes

SPAN, LISTED, TODOS = 30, 50, 3
SHEET = tuple(Column(title, name) for name, title in {
    "by": "按什么", "name": "是哪个", "received": "收到", "answered": "答复", "late": "超时没答",
    "rate": "答复率（%）", "punctual": "按时率（%）", "minutes": "一半在多久内答（分）",
    "reopened": "重办", "rated": "评了", "stars": "平均几星",
}.items())  # fmt: skip


class Numbers(Page):
    menu_label, icon = "来信数字", "fa fa-chart-simple"
    path, route_name = "/feedback/figures", "feedback-figures"

    @route("")
    async def index(self, request: Request) -> Response:
        """A period, the last 30 days unless the address says otherwise."""
        db, me, now = request.state.session, me_of(request), clock.now()
        wanted = _wanted(request, now)
        open = conditions(me, _named(wanted, state="open"), now)
        unanswered = await db.execute(listed(open).limit(LISTED))
        return self.show(
            request, "figures.html", wanted=wanted, query=wanted.address(),
            all=await public.count(db, *_span(wanted, now), now, limits=[at_desk(me)]),
            tables=await _tables(db, request, wanted, now), unanswered=list(unanswered),
            names={"unit": {}, "kind": KINDS}, presets=_presets(now),
        )  # fmt: skip

    @route("/figures.xlsx", name="feedback-figures-xlsx")
    async def export(self, request: Request) -> Response:
        """The tables of the page as a spreadsheet."""
        db, me, now = request.state.session, me_of(request), clock.now()
        wanted = _wanted(request, now)
        tables = await _tables(db, request, wanted, now)
        rows = [_row(title, one) for _, title, counts in tables for one in counts]
        data = await asyncio.to_thread(write, SHEET, rows)
        audit.record(db, me, "feedback.export_figures", audit.thing("feedback_cases", "*"))
        headers = {"content-disposition": 'attachment; filename="feedback-figures.xlsx"'}
        return Response(data, media_type=XLSX, headers=headers)


def _wanted(request: Request, now: datetime) -> Filter:
    """The period of the address: both of its days, the last 30 where one is missing."""
    found = asked(request.query_params)
    until = day(found.until) or now.astimezone(SHANGHAI).date()
    since = day(found.since) or until - timedelta(days=SPAN - 1)
    return Filter(since=str(min(since, until)), until=str(until))


def _named(wanted: Filter, **other: str) -> Filter:
    return Filter(since=wanted.since, until=wanted.until, **other)


def _span(wanted: Filter, now: datetime) -> tuple[datetime, datetime]:
    until = day(wanted.until) or now.date()
    return midnight(day(wanted.since) or until), midnight(until) + timedelta(days=1)


async def _tables(
    db: AsyncSession, request: Request, wanted: Filter, now: datetime
) -> list[tuple[str, str, list[Count]]]:
    """(column, title, counts)."""
    first, end = _span(wanted, now)
    limits = [at_desk(me_of(request))]
    columns = (("unit", "单位", Case.unit), ("kind", "类别", Case.kind))
    return [
        (name, title, await public.count_by(db, column, first, end, now, limits=limits))
        for name, title, column in columns
    ]


def _presets(now: datetime) -> list[tuple[str, str]]:
    today = now.astimezone(SHANGHAI).date()
    first = today.replace(day=1)
    last = first - timedelta(days=1)
    spans = (("这个月", first, today), ("上个月", last.replace(day=1), last),
             ("今年", today.replace(month=1, day=1), today))  # fmt: skip
    return [(name, f"since={since}&until={until}") for name, since, until in spans]


def _row(by: str, one: Count) -> dict[str, object]:
    def said(value: float | None) -> object:
        return "" if value is None else round(value, 1)

    return {
        "by": by, "name": KINDS.get(one.name, one.name), "received": one.received,
        "answered": one.answered, "late": one.late, "rate": said(one.rate),
        "punctual": said(one.punctual), "minutes": said(one.minutes), "reopened": one.reopened,
        "rated": one.rated, "stars": said(one.stars),
    }  # fmt: skip


async def figures(db: AsyncSession, now: datetime) -> Sequence[Shown]:
    """What stands on the desk's dashboard: what waits, how it went, and what is late."""
    month = await public.count(db, now - timedelta(days=SPAN), now + timedelta(seconds=1), now)
    waiting = await db.scalar(select(func.count()).where(IS_OPEN)) or 0
    late = select(Case).where(IS_OPEN, Case.due_at < now).order_by(Case.due_at).limit(TODOS)
    return [
        Figure("来信没答的", str(waiting), f"{month.late} 件超时" if month.late else "都在时限里",
               bad=month.late > 0),
        Figure("来信按时答", say_share(month.punctual),
               f"近 {SPAN} 天收到 {month.received} 件，一半在 {say_minutes(month.minutes)}内答"),
        *[Todo(f"{case.unit}：{about(case.subject, case.words)}", say_due(case.due_at, now),
               f"{DESK}/cases/{case.id}", "催一下", urgent=True)
          for case in await db.scalars(late)],
    ]  # fmt: skip
