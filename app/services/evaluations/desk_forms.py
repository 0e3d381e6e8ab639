"""「评价表和问卷」 at the desk: the list, the builder, and the buttons of a form."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus.people.me import Me
from app.desk.base import me_of
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.services.evaluations import desk_builder as builder
from app.services.evaluations import desk_draft, forms
from app.services.evaluations.actions import MAKE, where
from app.services.evaluations.desk_invite import Inviting
from app.services.evaluations.desk_page import HOME, MOST_FIELDS, number, offered, typed, within
from app.services.evaluations.desk_results import Results, phase_of
from app.services.evaluations.models import Answer, Form, Quota, Subject, Version
from app.services.evaluations.rules import Kind

PAGE = 50
RECENT = timedelta(days=30)
Typed = tuple[desk_draft.Draft, list[builder.Asked]]  # settings and questions
DEEDS = {"open": forms.open_form, "close": forms.close_form}
DID = {
    "made": "存成草稿了，还没人看得到。看一眼再放出去。", "saved": "存下了。",
    "version": "存下了，题目换成了新的一版，以前答的照样算。",
    "invited": "请过了，微信里都收到一条。", "invited-none": "这件事他们都请过了，没有再请。",
    "open": "放出去了，扫码就能填。", "close": "收起来了，没有人能再填。",
}  # fmt: skip


class Forms(Results, Inviting):
    menu_label, icon = "评价表和问卷", "fa fa-star-half-stroke"
    path, route_name = "/evaluations", "evaluations"
    did = DID

    def is_active(self, request: Request) -> bool:
        """On the list and on the pages of a form, which have a number; others stand apart."""
        rest = request.scope["path"].removeprefix(f"{request.scope['root_path']}{self.path}")
        return rest in ("", "/", "/new") or rest[1:2].isdecimal()

    @route("")
    async def index(self, request: Request) -> Response:
        """Forms, the newest first, with how many answered lately."""
        db, me = request.state.session, me_of(request)
        before = number(request.query_params.get("before"))
        query = select(Form).order_by(Form.id.desc()).limit(PAGE + 1)
        if (mine := within(me)) is not None:
            rated = select(Subject.id).where(Subject.form_id == Form.id, Subject.unit.in_(mine))
            query = query.where(or_(Form.unit.in_(mine), rated.exists()))
        if before:
            query = query.where(Form.id < before)
        found = list(await db.scalars(query))
        rows = found[:PAGE]
        return self.show(
            request, "list.html", rows=rows, more=rows[-1].id if len(found) > PAGE else None,
            counts=await _counts(db, [row.id for row in rows]), makes=me.may_somewhere(MAKE),
            phases={row.id: phase_of(row) for row in rows},
        )  # fmt: skip

    @route("/new", methods=["GET", "POST"], name="evaluations-new")
    async def new(self, request: Request) -> Response:
        """The builder of a form that there is not yet."""
        _must_make(me_of(request))
        if request.method == "GET":
            asked = builder.press([], f"add:{Kind.STARS}")
            return await self._builder(request, (desk_draft.blank(), asked))
        return await self._save(request, None)

    @route("/{id:int}/edit", methods=["GET", "POST"], name="evaluations-edit")
    async def edit(self, request: Request) -> Response:
        """The builder of a form."""
        db, me = request.state.session, me_of(request)
        form = await forms.find(db, request.path_params["id"])
        me.must(MAKE, where(form.unit))
        if request.method == "GET":
            quotas = select(Quota.college, Quota.most).where(
                Quota.form_id == form.id, Quota.college != ""
            )
            draft = desk_draft.shown(form, dict((await db.execute(quotas)).all()))
            asked = builder.of(await forms.questions_of(db, form))
            return await self._builder(request, (draft, asked), form)
        return await self._save(request, form)

    @route("/build", methods=["POST"], name="evaluations-build")
    async def build(self, request: Request) -> Response:
        """The fragment with the questions and the phone, after the button `deed` was pressed."""
        _must_make(me_of(request))
        sent = typed(await request.form(max_files=0, max_fields=MOST_FIELDS))
        asked = builder.press(builder.typed(sent), sent.get("deed", ""), _used_before(sent))
        name = "phone.html" if sent.get("part") == "phone" else "built.html"
        return self.show(request, name, **_built(asked, sent))

    async def _save(self, request: Request, form: Form | None) -> Response:
        db, me = request.state.session, me_of(request)
        sent = typed(await request.form(max_files=0, max_fields=MOST_FIELDS))
        asked, units = builder.typed(sent), await offered(db, me, MAKE)
        draft = desk_draft.read(sent, units)
        if sent.get("deed"):  # without scripts, a button of the builder sends the whole page
            draft.errors = {}
            asked = builder.press(asked, sent["deed"], _used_before(sent))
            return await self._builder(request, (draft, asked), form)

        async def again(code: int, sentence: str) -> Response:
            return await self._builder(request, (draft, asked), form, code, sentence)

        async def save(db: AsyncSession, me: Me, _: FormData) -> str:
            if draft.errors:
                raise Invalid(f"有 {len(draft.errors)} 处要改，没存上")
            spec, raw = forms.Spec(**draft.values), builder.plain(asked)
            if form is None:
                made = await forms.create(db, me, spec, raw, clock.now())
                return f"{HOME}/{made.id}?did=made"
            if sent.get("version") != str(form.version):
                raise Conflict("别的同事刚改过题目，刷新一下再改")
            before = form.version
            await forms.change(db, me, form, spec, raw, clock.now())
            return f"{HOME}/{form.id}?did={'saved' if form.version == before else 'version'}"

        return await self.once_only(request, save, again)

    @route("/{id:int}/do/{deed}", methods=["POST"], name="evaluations-do")
    async def do(self, request: Request) -> Response:
        """Open or close a form."""
        form = await forms.find(request.state.session, request.path_params["id"])
        name = request.path_params["deed"]

        async def deed(db: AsyncSession, me: Me, _: FormData) -> str:
            if name not in DEEDS:
                raise NotFound("没有这个按钮，刷新一下")
            await DEEDS[name](db, me, form, clock.now())
            return f"{HOME}/{form.id}?did={name}"

        async def again(code: int, sentence: str) -> Response:
            await request.state.session.refresh(form)
            return await self.results(request, code, sentence)

        return await self.once_only(request, deed, again)

    async def _builder(
        self, request: Request, typed: Typed, form: Form | None = None, code: int = 200,
        error: str = "",
    ) -> Response:  # fmt: skip
        db, me = request.state.session, me_of(request)
        draft, asked = typed
        answered, used = 0, _used_before(draft.fields)
        if form is not None:
            answered = await db.scalar(select(func.count()).where(Answer.form_id == form.id)) or 0
            used = max(used, await _used(db, form))
        return self.show(
            request, "form.html", code, draft=draft, form=form, error=error, answered=answered,
            units=await offered(db, me, MAKE),
            **_built(asked, {**draft.fields, "used": str(used)}, builder.wrong_at(error)),
        )  # fmt: skip


def _must_make(me: Me) -> None:
    """Raise Forbidden for who makes forms of no unit at all."""
    if not me.may_somewhere(MAKE):
        me.must(MAKE)


def _built(
    asked: list[builder.Asked], sent: Mapping[str, str], wrong: int | None = None
) -> dict[str, Any]:
    """What the builder's fragments need: the questions, and the phone beside them."""
    used = builder.highest(asked, _used_before(sent))
    added = sent.get("deed", "").startswith("add:")
    return {
        "asked": asked, "used": used, "Kind": Kind, "bad": wrong, "sent": sent,
        "fresh": len(asked) - 1 if added else -1, "names": {one.name: one for one in asked},
    }  # fmt: skip


def _used_before(sent: Mapping[str, str]) -> int:
    return number(sent.get("used"), 10**6) or 0


async def _counts(db: AsyncSession, ids: list[int]) -> dict[int, Any]:
    """(answers, mean of stars) of the last 30 days, by form."""
    since = clock.now().date() - RECENT
    query = (
        select(Answer.form_id, func.count(), func.avg(Answer.stars))
        .where(Answer.form_id.in_(ids), Answer.day >= since).group_by(Answer.form_id)
    )  # fmt: skip
    return {id: (count, mean) for id, count, mean in await db.execute(query)}


async def _used(db: AsyncSession, form: Form) -> int:
    """The highest number of a question in all versions."""
    query = select(Version.questions).where(Version.form_id == form.id)
    every = [one for found in await db.scalars(query) for one in found]
    return builder.highest([builder.Asked({"name": str(one.get("name"))}) for one in every])
