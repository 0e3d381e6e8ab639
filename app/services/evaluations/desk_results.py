"""What came of a form, at the desk: pictures that fill by themselves, topics, single answers."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus import audit
from app.campus.uploads import Upload
from app.desk.base import me_of
from app.desk.export import XLSX
from app.kit import clock
from app.kit.errors import Forbidden, NotFound
from app.services.evaluations import desk_asked, export, forms, heard, results, results_rate
from app.services.evaluations import desk_pictures as pictures
from app.services.evaluations import desk_single as single
from app.services.evaluations.actions import MAKE, READ, where
from app.services.evaluations.codes import address, code_of
from app.services.evaluations.desk_asked import Wanted
from app.services.evaluations.desk_codes import picture, signs
from app.services.evaluations.desk_page import Page, download, within
from app.services.evaluations.models import Form, FormKind, Sealed, Subject
from app.services.evaluations.rules import Phase, phase

EVERY = 4  # seconds between two looks of an open form's page
NOT_YOURS = "这张表不归你管，找管那个单位的同事"


class Results(Page):
    """The pages of one form, beside its builder."""

    did: ClassVar[Mapping[str, str]] = {}  # what a button has just done, by its name

    @route("/{id:int}", name="evaluations-one")
    async def one(self, request: Request) -> Response:
        """What came of a form so far."""
        return await self.results(request)

    @route("/{id:int}/live", name="evaluations-live")
    async def live(self, request: Request) -> Response:
        """The fragment with the pictures, or nothing (204) while no answer came."""
        form, wanted = await self._form(request)
        total = await results.total(request.state.session, wanted.slice)
        if request.query_params.get("mark") == mark_of(form, total.count):
            return Response(status_code=204)
        context = await self._pictures(request, form, wanted)
        return self.show(request, "live.html", **context)

    @route("/{id:int}/answers", name="evaluations-answers")
    async def answers(self, request: Request) -> Response:
        """Single answers: all of a slice, or those behind one number."""
        form, wanted = await self._form(request)
        db = request.state.session
        questions = await pictures.questions_of(db, form)
        page = await single.page(db, wanted, questions, request.query_params.get("after", ""))
        return self.show(
            request, "answers.html", form=form, wanted=wanted, page=page, tab="answers",
            questions={one.name: one for one in questions}, why=wanted.why(questions),
            phase=phase_of(form), makes=me_of(request).may(MAKE, where(form.unit)),
            by=await single.repliers(db, page), lines=single.lines,
        )  # fmt: skip

    @route("/{id:int}/answers.xlsx", name="evaluations-export")
    async def export(self, request: Request) -> Response:
        """The answers of a slice as a spreadsheet."""
        db, me = request.state.session, me_of(request)
        form, wanted = await self._form(request)
        questions = await pictures.questions_of(db, form)
        columns, rows = await export.table(db, wanted.slice, questions)
        data = await asyncio.to_thread(export.sheet, columns, rows)
        what = {"rows": len(rows), "query": wanted.query()}
        thing = audit.thing("evaluations_form", form.id)
        audit.record(db, me, "evaluations.export", thing, after=what)
        return download(data, f"{form.title}.xlsx", XLSX)

    @route("/{id:int}/code.pdf", name="evaluations-code")
    async def code(self, request: Request) -> Response:
        """The code of a survey to print."""
        form, _ = await self._form(request)
        if (subject := await _own(request.state.session, form)) is None:
            raise NotFound("评价表的码在「评的对象」里，每样一个")
        data = await signs(request, [subject])
        return download(data, f"{form.title} 码.pdf", "application/pdf")

    @route("/photos/{answer:int}/{photo:int}", name="evaluations-photo")
    async def photo(self, request: Request) -> Response:
        """A photo of an answer; `small` for its thumbnail."""
        db = request.state.session
        found = await heard.find(db, me_of(request), request.path_params["answer"])
        if (id := request.path_params["photo"]) not in found.answer.photos:
            raise NotFound("这张照片已经删了")
        column = Upload.thumbnail if "small" in request.query_params else Upload.picture
        if (data := await db.scalar(select(column).where(Upload.id == id))) is None:
            raise NotFound("这张照片已经删了")
        return Response(data, media_type="image/jpeg")

    async def results(self, request: Request, code: int = 200, error: str = "") -> Response:
        """The page of a form, after a button with why not."""
        form, wanted = await self._form(request)
        db, me = request.state.session, me_of(request)
        context = await self._pictures(request, form, wanted)
        return self.show(
            request, "one.html", code, error=error, tab="results",
            said=self.did.get(request.query_params.get("did", ""), ""),
            makes=me.may(MAKE, where(form.unit)), door=await _door(request, db, form),
            choices=await desk_asked.choices(db, form, wanted.slice.within), **context,
        )  # fmt: skip

    async def _form(self, request: Request) -> tuple[Form, Wanted]:
        """The form of the address, and of its answers what is asked and may be seen.

        Raises NotFound; Forbidden for a form of others that rates nothing of theirs.
        """
        db, me = request.state.session, me_of(request)
        form = await forms.find(db, request.path_params["id"])
        mine = within(me)
        if not me.may(READ, where(form.unit)) and not await _rates(db, form, mine):
            raise Forbidden(NOT_YOURS)
        return form, desk_asked.wanted(request.query_params, form, mine)

    async def _pictures(self, request: Request, form: Form, wanted: Wanted) -> dict[str, Any]:
        """What both the page and its live fragment show."""
        db = request.state.session
        found = await pictures.of_form(db, form, wanted.slice, clock.now().date())
        sealed = select(func.count()).where(Sealed.form_id == form.id)
        now_phase = phase_of(form)
        return {
            "form": form, "wanted": wanted, "found": found, "phase": now_phase, "every": EVERY,
            "mark": mark_of(form, found.total.count), "live": now_phase == Phase.OPEN,
            "rate": await results_rate.whole(db, wanted.slice),
            "sealed": await db.scalar(sealed) if form.anonymous else 0,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Door:
    """How people come to a survey: its page, its code as a picture, and a campaign's form."""

    page: str
    address: str
    code: str
    campaign: str


def phase_of(form: Form) -> str:
    """Where a form stands now."""
    return phase(form.stage, form.opens_at, form.closes_at, clock.now()).value


def mark_of(form: Form, count: int) -> str:
    """Changes with everything that the live fragment shows."""
    return f"{form.version}-{phase_of(form)}-{count}"


async def _door(request: Request, db: AsyncSession, form: Form) -> Door | None:
    """Of a survey; what a rating form rates has doors of its own."""
    if (subject := await _own(db, form)) is None:
        return None
    code = await code_of(db, subject)
    there = address(request.app.state.settings.public_url, code)
    page = address("", code)
    words = f"{form.title}：{form.about or '想听听你怎么说'}，点这里填，一两分钟。"
    asked = urlencode({"title": form.title[:30], "words": f"{words}\n{there}", "page": page})
    return Door(page, there, picture(there), f"/desk/campaigns/new?{asked}")


async def _own(db: AsyncSession, form: Form) -> Subject | None:
    """The one subject of a survey."""
    if form.kind != FormKind.SURVEY:
        return None
    query = select(Subject).where(Subject.form_id == form.id).order_by(Subject.id).limit(1)
    return await db.scalar(query)


async def _rates(db: AsyncSession, form: Form, mine: frozenset[str] | None) -> bool:
    """Whether the form rates anything of these units."""
    if mine is None:
        return True
    theirs = select(Subject.id).where(Subject.form_id == form.id, Subject.unit.in_(mine))
    return await db.scalar(theirs.limit(1)) is not None
