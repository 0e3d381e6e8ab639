"""「停水停电」 at the desk: write, look whom it reaches, tell, and say that it is back."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView
from starlette_admin.routing import route

from app.campus.notify.settings import settings as quiet_hours
from app.campus.permission import Where
from app.campus.places import Campus, campus
from app.desk.base import me_of
from app.kit import clock, once
from app.kit.errors import CampusError
from app.services.outages import book, draft, rules, telling
from app.services.outages.board import as_cut, places_of
from app.services.outages.models import Outage
from app.services.outages.places import say_places
from app.services.outages.rules import Cut, Kind, Phase
from app.services.outages.settings import settings

SHOWN = 100
DID = {
    "draft": "存成草稿了，还没通知任何人。",
    "saved": "改好了。时间和地方没变，不用再通知。",
    "told": "页面上改好了，正在告诉住在那里的人。",
    "asked": "页面上改好了。要通知的人多，等另一位同事确认才发。",
    "quiet": "页面上改好了，没有人要通知。",
    "again": "这一步已经做过了，没有再通知一遍。",
}
Verb = Callable[[AsyncSession, Any, int], Awaitable[int | None]]
VERBS: dict[str, Verb] = {"announce": book.announce, "over": book.over, "withdraw": book.withdraw}


class Outages(CustomView):
    menu_label, icon, path, route_name = "停水停电", "fa fa-droplet", "/outages", "outages"

    def is_accessible(self, request: Request) -> bool:
        me = me_of(request)
        return any(
            me.may(book.ANNOUNCE, Where(r.area_id, r.building_id, r.unit)) for r in me.rights
        )

    def is_active(self, request: Request) -> bool:
        path: str = request.scope["path"]
        return path.startswith(f"{request.scope['root_path']}{self.path}")

    @route("")
    async def index(self, request: Request) -> Response:
        """Drafts and what is open, then what is past, newest first."""
        db: AsyncSession = request.state.session
        rows = (await db.scalars(select(Outage).order_by(Outage.id.desc()).limit(SHOWN))).all()
        places = await places_of(db, [row.id for row in rows])
        cuts = [(row, as_cut(row, places[row.id])) for row in rows]
        now = clock.now()
        drafts = [cut for row, cut in cuts if not row.announced_at]
        open_ = rules.sorted_cuts((c for r, c in cuts if r.announced_at), now)
        return await self._show(request, "outages.html", groups=[
            ("现在和接下来", [cut for cut in open_ if cut.phase(now) is not Phase.OVER]),
            ("草稿，还没人看到", drafts),
            ("过去的", [cut for cut in reversed(open_) if cut.phase(now) is Phase.OVER]),
        ])  # fmt: skip

    @route("/new", methods=["GET", "POST"], name="outages-new")
    async def new(self, request: Request) -> Response:
        """A new draft."""
        db, me = request.state.session, me_of(request)
        if request.method == "GET":
            fields = {"contact": settings.hotline_repair, "kind": Kind.WATER.value}
            return await self._form(request, draft.Draft(fields))
        read = await self._read(request)
        if read.errors:
            return await self._form(request, read, 422)
        key = read.fields.get(once.FIELD, "")
        try:
            before = await once.first(db, f"outages:{me.person_id}", key, clock.now())
            if before is not None:
                return RedirectResponse(before, 303)
            row = await book.add(db, me, read)
        except CampusError as refusal:
            return await self._form(request, read, refusal.status, error=str(refusal))
        address = f"{self._here(request)}/{row.id}?did=draft"
        await once.led_to(db, f"outages:{me.person_id}", key, address)
        return RedirectResponse(address, 303)

    @route("/{number:int}", name="outages-one")
    async def one(self, request: Request) -> Response:
        """One cut: what is told, whom it reaches, and what can be done."""
        return await self._one(request, DID.get(request.query_params.get("did", ""), ""))

    @route("/{number:int}/edit", methods=["GET", "POST"], name="outages-edit")
    async def edit(self, request: Request) -> Response:
        """The form of a cut; saving tells people of new times or places."""
        db, me, number = request.state.session, me_of(request), request.path_params["number"]
        read = draft.Draft()
        try:
            row = await book.get(db, number)
            cut = await book.cut_of(db, row)
            if request.method == "GET":
                return await self._form(request, draft.shown(cut, await campus.within(db)), row=row)
            read = await self._read(request)
            if read.errors:
                return await self._form(request, read, 422, row=row)
            version = read.fields.get("version", "")
            known = int(version) if version.isdecimal() and len(version) < 9 else 0
            campaign = await book.change(db, me, number, known, read)
        except CampusError as refusal:
            row = await db.get(Outage, number)
            return await self._form(request, read, refusal.status, row=row, error=str(refusal))
        did = await telling.stage(db, campaign) if campaign else "saved"
        return RedirectResponse(f"{self._here(request)}/{number}?did={did}", 303)

    @route("/{number:int}/{verb}", methods=["POST"], name="outages-do")
    async def do(self, request: Request) -> Response:
        """A button: announce, over, withdraw, drop."""
        db, me, number = request.state.session, me_of(request), request.path_params["number"]
        verb = request.path_params["verb"]
        try:
            if verb == "drop":
                await book.drop(db, me, number)
                return RedirectResponse(self._here(request), 303)
            if verb not in VERBS:
                return RedirectResponse(self._here(request), 303)
            open_before = await book.get(db, number)
            done = _done(open_before, verb)
            campaign = await VERBS[verb](db, me, number)
        except CampusError as refusal:
            return await self._one(request, error=str(refusal), code=refusal.status)
        did = "again" if done else await telling.stage(db, campaign)
        return RedirectResponse(f"{self._here(request)}/{number}?did={did}", 303)

    async def _read(self, request: Request) -> draft.Draft:
        form = await request.form(max_files=0, max_fields=300)
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        ticked = {int(v) for v in map(str, form.getlist("house")) if v.isdecimal() and len(v) < 9}
        return draft.read(fields, ticked, await campus.within(request.state.session))

    async def _one(
        self, request: Request, said: str = "", *, error: str = "", code: int = 200
    ) -> Response:
        db, number = request.state.session, request.path_params["number"]
        try:
            row = await book.get(db, number)
        except CampusError as refusal:
            return await self._form(request, draft.Draft(), 404, error=str(refusal))
        cut = await book.cut_of(db, row)
        me, houses = me_of(request), await campus.within(db)
        return await self._show(
            request, "outages_one.html", code, row=row, cut=cut, said=said, error=error,
            reach=await telling.reach(db, cut.places, houses),
            message=telling.preview(cut, houses, clock.now()), quiet=_quiet(),
            campaigns=await telling.campaigns(db, number), mine=_mine(me, cut, houses),
        )  # fmt: skip

    async def _form(
        self, request: Request, read: draft.Draft, code: int = 200, *,
        row: Outage | None = None, error: str = "",
    ) -> Response:  # fmt: skip
        me, houses = me_of(request), await campus.within(request.state.session)
        choice = {
            name: [h for h in found if me.may(book.ANNOUNCE, Where(h.area_id, h.id))]
            for name, found in houses.campuses.items()
        }
        return await self._show(
            request, "outages_form.html", code, draft=read, row=row, error=error,
            houses=choice, kinds=rules.OFF, version=row.version if row else "",
        )  # fmt: skip

    def _here(self, request: Request) -> str:
        return f"{request.scope['root_path']}{self.path}"

    async def _show(self, request: Request, name: str, code: int = 200, **context: Any) -> Response:
        assert self.templates is not None  # noqa: S101 set when the desk is composed
        houses = await campus.within(request.state.session)
        context |= {
            "here": self._here(request), "title": self.menu_label, "once": once.new_key(),
            "rules": rules, "Phase": Phase, "now": clock.now(),
            "where": lambda cut: say_places(cut.places, houses),
        }  # fmt: skip
        return self.templates.TemplateResponse(request, name, context, code)


def _quiet() -> list[str]:
    """From when to when the phones stay silent: 「22:30」, 「7:00」."""
    found = quiet_hours()
    return [f"{at.hour}:{at.minute:02}" for at in (found.quiet_from, found.quiet_until)]


def _done(row: Outage, verb: str) -> bool:
    """Whether the button had been pressed already."""
    if verb == "announce":
        return row.announced_at is not None
    return bool(row.over_at or row.withdrawn_at)


def _mine(me: Any, cut: Cut, houses: Campus) -> bool:
    """Whether all of it lies where `me` may announce."""
    found = [houses.house(place.building_id) for place in cut.places]
    return all(house and me.may(book.ANNOUNCE, Where(house.area_id, house.id)) for house in found)
