"""The operators' page: rules, what nobody answered yet, and a box to try words in."""

import contextlib
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView
from starlette_admin.routing import route

from app.campus.permission.rules import Action, Role
from app.desk.base import me_of
from app.desk.imports import Import
from app.kit import clock, once
from app.kit.chat import Ask
from app.kit.errors import CampusError, NotFound
from app.kit.words import normalise
from app.services.answers import book, draft
from app.services.answers.models import Row
from app.services.answers.rules import MatchKind, Rule
from app.services.answers.sheet import dump, load, put, template
from app.services.answers.wording import KINDS, clashes, say_answer, say_when

WRITE = Action("answers.write", frozenset({Role.OPERATOR}))
ANSWERS_FILE = Import(
    "answers", "导入关键词答复", load, WRITE, template=template, dump=dump, take=put,
    help=(
        "匹配方式和词都一样的就更新，别的加上；表里没写到的规则不动。",
        "词用「、」隔开；「启用」空着就是启用，写「否」先存着不答。",
    ),
)  # fmt: skip
PAGE, SHOWN_UNANSWERED = 50, 12
HOW = {
    "account": "账号自己的词",
    "first": "先于服务的规则",
    "word": "服务的词",
    "early": "一字不差的规则",
    "pattern": "服务的句式",
    "last": "服务都不接才看的规则",
    "nobody": "没人会答，就近猜或列菜单",
}


