"""The pages of campaigns: the list, the form, and one campaign from draft to report."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView
from starlette_admin.routing import route

from app.campus import audit
from app.campus.campaigns import drafts, life, report
from app.campus.campaigns.access import may_open, must_write, theirs, whole
from app.campus.campaigns.audience import Audience, Count, count, examples, tidy, unknown
from app.campus.campaigns.drafts import Plan
from app.campus.campaigns.models import Campaign, Stage
from app.campus.campaigns.settings import confirm_above
from app.campus.notify import Notice
from app.campus.people.me import Me
from app.campus.places import campus
from app.desk.base import me_of
from app.desk.campaigns import form, show
from app.desk.campaigns.notices import GENERAL
from app.desk.campaigns.words import Phone, phone, said
from app.desk.export import MOST, XLSX
from app.kit import clock, once
from app.kit.errors import CampusError, Forbidden, Invalid, NotFound
from app.kit.sheets import write

Deed = Callable[[AsyncSession, Me, Campaign, str], Awaitable[Campaign]]
DEEDS: Mapping[str, Deed] = {
    "send": lambda db, me, one, seen: life.ask(db, me, one.id, seen),
    "confirm": lambda db, me, one, seen: life.confirm(db, me, one.id, seen),
    "back": lambda db, me, one, _: life.back(db, me, one.id),
    "pause": lambda db, me, one, _: life.pause(db, me, one.id),
    "resume": lambda db, me, one, _: life.resume(db, me, one.id),
    "cancel": lambda db, me, one, _: life.cancel(db, me, one.id),
    "resend": lambda db, me, one, _: life.resend(db, me, one.id),
    "trial": lambda db, me, one, _: life.trial(db, me, one.id),
}


class Campaigns(CustomView):
    """「通知与群发」 at the desk."""

    menu_label, icon = "通知与群发", "fa fa-paper-plane"
    path, route_name = "/campaigns", "campaigns"

    def is_accessible(self, request: Request) -> bool:
        return may_open(me_of(request))

    def is_active(self, request: Request) -> bool:
        path: str = request.scope["path"]
        return path.startswith(f"{request.scope['root_path']}{self.path}")

    @route("")
    async def index(self, request: Request) -> Response:
        """The campaigns, newest first, older ones behind `before`."""
        before = _number(request.query_params.get("before", ""))
        db: AsyncSession = request.state.session
        context = await show.listed(db, me_of(request), before)
        return self._show(request, "list.html", **context)

    @route("/new", methods=["GET", "POST"], name="campaigns-new")
    async def new(self, request: Request) -> Response:
        """Write one."""
        notices = _notices(request)
        if request.method == "GET":
            return await self._form(request, form.blank(notices, request.query_params))
        return await self._save(request, None)

    @route("/{number:int}/edit", methods=["GET", "POST"], name="campaigns-edit")
    async def edit(self, request: Request) -> Response:
        """Change a draft."""
        db, me = request.state.session, me_of(request)
        one = await drafts.get(db, me, request.path_params["number"])
        drafts.must_stand(one, Stage.DRAFT)
        if request.method == "GET":
            draft = form.shown(one, _notices(request), await campus.within(db))
            return await self._form(request, draft, one)
        return await self._save(request, one)

    async def _save(self, request: Request, one: Campaign | None) -> Response:
        db, me = request.state.session, me_of(request)
        async with request.form(max_files=0, max_fields=600) as sent:
            keep = one.audience if one else {}
            draft = form.filled(sent, _notices(request), await campus.within(db), keep)
            key, seen = str(sent.get(once.FIELD, "")), str(sent.get("seen", ""))
        if draft.errors:
            return await self._form(request, draft, one, 422)
        owner = f"campaigns:{me.person_id}"
        try:
            if (before := await once.first(db, owner, key, clock.now())) is not None:
                return RedirectResponse(before, 303)
            if one is None:
                one, _ = await drafts.draft(db, me, draft.plan)
            else:
                one = await drafts.save(db, me, one.id, draft.plan, seen)
            address = f"{self._here(request)}/{one.id}"
            await once.led_to(db, owner, key, address)
        except CampusError as refusal:
            return await self._form(request, draft, one, refusal.status, str(refusal))
        return RedirectResponse(address, 303)

    @route("/fields", name="campaigns-fields")
    async def fields(self, request: Request) -> Response:
        """The fragment with the fields of a notice."""
        notice = _notices(request).get(request.query_params.get("notice", ""))
        return self._show(request, "fields.html", notice=notice, typed={}, errors={})

    @route("/numbers", methods=["POST"], name="campaigns-numbers")
    async def numbers(self, request: Request) -> Response:
        """The fragment with the list of numbers, those of a file below the typed ones."""
        async with request.form(max_files=1, max_fields=600) as sent:
            typed, errors = {"numbers": str(sent.get("numbers", ""))}, {}
            try:
                typed["numbers"] = await form.numbers(sent)
            except Invalid as refusal:
                errors["numbers"] = str(refusal)
        answer = self._show(request, "numbers.html", typed=typed, errors=errors)
        answer.headers["hx-trigger"] = "listed"
        return answer

    @route("/preview", methods=["POST"], name="campaigns-preview")
    async def preview(self, request: Request) -> Response:
        """The fragment beside the form: the phone, how many, and ten of them."""
        db, places = request.state.session, await campus.within(request.state.session)
        async with request.form(max_files=0, max_fields=600) as sent:
            one = await self._edited(request, str(sent.get("editing", "")))
            keep = one.audience if one else {}
            draft = form.filled(sent, _notices(request), places, keep)
        context = await self._reach(db, me_of(request), draft.plan.audience)
        context["phone"] = await _phone(request, draft.plan, draft.plan.notice)
        return self._show(request, "preview.html", **context)

    async def _edited(self, request: Request, number: str) -> Campaign | None:
        id = _number(number)
        return await drafts.get(request.state.session, me_of(request), id) if id else None

    @route("/{number:int}", name="campaigns-one")
    async def one(self, request: Request) -> Response:
        """One campaign: to check, to watch, or what came of it."""
        one = await drafts.get(request.state.session, me_of(request), request.path_params["number"])
        return await self._one(request, one)

    @route("/{number:int}/progress", name="campaigns-progress")
    async def progress(self, request: Request) -> Response:
        """The fragment with the figures; once the stage is another, the whole page anew."""
        db, me = request.state.session, me_of(request)
        one = await drafts.get(db, me, request.path_params["number"])
        context = await show.running(db, one, clock.now())
        answer = self._show(request, "progress.html", one=one, **context)
        if request.query_params.get("stage") != context["stage"]:
            answer.headers["hx-refresh"] = "true"
        return answer

    @route("/{number:int}/people.xlsx", name="campaigns-people")
    async def people(self, request: Request) -> Response:
        """Everybody of a campaign, and what came of each, as a spreadsheet."""
        db, me = request.state.session, me_of(request)
        one = await drafts.get(db, me, request.path_params["number"])
        found = await report.people(db, one.id, size=MOST)
        rows = [show.cells(person) for person in found]
        data = await asyncio.to_thread(write, report.COLUMNS, rows)
        audit.record(db, me, "campaigns.export", drafts.name(one), after={"rows": len(rows)})
        headers = {"content-disposition": f'attachment; filename="campaign-{one.id}.xlsx"'}
        return Response(data, media_type=XLSX, headers=headers)

    @route("/{number:int}/do/{deed}", methods=["POST"], name="campaigns-do")
    async def do(self, request: Request) -> Response:
        """One of DEEDS; pressed twice, it is done once."""
        db, me = request.state.session, me_of(request)
        sent = await request.form(max_files=0, max_fields=10)
        owner, key = f"campaigns:{me.person_id}", str(sent.get(once.FIELD, ""))
        one = await drafts.get(db, me, request.path_params["number"])
        try:
            if (deed := DEEDS.get(request.path_params["deed"])) is None:
                raise NotFound("没有这个按钮，刷新一下")
            if (before := await once.first(db, owner, key, clock.now())) is not None:
                return RedirectResponse(before, 303)
            after = await deed(db, me, one, str(sent.get("seen", "")))
        except CampusError as refusal:
            await db.refresh(one)
            return await self._one(request, one, refusal.status, str(refusal))
        address = f"{self._here(request)}/{after.id}?did={request.path_params['deed']}"
        await once.led_to(db, owner, key, address)
        return RedirectResponse(address, 303)

    async def _one(
        self, request: Request, one: Campaign, code: int = 200, error: str = ""
    ) -> Response:
        db, me = request.state.session, me_of(request)
        context: dict[str, Any] = {"one": one, "error": error, "seen": drafts.mark(one)}
        context |= await show.head(db, me, one, request.query_params)
        notice = _notices(request).get(one.notice)
        context["phone"] = await _phone(request, one, notice)
        if one.started_at is None:
            reach = await self._reach(db, me, one.audience)
            return self._show(request, "check.html", code, **(reach | context))
        context |= await show.running(db, one, clock.now())
        context |= await show.results(db, one, request.query_params)
        return self._show(request, "run.html", code, **context)

    async def _form(
        self, request: Request, draft: form.Draft, one: Campaign | None = None, code: int = 200,
        error: str = "",
    ) -> Response:  # fmt: skip
        db, me, notices = request.state.session, me_of(request), _notices(request)
        context = await show.choices(db, await theirs(db, me), whole(me))
        context |= await self._reach(db, me, draft.plan.audience)
        context["phone"] = await _phone(request, draft.plan, draft.plan.notice)
        return self._show(
            request, "form.html", code, draft=draft, one=one, error=error, notices=notices,
            typed=draft.typed, errors=draft.errors, notice=draft.plan.notice,
            seen=drafts.mark(one) if one else "", **context,
        )  # fmt: skip

    async def _reach(self, db: AsyncSession, me: Me, audience: Audience) -> dict[str, Any]:
        """How many and who, or why that cannot be said."""
        empty: dict[str, Any] = {"counted": None, "people": (), "unknown": (), "why": ""}
        empty["whom"] = ""
        if not audience:
            return empty
        try:
            wanted = tidy(audience)
            await must_write(db, me, wanted)
        except (Invalid, Forbidden) as refusal:
            return empty | {"why": str(refusal)}
        counted: Count = await count(db, wanted)
        return empty | {
            "counted": counted, "people": await examples(db, wanted),
            "unknown": await unknown(db, wanted.get("numbers", ())),
            "whom": said(wanted, await campus.within(db)),
        }  # fmt: skip

    def _here(self, request: Request) -> str:
        return f"{request.scope['root_path']}{self.path}"

    def _show(self, request: Request, name: str, code: int = 200, **context: Any) -> Response:
        assert self.templates is not None  # noqa: S101 set when the desk is composed
        context = {"title": self.menu_label, "above": confirm_above(), **context}
        context |= {"here": self._here(request), "once": once.new_key}
        return self.templates.TemplateResponse(request, f"campaigns/{name}", context, code)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


async def _phone(request: Request, of: Plan | Campaign, notice: Notice | None) -> Phone:
    """As the account's own template says it, where the notice has one."""
    card_of = request.app.state.card_of
    card = await card_of(request.state.session, notice) if notice else None
    return phone(of, notice, card)


def _notices(request: Request) -> dict[str, Notice]:
    """All that services and the desk declare, by name; what is for any occasion first."""
    services = request.app.state.services.values()
    declared = {notice.name: notice for service in services for notice in service.notices}
    return {GENERAL.name: GENERAL} | declared
