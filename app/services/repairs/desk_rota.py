"""「排班」: a week of shifts, and leave to decide on."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus.calendar import calendar
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.desk.base import me_of
from app.desk.fields import hour
from app.kit import clock
from app.kit.errors import Invalid
from app.services.repairs import desk_shifts, shifts
from app.services.repairs.desk_deeds import words
from app.services.repairs.desk_find import day as read_day
from app.services.repairs.desk_page import HOME, Page, number
from app.services.repairs.models import Leave, Shift, Worker
from app.services.repairs.rules import Answer
from app.services.repairs.shifts import say_span
from app.services.repairs.work_crew import led_by


class Rota(Page):
    menu_label, icon = "排班", "fa fa-calendar-days"
    path, route_name = "/repairs/rota", "repairs-rota"

    @route("", methods=["GET", "POST"])
    async def index(self, request: Request) -> Response:
        """The week of `week`, a row for each worker; forms add, copy, drop and decide."""
        if request.method == "GET":
            return await self._week(request)

        async def again(code: int, sentence: str) -> Response:
            return await self._week(request, code, sentence)

        return await self.once_only(request, _change, again)

    async def _week(self, request: Request, code: int = 200, error: str = "") -> Response:
        db, me, now = request.state.session, me_of(request), clock.now()
        asked = read_day(request.query_params.get("week", "")) or now.date()
        first = desk_shifts.monday(asked)
        days = [first + timedelta(days=n) for n in range(7)]
        crew = await _crew(db, me)
        works = await calendar.within(db)
        return self.show(
            request, "rota.html", code, error=error, said=request.query_params.get("did", "")[:80],
            days=[(day, works.day(day).name) for day in days], today=now.date(), crew=crew,
            cells=await _cells(db, [w.person_id for w, _ in crew], first), first=first,
            before=first - timedelta(days=7), after=first + timedelta(days=7),
            asked=await _asked(db, [w.person_id for w, _ in crew]), say_span=say_span,
        )  # fmt: skip


async def _crew(db: AsyncSession, me: Me) -> list[tuple[Worker, str]]:
    query = select(Worker, Person.name).join(Person, Person.id == Worker.person_id)
    here = query.where(Worker.gone_at.is_(None), Person.gone_at.is_(None), led_by(me))
    rows = await db.execute(here.order_by(Worker.team, Person.name))
    return [(worker, name) for worker, name in rows]


async def _cells(
    db: AsyncSession, people: Sequence[int], first: date
) -> dict[tuple[int, date], list[tuple[str, int, str]]]:
    """By worker and day: ("shift", id, 「8:00–17:00」) and ("leave", id, 「请假」)."""
    start = desk_shifts.begins(first)
    end = start + desk_shifts.WEEK
    on = select(Shift).where(
        Shift.person_id.in_(people), Shift.starts_at >= start, Shift.starts_at < end
    )
    away = select(Leave).where(
        Leave.person_id.in_(people), Leave.state == Answer.GRANTED, Leave.starts_at < end,
        Leave.ends_at > start,
    )  # fmt: skip
    found: dict[tuple[int, date], list[tuple[str, int, str]]] = {}
    for s in await db.scalars(on.order_by(Shift.starts_at)):
        at = (s.person_id, s.starts_at.astimezone(clock.SHANGHAI).date())
        said = f"{_time(s.starts_at)}–{_time(s.ends_at)}"
        found.setdefault(at, []).append(("shift", s.id, said))
    for leave in await db.scalars(away):
        for n in range(7):
            day = first + timedelta(days=n)
            over = leave.starts_at < desk_shifts.begins(day) + timedelta(days=1)
            if over and leave.ends_at > desk_shifts.begins(day):
                said = leave.reason[:8] or "请假"
                found.setdefault((leave.person_id, day), []).append(("leave", leave.id, said))
    return found


async def _asked(db: AsyncSession, people: Sequence[int]) -> list[Any]:
    query = (
        select(Leave, Person.name).join(Person, Person.id == Leave.person_id)
        .where(Leave.state == Answer.ASKED, Leave.person_id.in_(people)).order_by(Leave.starts_at)
    )  # fmt: skip
    return [tuple(row) for row in await db.execute(query)]


async def _change(db: AsyncSession, me: Me, sent: FormData) -> str:
    verb, week = words(sent, "verb"), read_day(words(sent, "week")) or clock.now().date()
    said = await _do(db, me, sent, verb, desk_shifts.monday(week))
    return f"{HOME}/rota?week={desk_shifts.monday(week)}&did={said}"


async def _do(db: AsyncSession, me: Me, sent: FormData, verb: str, week: date) -> str:
    if verb == "add":
        people = [p for one in sent.getlist("person") if (p := number(one))]
        days = [day for one in sent.getlist("day") if (day := read_day(str(one)))][:7]
        starts, ends = _at(sent, "starts"), _at(sent, "ends")
        made = await desk_shifts.add(db, me, people, days, starts=starts, ends=ends)
    elif verb == "copy":
        made = await desk_shifts.copy(db, me, [w.person_id for w, _ in await _crew(db, me)], week)
    elif verb == "drop":
        await desk_shifts.drop(db, me, number(sent.get("shift")) or 0)
        return "去掉了"
    elif verb in ("grant", "refuse"):
        leave = number(sent.get("leave")) or 0
        held = await shifts.decide_leave(db, me, leave, clock.now(), granted=verb == "grant")
        return f"准了，他手上还有 {held} 单要换人" if held and verb == "grant" else "批好了"
    else:
        raise Invalid("没有这个按钮，刷新一下")
    return f"排了 {made[0]} 个班" + (f"，{made[1]} 个和原来的重了，没动" if made[1] else "")


def _at(sent: FormData, name: str) -> time:
    try:
        return hour(words(sent, name))
    except ValueError as wrong:
        raise Invalid(str(wrong)) from None


def _time(at: datetime) -> str:
    there = at.astimezone(clock.SHANGHAI)
    return f"{there.hour}:{there:%M}"
