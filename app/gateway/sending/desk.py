"""「模板」 at the desk: which template tells which notice, and a trial to oneself."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView
from starlette_admin.routing import route

from app.campus import audit
from app.campus.notify import Notice, rules
from app.campus.notify.models import URGENT, Delivery, Message, State
from app.campus.notify.tell import SEND
from app.campus.people.lookup import follower_of
from app.campus.permission.rules import Action, Role
from app.desk.base import me_of
from app.gateway.sending import mapping, paces
from app.gateway.sending.drawing import chosen
from app.gateway.sending.mapping import KIND_WORDS, SAMPLES, Choice
from app.gateway.sending.models import Pace, Template
from app.gateway.sending.outcomes import Channel
from app.kit import clock
from app.kit.errors import CampusError, Conflict, Invalid, NotFound, Unavailable
from app.kit.jobs import defer
from app.wechat import templates as wire
from app.wechat.client import Client
from app.wechat.errors import WeChatError

CHANGE = Action("templates.change", frozenset({Role.OPERATOR}))
CHANNELS = {Channel.TEMPLATE: "模板消息", Channel.SUBSCRIBE: "订阅通知"}
STOPPED = {Channel.TEMPLATE: "模板消息", Channel.SUBSCRIBE: "订阅通知",
           Channel.CUSTOM: "客服消息", Channel.MASS: "群发"}  # fmt: skip
DONE = {"saved": "存好了，下一条就按这个发。", "removed": "不用这个模板了。",
        "tried": "已经发给你，几秒后看手机。", "on": "接着发了。"}  # fmt: skip


class Templates(CustomView):
    """The list of notices, and one notice's template."""

    menu_label, icon, path, route_name = (
        "模板",
        "fa fa-envelope-open-text",
        "/templates",
        "templates",
    )

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may(CHANGE)

    @route("")
    async def index(self, request: Request) -> Response:
        """All notices; with `notice` one of them, with `template` what would be chosen for it."""
        try:
            if name := request.query_params.get("notice", ""):
                return await self._one(request, _notice(request, name))
            return await self._all(request)
        except CampusError as refusal:
            return await self._all(request, refusal.status, str(refusal))

    @route("/save", methods=["POST"], name="templates-save")
    async def save(self, request: Request) -> Response:
        """Keep the choices of the form, or take the template away (`remove`)."""
        form = await _form(request)
        notice, channel = _notice(request, form.get("notice", "")), _channel(form)
        db: AsyncSession = request.state.session
        if "remove" in form:
            await keep(db, request, notice, channel, None, {})
            return self._back(request, "removed")
        template = (await _listed(request, channel)).get(form.get("template", ""))
        if template is None:
            raise Invalid("这个模板不在账号里了，刷新一下再选")
        choices = mapping.check(notice, _choices(template, form))
        if any(choice.wrong for choice in choices):
            return await self._one(request, notice, choices, 422)
        await keep(db, request, notice, channel, template, mapping.kept(choices))
        return self._back(request, "saved", notice)

    @route("/try", methods=["POST"], name="templates-try")
    async def try_it(self, request: Request) -> Response:
        """Tell the notice to whoever presses, with sample values."""
        form = await _form(request)
        notice = _notice(request, form.get("notice", ""))
        try:
            await trial(request.state.session, me_of(request).person_id, notice)
        except CampusError as refusal:
            return await self._one(request, notice, None, refusal.status, str(refusal))
        return self._back(request, "tried", notice)

    @route("/on", methods=["POST"], name="templates-on")
    async def go_on(self, request: Request) -> Response:
        """Lift a channel's stop."""
        channel = (await _form(request)).get("channel", "")
        db: AsyncSession = request.state.session
        await paces.go_on(db, channel)
        audit.record(db, me_of(request), "sending.go_on", audit.thing("channel", channel))
        return self._back(request, "on")

    async def _all(self, request: Request, code: int = 200, error: str = "") -> Response:
        db: AsyncSession = request.state.session
        mapped = {(row.notice, row.channel) for row in await db.scalars(select(Template))}
        groups = [
            (service.title, [(n, [CHANNELS[c] for c in CHANNELS if (n.name, c) in mapped])
                             for n in service.notices])
            for service in request.app.state.services.values() if service.notices
        ]  # fmt: skip
        stops = [
            (pace.channel, STOPPED[Channel(pace.channel)], pace.why, _until(pace))
            for pace in await db.scalars(select(Pace).where(Pace.stopped_until > clock.now()))
        ]
        return self._show(request, code, groups=groups, stops=stops, error=error)

    async def _one(
        self,
        request: Request,
        notice: Notice,
        choices: list[Choice] | None = None,
        code: int = 200,
        error: str = "",
    ) -> Response:
        form = await _form(request) if request.method == "POST" else {}
        asked = {**request.query_params, **form}
        channel, db = _channel(asked), request.state.session
        row = await db.get(Template, (notice.name, channel))
        chosen = asked.get("template", "") or (row.template_id if row else "")
        listed: dict[str, wire.Template] = {}
        try:
            listed = await _listed(request, channel)
        except Unavailable as refusal:
            error = error or str(refusal)
        template = listed.get(chosen)
        if choices is None and template is not None:
            same = row is not None and row.template_id == template.id
            choices = (
                mapping.stored(template, row.keywords) if row and same
                else mapping.guess(notice, template)
            )  # fmt: skip
        return self._show(
            request, code, notice=notice, channel=channel, channels=CHANNELS, row=row,
            listed=list(listed.values()), template=template, choices=choices or [], error=error,
            lost=bool(row and listed and row.template_id not in listed),
        )  # fmt: skip

    def _show(self, request: Request, code: int, **context: Any) -> Response:
        assert self.templates is not None  # noqa: S101 set when the desk is composed
        done = DONE.get(request.query_params.get("done", ""), "")
        here = f"{request.scope['root_path']}{self.path}"
        context = {
            "here": here,
            "title": self.menu_label,
            "done": done,
            "kinds": KIND_WORDS,
        } | context
        return self.templates.TemplateResponse(request, "templates.html", context, code)

    def _back(self, request: Request, done: str, notice: Notice | None = None) -> Response:
        one = f"&notice={notice.name}" if notice else ""
        return RedirectResponse(f"{request.scope['root_path']}{self.path}?done={done}{one}", 303)


