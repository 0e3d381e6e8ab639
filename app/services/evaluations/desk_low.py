"""「低分和投诉」 at the desk: what was said, thank, tell what was done, or make a case of it."""

from datetime import timedelta

from sqlalchemy import ColumnElement, func
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus.people.me import Me
from app.campus.people.models import Person
from app.desk.base import me_of
from app.kit import clock
from app.kit.errors import NotFound
from app.services.evaluations import desk_single as single
from app.services.evaluations import heard, results
from app.services.evaluations.actions import REPLY, where
from app.services.evaluations.desk_page import HOME, Page, offered, typed, within, word
from app.services.evaluations.desk_pictures import questions_of_all
from app.services.evaluations.desk_single import One, Single
from app.services.evaluations.limits import MOST_REPLY
from app.services.evaluations.models import Answer
from app.services.evaluations.results import Slice

TABS = {"waiting": "等回话的", "done": "办过的", "all": "全部"}
SINCE = timedelta(days=180)
# What is said most often, to begin with.
BEGINNINGS = ("谢谢你告诉我们，已经和当班的说了。", "今天查了，确实是我们没做好，已经改了：",
              "谢谢，这条转给负责人了，三天内给你答复。")  # fmt: skip
DID = {"reply": "回过了，他会看到。", "complain": "转成投诉了，「后勤零距离」里有人跟，有期限。"}
WAITING = Answer.replied_at.is_(None) & Answer.complained_at.is_(None)


class Low(Page):
    menu_label, icon = "低分和投诉", "fa fa-comment-dots"
    path, route_name = "/evaluations/low", "evaluations-low"

    @route("")
    async def index(self, request: Request) -> Response:
        """Low ratings of the last half year: those that wait, or others."""
        return await self._list(request)

    @route("/{id:int}", name="evaluations-low-one")
    async def one(self, request: Request) -> Response:
        """One answer, low or not, with all that was said."""
        return await self._one(request)

    @route("/{id:int}/do/{deed}", methods=["POST"], name="evaluations-low-do")
    async def do(self, request: Request) -> Response:
        """Reply to it, or make a case of it."""
        name, id = request.path_params["deed"], request.path_params["id"]

        async def deed(db: AsyncSession, me: Me, sent: FormData) -> str:
            found = await heard.find(db, me, id)
            if name == "reply":
                said = word(typed(sent), "words", MOST_REPLY + 1)
                await heard.reply(db, me, found.answer, said, clock.now())
            elif name == "complain":
                await heard.complain(db, me, found.answer, clock.now())
            else:
                raise NotFound("没有这个按钮，刷新一下")
            return f"{HOME}/low/{id}?did={name}"

        async def again(code: int, sentence: str) -> Response:
            return await self._one(request, code, sentence)

        return await self.once_only(request, deed, again)

    async def _list(self, request: Request) -> Response:
        db, me = request.state.session, me_of(request)
        asked = request.query_params
        tab = asked.get("tab", "waiting")
        tab = tab if tab in TABS else "waiting"
        unit = word(asked, "unit")
        of = Slice(since=clock.now().date() - SINCE, unit=unit or None, within=within(me))
        limits: list[ColumnElement[bool]] = [*of.where(), Answer.low.is_(True)]
        if tab != "all":
            limits.append(WAITING if tab == "waiting" else ~WAITING)
        page = await single.listed(db, limits, asked.get("after", ""))
        return self.show(
            request, "low.html", page=page, tab=tab, tabs=TABS, unit=unit,
            questions=await questions_of_all(db, [one.answer for one in page.rows]),
            units=await offered(db, me), by=await single.repliers(db, page), lines=single.lines,
            waiting=await _waiting(db, of),
        )  # fmt: skip

    async def _one(self, request: Request, code: int = 200, error: str = "") -> Response:
        db, me = request.state.session, me_of(request)
        found = await heard.find(db, me, request.path_params["id"])
        await db.refresh(found.answer)
        answer = found.answer
        who = await db.get(Person, answer.person_id) if answer.person_id else None
        one = One(answer, found.subject.name, found.unit, found.form.title,
                  who.name if who and not answer.anonymous else "")  # fmt: skip
        return self.show(
            request, "low_one.html", code, one=one, error=error, most=MOST_REPLY,
            said=DID.get(request.query_params.get("did", ""), ""), beginnings=BEGINNINGS,
            lines=single.lines(answer, {q.name: q for q in found.questions}),
            by=await single.repliers(db, Single([one])), replies=me.may(REPLY, where(found.unit)),
        )  # fmt: skip


async def _waiting(db: AsyncSession, of: Slice) -> int:
    query = results.over(func.count()).where(*of.where(), Answer.low.is_(True), WAITING)
    return await db.scalar(query) or 0
