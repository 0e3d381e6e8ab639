"""「班组」 at the desk: who is in which team since when, who leads it, what was noted of them."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.units import names
from app.desk.base import me_of
from app.kit import clock
from app.kit.errors import CampusError, Invalid
from app.services.assess import marks, teams, views
from app.services.assess.desk_page import HOME, Page, team_of
from app.services.assess.forms import Sent
from app.services.assess.language import TO_TEAMS, Given
from app.services.assess.models import Scheme, Stay, Team
from app.services.assess.rules import month_before, month_of, read_month

HERE = f"{HOME}/teams"
MOST_PAST = 30
MARK, GONE = "分数写成 8 或 8.5 这样", "不用了"


class Teams(Page):
    menu_label, icon = "班组", "fa fa-people-group"
    path, route_name = "/assess/teams", "assess-teams"

    @route("", methods=["GET", "POST"])
    async def index(self, request: Request) -> Response:
        """All teams; the form makes one."""
        if request.method == "GET":
            return await self._index(request)

        async def again(code: int, sentence: str) -> Response:
            return await self._index(request, code, sentence)

        async def act(db: AsyncSession, me: Me, sent: Sent) -> str:
            return f"{HERE}/{(await _save(db, me, None, sent)).id}?did=建好了，加上成员"

        return await self.once_only(request, act, again)

    async def _index(self, request: Request, code: int = 200, error: str = "") -> Response:
        db, me = request.state.session, me_of(request)
        found = await views.teams_of(db, me)
        return self.show(
            request, "teams.html", code, error=error, rows=found, **await _choices(db, found)
        )

    @route("/{number:int}", methods=["GET", "POST"], name="assess-team")
    async def one(self, request: Request) -> Response:
        """A team, its members, and what was noted of them this month."""
        if request.method == "GET":
            return await self._one(request)

        async def again(code: int, sentence: str) -> Response:
            return await self._one(request, code, sentence)

        number: int = request.path_params["number"]

        async def act(db: AsyncSession, me: Me, sent: Sent) -> str:
            did = await _change(db, me, await team_of(db, me, number), sent)
            return f"{HERE}?did={did}" if did == GONE else f"{HERE}/{number}?did={did}"

        return await self.once_only(request, act, again)

    async def _one(self, request: Request, code: int = 200, error: str = "") -> Response:
        db, me, now = request.state.session, me_of(request), clock.now()
        try:
            team = await team_of(db, me, request.path_params["number"])
        except CampusError as refusal:
            return await self._index(request, refusal.status, str(refusal))
        month = month_of(now.date())
        here = await teams.members(db, team, now.date())
        people = {person.id: person.name for _, person in here}
        gone = (
            select(Stay, Person.name).join(Person, Person.id == Stay.person_id)
            .where(Stay.team_id == team.id, Stay.until <= now.date())
            .order_by(Stay.until.desc()).limit(MOST_PAST)
        )  # fmt: skip
        return self.show(
            request, "team.html", code, error=error, team=team, here=here, people=people,
            gone=[tuple(row) for row in await db.execute(gone)], month=month,
            noted=await marks.items(db, team, month, Given.NOTED),
            notes=await marks.notes(db, list(people), month), before=month_before(month),
            own=await marks.items(db, team, month, Given.LEADER),
            outer=await marks.items(db, team, month, *TO_TEAMS), **await _choices(db, [team]),
        )  # fmt: skip


async def _choices(db: AsyncSession, found: list[Team]) -> dict[str, object]:
    """Units, schemes, and the leaders of these teams."""
    ids = [team.leader_id for team in found if team.leader_id]
    leaders = await db.scalars(select(Person).where(Person.id.in_(ids)))
    every = await db.scalars(select(Scheme).order_by(Scheme.name))
    return {
        "units": await names(db), "schemes": list(every),
        "leaders": {person.id: person for person in leaders},
    }  # fmt: skip


async def _save(db: AsyncSession, me: Me, team: Team | None, sent: Sent) -> Team:
    scheme = sent.text("scheme", 20)
    return await teams.save(
        db, me, team, name=sent.text("name", 60), unit=sent.text("unit", 60),
        leader=sent.text("leader", 40), scheme_id=sent.number("scheme") if scheme else None,
    )  # fmt: skip


async def _change(db: AsyncSession, me: Me, team: Team, sent: Sent) -> str:
    """The button that was pressed; what was done."""
    if (deed := DEEDS.get(sent.text("verb", 20))) is None:
        raise Invalid("没有这个按钮，刷新一下")
    return await deed(db, me, team, sent)


async def _changed(db: AsyncSession, me: Me, team: Team, sent: Sent) -> str:
    await _save(db, me, team, sent)
    return "存好了"


async def _join(db: AsyncSession, me: Me, team: Team, sent: Sent) -> str:
    fen = sent.hundredths("base", "基本工资写成 3200 或 3200.50 这样")
    number, since = sent.text("person", 40), sent.day("since")
    await teams.join(db, me, team, number=number, since=since, base_fen=fen)
    return "加上了"


async def _leave(db: AsyncSession, me: Me, team: Team, sent: Sent) -> str:
    await teams.leave(db, me, sent.number("stay"), sent.day("until"))
    return "记下了，从那天起不在班组"


async def _note(db: AsyncSession, me: Me, team: Team, sent: Sent) -> str:
    await marks.note(
        db, me, team, person_id=sent.number("person", "选一下是谁"), why=sent.text("words"),
        item=sent.text("item", 40), day=sent.day("day"), now=sent.now,
        points=sent.hundredths("points", "分数写成 -2 或 1.5 这样"),
    )  # fmt: skip
    return "记下了，他看得到"


async def _withdraw(db: AsyncSession, me: Me, team: Team, sent: Sent) -> str:
    await marks.withdraw(db, me, team, sent.number("note"), sent.now)
    return "撤了，不算分"


async def _mark(db: AsyncSession, me: Me, team: Team, sent: Sent) -> str:
    """A mark that the leader gave on paper."""
    if (month := read_month(sent.text("month", 10))) is None:
        raise Invalid("选一个月")
    await marks.mark_member(
        db, me, team, person_id=sent.number("person", "选一下是谁"), month=month,
        item=sent.text("item", 40), points=sent.hundredths("points", MARK), now=sent.now,
    )  # fmt: skip
    return "记下了"


async def _mark_team(db: AsyncSession, me: Me, team: Team, sent: Sent) -> str:
    """A mark that another team, or another department, gave on paper."""
    if not (name := sent.text("by", 40)):
        raise Invalid("写上是哪个班组或部门打的")
    other = await db.scalar(select(Team).where(Team.name == name, Team.gone_at.is_(None)))
    month = await marks.mark_team(
        db, me, team, by=other or name, item=sent.text("item", 40), now=sent.now,
        points=sent.hundredths("points", MARK),
    )  # fmt: skip
    return f"记下了，算在{month.month}月"


async def _close(db: AsyncSession, me: Me, team: Team, sent: Sent) -> str:
    await teams.close(db, me, team, sent.now)
    return GONE


DEEDS = {
    "save": _changed, "join": _join, "leave": _leave, "note": _note, "withdraw": _withdraw,
    "mark": _mark, "mark_team": _mark_team, "close": _close,
}  # fmt: skip