async def keep(  # noqa: PLR0917 - what is kept, piece by piece
    db: AsyncSession, request: Request, notice: Notice, channel: Channel,
    template: wire.Template | None, keywords: dict[str, str],
) -> None:  # fmt: skip
    """Tell `notice` by this template from now on, or by none; both are in the trail."""
    row = await db.get(Template, (notice.name, channel))
    before = {"template": row.template_id, "keywords": row.keywords} if row else None
    if row is not None:
        await db.delete(row)
        await db.flush()
    if template is not None:
        db.add(chosen(notice, channel, template, keywords))
    after = {"template": template.id, "keywords": keywords} if template else None
    audit.record(db, me_of(request), "templates.map", audit.thing("notice", notice.name, channel),
                 before=before, after=after)  # fmt: skip


async def trial(db: AsyncSession, person_id: int | None, notice: Notice) -> None:
    """Tell `notice` to one person, with sample values. Raises Conflict without a phone."""
    who = await follower_of(db, person_id) if person_id else None
    if who is None:
        raise Conflict("你的微信还没绑工号，先在公众号里绑定，再发给自己试试")
    fields = {field.name: SAMPLES[field.kind] for field in notice.fields}
    message = Message(notice=notice.name, title=f"{notice.title}（试发）", fields=fields,
                      page=rules.fill(notice.page, fields), at=clock.now())  # fmt: skip
    db.add(message)
    await db.flush()
    db.add(Delivery(message_id=message.id, person_id=person_id, who=who, rank=URGENT,
                    state=State.WAITING, due_at=clock.now()))  # fmt: skip
    await defer(db, SEND)


async def _listed(request: Request, channel: Channel) -> dict[str, wire.Template]:
    """The account's templates by id. Raises Unavailable while WeChat does not answer."""
    client: Client | None = getattr(request.app.state, "wechat", None)
    try:
        if client is None:
            raise Unavailable("微信那边没连上，过会儿再来配")
        ask = client.templates if channel is Channel.TEMPLATE else client.subscribe_templates
        return {template.id: template for template in await ask()}
    except WeChatError as error:
        raise Unavailable("微信那边没答，过会儿再来配") from error


def _choices(template: wire.Template, form: dict[str, str]) -> list[Choice]:
    return [
        Choice(word, form.get(f"s_{word.name}", ""), form.get(f"f_{word.name}", "").strip()[:20])
        for word in template.keywords
    ]


def _notice(request: Request, name: str) -> Notice:
    for service in request.app.state.services.values():
        for notice in service.notices:
            if notice.name == name:
                found: Notice = notice
                return found
    raise NotFound("没有这种通知了")


def _channel(form: dict[str, str]) -> Channel:
    return Channel.SUBSCRIBE if form.get("channel") == Channel.SUBSCRIBE else Channel.TEMPLATE


def _until(pace: Pace) -> str:
    until = pace.stopped_until or clock.now()
    return f"{until.astimezone(clock.SHANGHAI):%m-%d %H:%M}"


async def _form(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=100)
    return {name: value for name, value in form.items() if isinstance(value, str)}


HANDED = (Templates.menu_label, Templates.icon, (Templates,))
