"""What operators set up: duties, replies, published questions, deadlines."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import BooleanField, IntegerField
from starlette_admin.routing import route

from app.campus import audit
from app.campus.people.me import Me
from app.campus.units import names
from app.desk.fields import Cell, Moment, Pick, Word, between, choice
from app.desk.table import TableView
from app.kit import clock
from app.kit.errors import CampusError, Invalid
from app.services.feedback import book
from app.services.feedback.clocks import terms
from app.services.feedback.desk_page import Page, number
from app.services.feedback.links import DESK
from app.services.feedback.models import Duty, Phrase, Question, TermRow
from app.services.feedback.parts import SETUP
from app.services.feedback.rules import Kind
from app.services.feedback.words import KINDS

LIMITS = {"days": (1, 60), "warn": (0, 100), "raised": (0, 200)}


async def units(db: AsyncSession) -> list[tuple[str, str]]:
    return [(name, name) for name in await names(db)]


def unit(**more: Any) -> Pick:
    return Pick("unit", "单位", options=units, coerce=str, **more)


class Duties(TableView):
    """The list of duties: who writes is led to the unit whose line their words meet."""

    model, key = Duty, "feedback-duties"
    menu_label, display_name, icon = "职责清单", "一条职责", "fa fa-list-check"
    fields = (
        unit(required=True),
        Word("matter", "管什么", required=True, longest=40),
        Word("words", "大家怎么叫", longest=200,
             help_text="用空格隔开：食堂 难吃 头发；写信的人用到这些字就会选好单位"),
    )  # fmt: skip
    searched = ("matter", "words")
    see = change = SETUP
    tells = (book.duties,)


class Lines(Cell):
    """A cell of several lines."""

    rows: int = 4
    class_: str = "field-textarea form-control"
    form_template: str = "fields/form/textarea.html"


class Phrases(TableView):
    """Replies that are written often; one tap puts them into the answer."""

    model, key = Phrase, "feedback-phrases"
    menu_label, display_name, icon = "答复常用语", "常用语", "fa fa-quote-left"
    fields = (
        choice("kind", "用在", {"": "哪类都行", **KINDS}),
        Word("unit", "单位", longest=40, help_text="不写就都能用"),
        Word("words", "怎么说", required=True, longest=300),
        IntegerField("position", "排第几", required=True, validators=[between(0, 999)]),
    )  # fmt: skip
    searched = ("words",)
    see = change = SETUP


class Questions(TableView):
    """Published questions. One that is put away is found by nobody."""

    model, key = Question, "feedback-questions"
    menu_label, display_name, icon = "公开问答", "一条问答", "fa fa-circle-question"
    fields = (
        unit(required=True),
        Word("question", "问题", required=True, longest=200),
        Cell("answer", "答复", required=True, empty=""),
        Word("words", "还会怎么问", longest=200, help_text="用空格隔开，搜得到"),
        BooleanField("shown", "放出来"),
        Moment("at", "公开时间", exclude_from_create=True, exclude_from_edit=True),
    )  # fmt: skip
    searched = ("question", "answer", "words")
    see = change = SETUP
    tells = (book.book,)

    async def before_create(self, request: Request, data: dict[str, Any], obj: Any) -> None:
        await super().before_create(request, data, obj)
        obj.at = clock.now()

    async def check(self, request: Request, data: dict[str, Any]) -> dict[str, str]:
        try:
            book.check(
                data.get("question") or "", data.get("answer") or "", data.get("words") or ""
            )
        except CampusError as refusal:
            return {"answer": str(refusal)}
        return {}


class Terms(Page):
    menu_label, icon = "答复时限", "fa fa-hourglass-half"
    path, route_name = "/feedback/terms", "feedback-terms"
    may, whole = SETUP, True

    @route("", methods=["GET", "POST"])
    async def index(self, request: Request) -> Response:
        """Working days for each kind, and when who is told. Cases that run keep their deadline."""
        if request.method != "POST":
            return await self._form(request, 200, "")

        async def again(code: int, sentence: str) -> Response:
            return await self._form(request, code, sentence)

        return await self.once_only(request, _keep, again)

    async def _form(self, request: Request, code: int, error: str) -> Response:
        known = await terms.within(request.state.session)
        form = await request.form() if request.method == "POST" else {}
        typed = {f"{kind}-{name}": form.get(f"{kind}-{name}", getattr(known[kind], name))
                 for kind in Kind for name in LIMITS}  # fmt: skip
        said = "存好了，新写来的按这个算" if "did" in request.query_params and not error else ""
        return self.show(
            request, "terms.html", code, typed=typed, limits=LIMITS, error=error, said=said,
            kinds=list(Kind),
        )  # fmt: skip


async def _keep(db: AsyncSession, me: Me, form: FormData) -> str:
    for kind in Kind:
        values = {name: number(form.get(f"{kind}-{name}")) for name in LIMITS}
        for name, (least, most) in LIMITS.items():
            value = values[name]
            if value is None or not least <= value <= most:
                raise Invalid(f"{KINDS[kind]}那一行：写 {least} 到 {most} 的数")
        row = insert(TermRow).values(kind=kind, **values)
        await db.execute(row.on_conflict_do_update(index_elements=["kind"], set_=values))
    rows = await db.scalars(select(TermRow).order_by(TermRow.kind))
    after = {row.kind: [row.days, row.warn, row.raised] for row in rows}
    audit.record(db, me, "feedback.terms", audit.thing("feedback_terms", "*"), after=after)
    await terms.changed(db)
    return f"{DESK}/terms?did=1"