class Answers(CustomView):
    """「关键词答复」 at the desk."""

    menu_label, icon, path, route_name = "关键词答复", "fa fa-comments", "/answers", "answers"

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may(WRITE)

    def is_active(self, request: Request) -> bool:
        path: str = request.scope["path"]
        return path.startswith(f"{request.scope['root_path']}{self.path}")

    @route("")
    async def index(self, request: Request) -> Response:
        """The rules, newest change first; `q` searches words, notes and answers."""
        db: AsyncSession = request.state.session
        query, page = request.query_params.get("q", "").strip()[:60], _page_of(request)
        some = _searched(query)
        total = await db.scalar(select(func.count()).select_from(some.subquery())) or 0
        rows = await db.scalars(
            some.order_by(Row.changed_at.desc(), Row.id).offset((page - 1) * PAGE).limit(PAGE)
        )
        return self._show(
            request, "answers.html", rules=[_listed(row) for row in rows], q=query, page=page,
            pages=max(1, -(-total // PAGE)), total=total, open=await _open(request),
            tried=await self._tried(request),
        )  # fmt: skip

    @route("/try", name="answers-try")
    async def try_words(self, request: Request) -> Response:
        """The fragment with who would answer `words` at `at`, and what."""
        return self._show(request, "answers_tried.html", tried=await self._tried(request))

    @route("/new", methods=["GET", "POST"], name="answers-new")
    async def new(self, request: Request) -> Response:
        """A new rule; with `words` for some that nobody answered."""
        if request.method == "GET":
            words = request.query_params.get("words", "")[:200]
            return self._form(request, draft.blank(normalise(words)))
        form = await _form_of(request)
        read = draft.read(form)
        if read.errors:
            return self._form(request, read, 422)
        db, me, key = request.state.session, me_of(request), form.get(once.FIELD, "")
        try:
            before = await once.first(db, f"answers:{me.person_id}", key, clock.now())
        except CampusError as refusal:
            return self._form(request, read, refusal.status, error=str(refusal))
        if before is not None:
            return RedirectResponse(before, 303)
        row = await book.add(db, me, read.values)
        address = f"{self._here(request)}/{row.id}?saved=1"
        await once.led_to(db, f"answers:{me.person_id}", key, address)
        return RedirectResponse(address, 303)

    @route("/{number:int}", methods=["GET", "POST"], name="answers-one")
    async def one(self, request: Request) -> Response:
        """One rule: to read and to change."""
        db, number = request.state.session, request.path_params["number"]
        try:
            row = await book.get(db, number)
            if request.method == "GET":
                return self._form(request, draft.shown(row), row=row)
            form = await _form_of(request)
            read = draft.read(form)
            if read.errors:
                return self._form(request, read, 422, row=row, version=form.get("version", ""))
            version = form.get("version", "")
            known = int(version) if version.isdecimal() and len(version) < 9 else 0
            await book.change(db, me_of(request), number, known, read.values)
        except NotFound as refusal:
            return self._form(request, draft.blank(), refusal.status, error=str(refusal))
        except CampusError as refusal:
            return self._form(request, read, refusal.status, row=row, error=str(refusal))
        return RedirectResponse(f"{self._here(request)}/{number}?saved=1", 303)

    @route("/{number:int}/remove", methods=["POST"], name="answers-remove")
    async def remove(self, request: Request) -> Response:
        """Gone for good; the audit trail keeps what it said."""
        with contextlib.suppress(NotFound):  # gone already: that was wanted
            await book.remove(request.state.session, me_of(request), request.path_params["number"])
        return RedirectResponse(self._here(request), 303)

    def _form(
        self, request: Request, draft: draft.Draft, code: int = 200, *,
        row: Row | None = None, version: str = "", error: str = "",
    ) -> Response:  # fmt: skip
        """`version` is what the form was opened with, where that is not the row's own."""
        rule = book.as_rule(row) if row else None
        return self._show(
            request, "answers_form.html", code, draft=draft, row=row, error=error,
            version=version or (row.version if row else ""), kinds=KINDS, cards=_cards(draft),
            warnings=clashes(rule, request.app.state.claimed) if rule else [],
            changed=f"{row.changed_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}" if row else "",
            saved="saved" in request.query_params and request.method == "GET",
            try_words=_example(rule) or draft.fields["words"].split("\n")[0],
        )  # fmt: skip

    async def _tried(self, request: Request) -> dict[str, Any] | None:
        """Who would answer; for a rule of ours, which one, and which others stand behind it."""
        words = request.query_params.get("words", "").strip()[:200]
        if not words:
            return None
        at = _moment(request.query_params.get("at", ""))
        ask = Ask(who="", now=at, text=normalise(words), raw=words)
        explained = await request.app.state.explain(ask)
        found = await book.book.within(request.state.session)
        matching = [*found.first.matching(ask.text), *found.usual.matching(ask.text)]
        ours = {_place(rule): rule for rule in reversed(matching) if _counts(rule, at, found)}
        rows = {rule.number: rule for rule in matching}
        return {
            "words": words, "at": at, "explained": explained, "how": HOW, "ours": ours,
            "others": [
                (number, say_answer(rule.parts), say_when(rule.when), _counts(rule, at, found))
                for number, rule in rows.items()
            ],
        }  # fmt: skip

    def _here(self, request: Request) -> str:
        return f"{request.scope['root_path']}{self.path}"

    def _show(self, request: Request, name: str, code: int = 200, **context: Any) -> Response:
        assert self.templates is not None  # noqa: S101 set when the desk is composed
        context |= {"here": self._here(request), "title": self.menu_label, "once": once.new_key()}
        return self.templates.TemplateResponse(request, name, context, code)


def _place(rule: Rule) -> str:
    """By which of the chat's three handlers the rule answers."""
    if rule.first:
        return "first"
    return "early" if rule.kind is MatchKind.EXACT else "pattern"


def _counts(rule: Rule, at: datetime, found: book.Book) -> bool:
    return rule.when.covers(at, found.works)


def _page_of(request: Request) -> int:
    page = request.query_params.get("page", "1")
    return min(max(int(page), 1), 10_000) if page.isdecimal() else 1


def _searched(query: str) -> Any:
    some = select(Row)
    if query:
        columns = (func.array_to_string(Row.words, " "), Row.note, cast(Row.answer, String))
        some = some.where(or_(*(c.icontains(query, autoescape=True) for c in columns)))
    return some


def _listed(row: Row) -> dict[str, Any]:
    rule = book.as_rule(row)
    return {
        "row": row, "kind": KINDS[rule.kind], "when": say_when(rule.when),
        "answer": say_answer(rule.parts), "age": clock.say_age(row.changed_at, clock.now()),
    }  # fmt: skip


async def _open(request: Request) -> list[Any]:
    """What nobody answered and no rule answers by now, the most asked first."""
    db, now = request.state.session, clock.now()
    found, asked = await book.book.within(db), await request.app.state.unanswered(db, now)
    left = (one for one in asked if not any(found.usual.matching(one.words)))
    left = (one for one in left if not any(found.first.matching(one.words)))
    return [
        {"one": one, "age": clock.say_age(one.last, now)} for one in islice(left, SHOWN_UNANSWERED)
    ]


async def _form_of(request: Request) -> Mapping[str, str]:
    form = await request.form(max_files=0, max_fields=100)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _cards(form: draft.Draft) -> int:
    """How many card forms to show: the filled ones and one more."""
    filled = [n for n in range(1, draft.CARDS + 1) if _has_card(form, n)]
    return min(max(filled, default=0) + 1, draft.CARDS)


def _has_card(form: draft.Draft, number: int) -> bool:
    return any(form.fields.get(f"card{number}_{name}") for name in draft.PARTS)


def _example(rule: Rule | None) -> str:
    return rule.words[0] if rule and rule.kind is not MatchKind.PATTERN else ""


def _moment(text: str) -> datetime:
    """What `<input type="datetime-local">` sends, in Shanghai; else now."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)
    except ValueError:
        return clock.now()
