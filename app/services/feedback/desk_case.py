"""One case at the desk: everything on one page, which can be printed, and what to do with it."""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus import audit
from app.campus.people.me import Me
from app.campus.units import names
from app.campus.uploads import Upload
from app.desk.base import me_of
from app.kit import clock
from app.kit.errors import NotFound
from app.services.feedback import book, office, work_pages
from app.services.feedback.desk_queue import Queue, found
from app.services.feedback.links import DESK
from app.services.feedback.models import IS_OPEN, Case, Line, Photo, Question
from app.services.feedback.pages_form import Sent
from app.services.feedback.parts import actor, at_desk
from app.services.feedback.rules import Move, may_publish
from app.services.feedback.shown import Shown, look

ALIKE = 6
SAID = {
    "take": "接下了", "answer": "答复了，写信的人收到了", "reply": "回过去了", "hand": "转走了",
    "merge": "并成一件了", "publish": "公开了，大家搜得到",
}  # fmt: skip
Deed = Callable[[AsyncSession, Me, Case, FormData], Awaitable[object]]


def _office(name: str) -> Deed:
    async def do(db: AsyncSession, me: Me, case: Case, form: FormData) -> None:
        await work_pages.deed(
            db, actor(me, case), case, name, typed=Sent(form), now=clock.now()
        )  # fmt: skip

    return do


async def _merge(db: AsyncSession, me: Me, case: Case, form: FormData) -> None:
    others = [await found(db, me, str(one)) for one in form.getlist("other")][:20]
    await office.merge(db, actor(me, case), case, others, clock.now())


async def _publish(db: AsyncSession, me: Me, case: Case, form: FormData) -> None:
    typed = Sent(form)
    id = await book.publish(
        db, actor(me, case), case, clock.now(), question=typed.text("question"),
        answer=typed.text("answer"), words=typed.text("tags"),
    )  # fmt: skip
    audit.record(db, me, "feedback.publish", audit.thing("feedback_questions", id))


DEEDS: Mapping[str, Deed] = {
    **{name: _office(name) for name in ("take", "answer", "reply", "hand")},
    "merge": _merge, "publish": _publish,
}  # fmt: skip


class Cases(Queue):
    """The queue, and below it each case under its number."""

    @route("/{number}", name="feedback-case")
    async def one(self, request: Request) -> Response:
        """One case."""
        return await self._one(request)

    @route("/{number}/photos/{photo:int}", name="feedback-case-photo")
    async def photo(self, request: Request) -> Response:
        """A photo of the thread; `small` for its thumbnail."""
        db, me = request.state.session, me_of(request)
        case = await found(db, me, request.path_params["number"])
        column = Upload.thumbnail if "small" in request.query_params else Upload.picture
        query = select(column).join(Photo, Photo.upload_id == Upload.id)
        query = query.join(Line, Line.id == Photo.line_id).where(Line.case_id == case.id)
        id = min(request.path_params["photo"], 2**31 - 1)
        if (data := await db.scalar(query.where(Upload.id == id))) is None:
            raise NotFound("这张照片已经删了")
        return Response(data, media_type="image/jpeg")

    @route("/{number}/do/{verb}", methods=["POST"], name="feedback-case-do")
    async def act(self, request: Request) -> Response:
        """Do what a button is for, once."""
        verb, number = request.path_params["verb"], request.path_params["number"]
        if verb not in DEEDS:
            raise NotFound("没有这个按钮，刷新一下")

        async def do(db: AsyncSession, me: Me, form: FormData) -> str:
            case = await found(db, me, number)
            await DEEDS[verb](db, me, case, form)
            audit.record(db, me, f"feedback.{verb}", audit.thing("feedback_cases", case.id))
            return f"{DESK}/cases/{case.id}?did={verb}"

        async def again(code: int, sentence: str) -> Response:
            return await self._one(request, code, sentence)

        return await self.once_only(request, do, again)

    async def _one(self, request: Request, code: int = 200, error: str = "") -> Response:
        db, me, now = request.state.session, me_of(request), clock.now()
        case = await found(db, me, request.path_params["number"])
        await db.refresh(case)
        shown = await look(db, actor(me, case), case, now)
        did = request.query_params.get("did", "") if request.method == "GET" else ""
        open = may_publish(
            anonymous=case.anonymous, asked_by_somebody=case.asker_id is not None,
            consent=case.consent,
        )  # fmt: skip
        return self.show(
            request, "case.html", code, case=case, shown=shown, error=error, units=await names(db),
            said=SAID.get(did, ""), phrases=await work_pages.phrases(db, case, 12),
            alike=await _alike(db, me, case), may_publish=open and bool(case.answered_at),
            question=await db.scalar(select(Question).where(Question.case_id == case.id)),
            answer=_answer(shown),
        )  # fmt: skip


def _answer(shown: Shown) -> str:
    """The last answer, to begin a published one with."""
    return next((one.words for one in reversed(shown.lines) if one.what == Move.ANSWER), "")


async def _alike(db: AsyncSession, me: Me, case: Case) -> list[Case]:
    """Other open cases of the unit, those of the same kind first."""
    query = select(Case).where(IS_OPEN, at_desk(me), Case.unit == case.unit, Case.id != case.id)
    same = (Case.kind == case.kind).desc()
    return list(await db.scalars(query.order_by(same, Case.id.desc()).limit(ALIKE)))
