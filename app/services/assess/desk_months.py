"""「月度考核」 at the desk, for operators and heads: people × items, corrections, the payroll."""

from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus.people.me import Me
from app.desk.base import me_of
from app.desk.export import XLSX
from app.kit.errors import CampusError, Invalid
from app.services.assess import objections, payroll, reach, steps, views
from app.services.assess.desk_page import HOME, Page, past, team_of
from app.services.assess.forms import Sent
from app.services.assess.models import Outcome
from app.services.assess.reach import APPROVE, WRITE
from app.services.assess.rules import month_of, read_month

HOW_MANY = "写上加几分或减几分，比如 2 或 -1.5"
SHOWN = 3  # months beside each other


class Months(Page):
    menu_label, icon = "月度考核", "fa fa-calendar-check"
    path, route_name = "/assess", "assess"

    def is_accessible(self, request: Request) -> bool:
        return super().is_accessible(request) or me_of(request).may_somewhere(APPROVE)

    def is_active(self, request: Request) -> bool:
        path: str = request.scope["path"]
        return super().is_active(request) and not path.startswith(
            (f"{HOME}/schemes", f"{HOME}/teams")
        )

    @route("", methods=["GET", "POST"])
    async def index(self, request: Request) -> Response:
        """Every team and how far its last months are; the form starts one."""
        if request.method == "GET":
            return await self._index(request)

        async def again(code: int, sentence: str) -> Response:
            return await self._index(request, code, sentence)

        return await self.once_only(request, _start, again)

    async def _index(self, request: Request, code: int = 200, error: str = "") -> Response:
        db, me = request.state.session, me_of(request)
        teams = await views.teams_of(db, me)
        runs = await views.runs_of(db, teams, most=len(teams) * SHOWN)
        return self.show(
            request, "months.html", code, error=error, teams=teams, shown=past()[:SHOWN],
            runs={(run.team_id, run.month): run for run in runs},
            waiting=await views.waiting(db, runs), writes=me.may_somewhere(WRITE),
            mine={team.id for team in teams if reach.runs(me, team)},
        )  # fmt: skip

    @route("/runs/{number:int}", methods=["GET", "POST"], name="assess-run")
    async def run(self, request: Request) -> Response:
        """People × items of a month end, and its next step."""
        if request.method == "GET":
            return await self._run(request)

        async def again(code: int, sentence: str) -> Response:
            return await self._run(request, code, sentence)

        number: int = request.path_params["number"]

        async def act(db: AsyncSession, me: Me, sent: Sent) -> str:
            return f"{HOME}/runs/{number}?did={await _step(db, me, number, sent)}"

        return await self.once_only(request, act, again)

    async def _run(self, request: Request, code: int = 200, error: str = "") -> Response:
        db, me = request.state.session, me_of(request)
        try:
            run, team = await steps.seen(db, me, request.path_params["number"])
        except CampusError as refusal:
            return await self._index(request, refusal.status, str(refusal))
        it = await views.whole(db, run, team)
        return self.show(
            request, "run.html", code, error=error, it=it,
            cells={row.person_id: _cells(row) for row, _ in it.rows},
            runs=reach.runs(me, team), heads=reach.heads(me, team),
        )  # fmt: skip

    @route("/runs/{number:int}/people/{person:int}", methods=["GET", "POST"], name="assess-person")
    async def person(self, request: Request) -> Response:
        """One person's items with the facts behind them; the form corrects."""
        if request.method == "GET":
            return await self._person(request)

        async def again(code: int, sentence: str) -> Response:
            return await self._person(request, code, sentence)

        number, person = request.path_params["number"], request.path_params["person"]

        async def act(db: AsyncSession, me: Me, sent: Sent) -> str:
            await objections.correct(
                db, me, number, person_id=person, item=sent.text("item", 40), now=sent.now,
                points=sent.hundredths("points", HOW_MANY), reason=sent.text("words"),
            )  # fmt: skip
            return f"{HOME}/runs/{number}/people/{person}?did=改好了，他会收到"

        return await self.once_only(request, act, again)

    async def _person(self, request: Request, code: int = 200, error: str = "") -> Response:
        db, me = request.state.session, me_of(request)
        try:
            run, _ = await steps.seen(db, me, request.path_params["number"])
            it = await views.month_of_person(db, run, request.path_params["person"])
        except CampusError as refusal:
            return await self._index(request, refusal.status, str(refusal))
        return self.show(request, "person.html", code, error=error, it=it)

    @route("/runs/{number:int}/payroll.xlsx", name="assess-payroll")
    async def payroll(self, request: Request) -> Response:
        """The payroll of a locked month."""
        db, number = request.state.session, request.path_params["number"]
        try:
            data, name = await payroll.sheet(db, me_of(request), number)
        except CampusError as refusal:
            return await self._run(request, refusal.status, str(refusal))
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return Response(data, media_type=XLSX, headers=headers)


def _cells(row: Outcome) -> dict[str, int]:
    """Points by item."""
    return {item["name"]: item["points"] for part in row.detail for item in part["items"]}


async def _start(db: AsyncSession, me: Me, sent: Sent) -> str:
    month = read_month(sent.text("month", 10))
    if month is None or month != month_of(month):
        raise Invalid("选一个月")
    team = await team_of(db, me, sent.number("team", "选一个班组"))
    run = await steps.start(db, me, team, month, sent.now)
    return f"{HOME}/runs/{run}?did=开始算了，一会儿刷新看"


async def _step(db: AsyncSession, me: Me, number: int, sent: Sent) -> str:
    """The button that was pressed; what was done."""
    verb = sent.text("verb", 20)
    if verb == "publish":
        await steps.publish(db, me, number, sent.now)
        return "公布了，大家都会收到"
    if verb == "bonus":
        fen = sent.hundredths("yuan", "奖金写成 12000 或 12000.50 这样")
        await payroll.set_bonus(db, me, number, fen)
        return "奖金改好了"
    if verb == "decide":
        return await _decide(db, me, sent)
    return await _settle(db, me, number, sent)


async def _settle(db: AsyncSession, me: Me, number: int, sent: Sent) -> str:
    """The last buttons: approve, back, lock."""
    verb = sent.text("verb", 20)
    if verb == "approve":
        await payroll.approve(db, me, number, sent.number("seen", "刷新一下再批"), sent.now)
        return "批了，锁定以后大家看得到工资"
    if verb == "back":
        await steps.back(db, me, number, sent.text("words", 200))
        return "退回了，改完再批"
    if verb == "lock":
        await steps.lock(db, me, number, sent.now)
        return "锁定了，可以导出工资表"
    raise Invalid("没有这个按钮，刷新一下")


async def _decide(db: AsyncSession, me: Me, sent: Sent) -> str:
    granted = sent.text("verdict", 20) == "granted"
    await objections.decide(
        db, me, sent.number("objection"), granted=granted, answer=sent.text("words"), now=sent.now,
        points=sent.hundredths("points", HOW_MANY) if granted else 0,
    )  # fmt: skip
    return "答复了，他会收到"
