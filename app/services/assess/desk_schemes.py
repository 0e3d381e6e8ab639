"""「考核方案」 at the desk: a text with a live check, tried on past months, taken into use."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin.routing import route

from app.campus.people.me import Me
from app.campus.permission import Where
from app.campus.units import names
from app.desk.base import me_of
from app.kit import clock
from app.kit.errors import CampusError, Invalid
from app.services.assess import example, schemes, tryout, views
from app.services.assess.desk_page import HOME, Page, team_of
from app.services.assess.forms import Sent
from app.services.assess.language import KnownFact, Problem, Unreadable
from app.services.assess.models import Scheme, Version
from app.services.assess.reach import WRITE
from app.services.assess.reading import MOST_TEXT, read
from app.services.assess.rules import month_of, next_month, read_month
from app.services.assess.tryout import Trial

HERE = f"{HOME}/schemes"
MOST = 30  # versions shown


class Schemes(Page):
    menu_label, icon = "考核方案", "fa fa-scale-balanced"
    path, route_name = "/assess/schemes", "assess-schemes"

    @route("", methods=["GET", "POST"])
    async def index(self, request: Request) -> Response:
        """All schemes; the form makes one, with the text that ships."""
        if request.method == "GET":
            return await self._index(request)

        async def again(code: int, sentence: str) -> Response:
            return await self._index(request, code, sentence)

        async def act(db: AsyncSession, me: Me, sent: Sent) -> str:
            made = await schemes.add(db, me, sent.text("name", 60), sent.text("unit", 60) or None)
            return f"{HERE}/{made.id}"

        return await self.once_only(request, act, again)

    async def _index(self, request: Request, code: int = 200, error: str = "") -> Response:
        db, me = request.state.session, me_of(request)
        found = list(await db.scalars(select(Scheme).order_by(Scheme.name)))
        query = select(Version.scheme_id, Version.number, Version.used_from)
        used = query.where(Version.used_from <= month_of(clock.now().date()))
        versions = {scheme: (number, since) for scheme, number, since
                    in await db.execute(used.order_by(Version.used_from))}  # fmt: skip
        return self.show(
            request, "schemes.html", code, error=error, rows=found, versions=versions,
            units=await names(db), whole=me.may(WRITE),
        )  # fmt: skip

    @route("/check", methods=["POST"], name="assess-check")
    async def check(self, request: Request) -> Response:
        """What is wrong with the text by now, or what it says; asked while one types."""
        sent = await self.sent(request)
        text = str(sent.form.get("text", ""))
        return self.show(request, "_check.html", **_checked(text, _kinds(request)))

    @route("/{number:int}", methods=["GET", "POST"], name="assess-scheme")
    async def one(self, request: Request) -> Response:
        """The editor, the versions and a trial."""
        if request.method == "GET":
            return await self._one(request)
        sent = await self.sent(request)
        if sent.form.get("verb") == "try":
            return await self._try(request, sent)
        text = str(sent.form.get("text", ""))[: MOST_TEXT + 1]

        async def again(code: int, sentence: str) -> Response:
            return await self._one(request, code, sentence, text=text or None)

        number, kinds = request.path_params["number"], _kinds(request)

        async def act(db: AsyncSession, me: Me, sent: Sent) -> str:
            return await _change(db, me, await schemes.get(db, number), sent, kinds)

        return await self.once_only(request, act, again)

    async def _try(self, request: Request, sent: Sent) -> Response:
        db, me = request.state.session, me_of(request)
        try:
            scheme = await schemes.get(db, request.path_params["number"])
            version = await schemes.version(db, scheme, sent.number("version"))
            schemes.must_write(me, scheme)
            team = await team_of(db, me, sent.number("team", "选一个班组来试"))
            month = read_month(sent.text("month", 10))
            if month is None:
                raise Invalid("选一个月来试")
            trial = await tryout.try_out(db, version, team, month, sent.now)
        except CampusError as refusal:
            return await self._one(request, refusal.status, str(refusal))
        return await self._one(request, trial=trial)

    async def _one(
        self, request: Request, code: int = 200, error: str = "", *, text: str | None = None,
        trial: Trial | None = None,
    ) -> Response:  # fmt: skip
        db, me = request.state.session, me_of(request)
        scheme = await db.get(Scheme, request.path_params["number"])
        if scheme is None:
            return RedirectResponse(HERE, 303)
        query = select(Version).where(Version.scheme_id == scheme.id)
        query = query.order_by(Version.number.desc()).limit(MOST)
        versions = list(await db.scalars(query.execution_options(populate_existing=True)))
        asked = request.query_params.get("version", "")
        shown = next((v for v in versions if str(v.number) == asked), versions[0:1] and versions[0])
        if text is None:
            text = shown.text if shown else example.TEXT
        kinds, this = _kinds(request), month_of(clock.now().date())
        return self.show(
            request, "scheme.html", code, error=error, scheme=scheme, versions=versions,
            shown=shown, text=text, kinds=sorted(kinds.values(), key=lambda kind: kind.name),
            trial=trial, teams=await views.teams_of(db, me),
            mine=me.may(WRITE, Where(unit=scheme.unit)),
            starts=[this, next_month(this)], **_checked(text, kinds),
        )  # fmt: skip


def _kinds(request: Request) -> dict[str, KnownFact]:
    return schemes.known(request.app.state.services)


def _checked(text: str, kinds: Mapping[str, KnownFact]) -> dict[str, Any]:
    """Problems by line, or the scheme that was read."""
    try:
        return {"problems": [], "read": read(text, kinds.values())}
    except Unreadable as wrong:
        problems: list[Problem] = wrong.problems
        return {"problems": problems, "read": None}


async def _change(
    db: AsyncSession, me: Me, scheme: Scheme, sent: Sent, kinds: Mapping[str, KnownFact]
) -> str:
    """Write a version, or take one into use; where it leads."""
    if sent.text("verb", 20) == "use":
        version = await schemes.version(db, scheme, sent.number("version"))
        month = read_month(sent.text("month", 10))
        if month is None:
            raise Invalid("选从哪个月起")
        await schemes.use(db, me, scheme, version, month=month, now=sent.now)
        return f"{HERE}/{scheme.id}?did=从{month.year}年{month.month}月起用第 {version.number} 版"
    text = str(sent.form.get("text", ""))
    made = await schemes.write(db, me, scheme, text, kinds=kinds, now=sent.now)
    return f"{HERE}/{scheme.id}?did=存成第 {made.number} 版，试算过就能启用"
