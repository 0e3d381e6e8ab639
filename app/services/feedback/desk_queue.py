"""「来信」: one queue of all cases, with filters, bulk deeds and export."""

import asyncio

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus import audit
from app.campus.people.me import Me
from app.campus.units import names
from app.desk.base import me_of
from app.desk.export import XLSX
from app.kit import clock
from app.kit.errors import CampusError
from app.kit.sheets import Column, write
from app.services.feedback import office
from app.services.feedback.desk_find import GROUPS, MARKS, asked, conditions, listed
from app.services.feedback.desk_page import Page, moment, number
from app.services.feedback.models import Case
from app.services.feedback.parts import actor, find, must
from app.services.feedback.rules import OPEN, State, Who
from app.services.feedback.words import CHANNELS, KINDS, STATES

PAGE, COUNTED, AT_ONCE, PAGES, MOST_ROWS = 25, 1000, 50, 400, 20_000
DONE = {"hand": "转出去", "merge": "并成一件"}
SHEET = tuple(Column(title, name) for name, title in {
    "id": "编号", "kind": "类别", "unit": "单位", "state": "进度", "at": "写的时间", "due": "时限",
    "answered": "第一次答复", "on_time": "按时", "owner": "谁答的", "asker": "谁写的",
    "channel": "来路", "box": "信箱编号", "stars": "评分", "reopened": "重办", "words": "内容",
}.items())  # fmt: skip


class Queue(Page):
    menu_label, icon = "来信", "fa fa-comments"
    path, route_name = "/feedback/cases", "feedback-cases"

    @route("")
    async def index(self, request: Request) -> Response:
        """Cases that the address asks for, newest first, 25 a page."""
        return await self._list(request)

    @route("/sheet/cases.xlsx", name="feedback-cases-xlsx")
    async def export(self, request: Request) -> Response:
        """All of them as a spreadsheet."""
        db, me = request.state.session, me_of(request)
        wanted = asked(request.query_params)
        found = conditions(me, wanted, clock.now())
        rows = [_row(*row) for row in await db.execute(listed(found).limit(MOST_ROWS))]
        data = await asyncio.to_thread(write, SHEET, rows)
        what = {"rows": len(rows), "filter": wanted.address()}
        audit.record(db, me, "feedback.export", audit.thing("feedback_cases", "*"), after=what)
        headers = {"content-disposition": 'attachment; filename="feedback.xlsx"'}
        return Response(data, media_type=XLSX, headers=headers)

    @route("/do", methods=["POST"], name="feedback-cases-do")
    async def do(self, request: Request) -> Response:
        """One deed to all that are ticked; what cannot be done is said, the rest is done."""
        db, me = request.state.session, me_of(request)
        form = await request.form(max_files=0, max_fields=200)
        verb = str(form.get("verb", ""))
        numbers = [str(one) for one in form.getlist("number")][:AT_ONCE]
        if verb not in DONE or not numbers:
            return await self._list(request, error="先勾上要办的，再点办什么")
        done, refused = await _each(db, me, verb, numbers, form)
        audit.record(db, me, f"feedback.bulk_{verb}", audit.thing("feedback_cases", "*"),
                     after={"numbers": done})  # fmt: skip
        said = f"{len(done)} 件{DONE[verb]}了" if done else ""
        return await self._list(request, said=said, error="；".join(refused[:8]))

    async def _list(self, request: Request, said: str = "", error: str = "") -> Response:
        db, me, now = request.state.session, me_of(request), clock.now()
        wanted = asked(request.query_params)
        page = min(number(request.query_params.get("page")) or 1, PAGES)
        found = conditions(me, wanted, now)
        some = select(Case.id).where(*found).limit(COUNTED + 1).subquery()
        total = await db.scalar(select(func.count()).select_from(some)) or 0
        rows = list(await db.execute(listed(found).offset((page - 1) * PAGE).limit(PAGE + 1)))
        return self.show(
            request, "queue.html", rows=rows[:PAGE], more=len(rows) > PAGE, page=page,
            total=total, counted=COUNTED, wanted=wanted, query=wanted.address(), said=said,
            error=error, groups=GROUPS, marks=MARKS, units=await names(db), OPEN=OPEN,
        )  # fmt: skip


def _row(case: Case, asker: str | None, owner: str | None) -> dict[str, object]:
    unknown = "没写名字" if case.anonymous else case.sender
    box = f"{case.box or ''} {case.box_number or ''}".strip()
    on_time = "" if case.on_time is None else "是" if case.on_time else "否"
    return {
        "id": case.id, "kind": KINDS[case.kind], "unit": case.unit, "state": STATES[case.state],
        "at": moment(case.created_at), "due": moment(case.due_at), "on_time": on_time,
        "answered": moment(case.first_answer_at), "owner": owner or "", "asker": asker or unknown,
        "channel": CHANNELS[case.channel], "box": box,
        "stars": case.stars or "", "reopened": case.reopened or "", "words": case.words,
    }  # fmt: skip


async def _each(
    db: AsyncSession, me: Me, verb: str, numbers: list[str], form: FormData
) -> tuple[list[str], list[str]]:
    """The numbers for which it was done, and a sentence for each other one."""
    if verb == "merge":
        return await _merge(db, me, numbers)
    done, refused = [], []
    for one in numbers:
        try:
            async with db.begin_nested():
                case = await found(db, me, one)
                await office.hand(
                    db, actor(me, case), case, clock.now(), unit=str(form.get("unit") or case.unit),
                    person=str(form.get("person", ""))[:30], reason=str(form.get("reason", "")),
                )  # fmt: skip
            done.append(one)
        except CampusError as refusal:
            refused.append(f"{one}：{refusal}")
    return done, refused


async def _merge(db: AsyncSession, me: Me, numbers: list[str]) -> tuple[list[str], list[str]]:
    """All into the oldest of them that is open."""
    try:
        async with db.begin_nested():
            cases = sorted([await found(db, me, one) for one in numbers], key=lambda c: c.id)
            into = next((c for c in cases if State(c.state) in OPEN), cases[0])
            await office.merge(db, actor(me, into), into, cases, clock.now())
    except CampusError as refusal:
        return [], [str(refusal)]
    return numbers, []


async def found(db: AsyncSession, me: Me, text: str) -> Case:
    """A case that is theirs at the desk. Raises NotFound, Forbidden."""
    case = await find(db, me, text)
    must(actor(me, case), Who.OFFICE)
    return case
