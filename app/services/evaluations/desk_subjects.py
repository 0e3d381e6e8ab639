"""「评的对象」 at the desk: windows, houses, lines; each with a code to print."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.places import Building, Room, campus
from app.desk.base import me_of
from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.services.evaluations import subjects
from app.services.evaluations.actions import MAKE
from app.services.evaluations.desk_codes import signs
from app.services.evaluations.desk_page import (
    HOME,
    Page,
    download,
    number,
    offered,
    typed,
    within,
    word,
)
from app.services.evaluations.desk_sheet import place_of
from app.services.evaluations.models import Form, FormKind, Subject, SubjectKind

PAGE, MOST_PRINTED = 50, 1_200
DID = {
    "made": "加上了，「打印码」里有它的码。", "saved": "改好了。",
    "retire": "不再评了，评过的都还在。", "rotate": "码换了，印过的都作废，重新打印贴上。",
}  # fmt: skip


class Subjects(Page):
    menu_label, icon = "评的对象", "fa fa-shop"
    path, route_name = "/evaluations/subjects", "evaluations-subjects"

    @route("")
    async def index(self, request: Request) -> Response:
        """What is rated, by kind; filtered by what the address says."""
        return await self._list(request)

    @route("/new", methods=["GET", "POST"], name="evaluations-subjects-new")
    async def new(self, request: Request) -> Response:
        """One more."""
        return await self._edit(request, None)

    @route("/{id:int}", methods=["GET", "POST"], name="evaluations-subject")
    async def one(self, request: Request) -> Response:
        """The form of one."""
        return await self._edit(request, await self._mine(request))

    @route("/{id:int}/do/{deed}", methods=["POST"], name="evaluations-subject-do")
    async def do(self, request: Request) -> Response:
        """Rate it no more, or give it another code."""
        subject, name = await self._mine(request), request.path_params["deed"]

        async def deed(db: AsyncSession, me: Me, _: FormData) -> str:
            if name == "retire":
                await subjects.retire(db, me, subject, clock.now())
            elif name == "rotate":
                await subjects.rotate(db, me, subject)
            else:
                raise NotFound("没有这个按钮，刷新一下")
            return f"{HOME}/subjects?did={name}"

        async def again(code: int, sentence: str) -> Response:
            return await self._list(request, code, sentence)

        return await self.once_only(request, deed, again)

    @route("/codes.pdf", name="evaluations-codes")
    async def codes(self, request: Request) -> Response:
        """The codes of what the filters leave, twelve on an A4 sheet."""
        db, me = request.state.session, me_of(request)
        found = list(await db.scalars(_filtered(request, me).limit(MOST_PRINTED)))
        if not found:
            return await self._list(request, 404, "没有可以打印的，先加上要评的东西")
        data = await signs(request, found)
        return download(data, "评价码.pdf", "application/pdf")

    async def _mine(self, request: Request) -> Subject:
        """The subject of the address, if it is one of theirs. Raises NotFound."""
        found = await subjects.find(request.state.session, request.path_params["id"])
        mine = within(me_of(request))
        other = mine is not None and found.unit not in mine
        if other or found.kind == SubjectKind.SURVEY:
            raise NotFound("没有这一项，或者不归你管")
        return found

    async def _list(self, request: Request, code: int = 200, error: str = "") -> Response:
        db, me = request.state.session, me_of(request)
        found = list(await db.scalars(_filtered(request, me).limit(PAGE + 1)))
        rows = found[:PAGE]
        asked = {n: word(request.query_params, n) for n in ("q", "kind", "unit", "form")}
        forms = await _forms(db, me)
        return self.show(
            request, "subjects.html", code, rows=rows, error=error, asked=asked, forms=forms,
            said=DID.get(request.query_params.get("did", ""), ""), names=dict(forms),
            more=rows[-1].id if len(found) > PAGE else None, units=await offered(db, me),
            who=await _people(db, rows), makes=me.may_somewhere(MAKE), whole=me.may(MAKE),
        )  # fmt: skip

    async def _edit(self, request: Request, subject: Subject | None) -> Response:
        db = request.state.session
        if request.method == "GET":
            fields = await _shown(db, subject, request)
            return await self._form(request, subject, fields)
        sent = typed(await request.form(max_files=0, max_fields=40))

        async def save(db: AsyncSession, me: Me, _: FormData) -> str:
            spec = await _spec(db, sent)
            if subject is None:
                await subjects.add(db, me, spec)
            else:
                await subjects.edit(db, me, subject, spec)
            return f"{HOME}/subjects?did={'saved' if subject else 'made'}"

        async def again(code: int, sentence: str) -> Response:
            if subject is not None:
                await db.refresh(subject)
            return await self._form(request, subject, sent, code, sentence)

        return await self.once_only(request, save, again)

    async def _form(
        self, request: Request, subject: Subject | None, fields: Mapping[str, str],
        code: int = 200, error: str = "",
    ) -> Response:  # fmt: skip
        db, me = request.state.session, me_of(request)
        return self.show(
            request, "subject.html", code, subject=subject, fields=fields, error=error,
            forms=await _forms(db, me), units=await offered(db, me, MAKE),
        )  # fmt: skip


def _filtered(request: Request, me: Me) -> Select[Subject]:
    """The subjects that the address asks for, by kind and position, after the one it ends with."""
    asked = request.query_params
    query = select(Subject).join(Form, Form.id == Subject.form_id)
    query = query.where(Subject.gone_at.is_(None), Form.kind == FormKind.RATING)
    if (mine := within(me)) is not None:
        query = query.where(Subject.unit.in_(mine))
    if text := word(asked, "q", 30):
        query = query.where(Subject.name.icontains(text, autoescape=True))
    if asked.get("kind") in set(SubjectKind):
        query = query.where(Subject.kind == asked["kind"])
    if unit := word(asked, "unit"):
        query = query.where(Subject.unit == unit)
    if form := number(asked.get("form"), 2**31 - 1):
        query = query.where(Subject.form_id == form)
    order = (Subject.kind, Subject.position, Subject.id)
    if after := number(asked.get("after"), 2**31 - 1):
        last = select(*order).where(Subject.id == after).subquery()
        query = query.where(tuple_(*order) > select(*last.c).scalar_subquery())
    return query.order_by(*order)


async def _forms(db: AsyncSession, me: Me) -> list[tuple[int, str]]:
    """The forms that things are rated by."""
    query = select(Form.id, Form.title).where(Form.kind == FormKind.RATING).order_by(Form.id.desc())
    if (mine := within(me)) is not None:
        query = query.where(Form.unit.in_({*mine, ""}))
    return [(id, title) for id, title in await db.execute(query.limit(200))]


async def _people(db: AsyncSession, rows: Sequence[Subject]) -> dict[int, str]:
    ids = {row.person_id for row in rows} - {None}
    query = select(Person.id, Person.name).where(Person.id.in_(ids))
    return dict((await db.execute(query)).all())


async def _shown(db: AsyncSession, one: Subject | None, request: Request) -> dict[str, str]:
    """The fields of the form, of a new one what the address says."""
    if one is None:
        return {"kind": "window", "form": request.query_params.get("form", "")[:9], "position": "0"}
    person = await db.get(Person, one.person_id) if one.person_id else None
    house = await db.get(Building, one.building_id) if one.building_id else None
    room = await db.get(Room, one.room_id) if one.room_id else None
    place = " ".join(part for part in (house and house.name, room and room.number) if part)
    return {
        "name": one.name, "kind": one.kind, "unit": one.unit, "form": str(one.form_id),
        "place": place, "person": (person.number if person else "") or "", "team": one.team,
        "position": str(one.position),
    }  # fmt: skip


async def _spec(db: AsyncSession, sent: Mapping[str, str]) -> subjects.SubjectSpec:
    """What was typed. Raises Invalid."""
    given = {name: value.strip() for name, value in sent.items()}
    if given.get("kind") not in set(SubjectKind) - {SubjectKind.SURVEY}:
        raise Invalid("选一种类型")
    place = place_of(given.get("place", ""), await campus.within(db))
    if place is None:
        raise Invalid(f"没认出「{given['place'][:20]}」，写成「3号楼 501」或楼名")
    person = None
    if whose := given.get("person", "")[:20]:
        person = await db.scalar(select(Person.id).where(Person.number == whose))
        if person is None:
            raise Invalid(f"名册里没有 {whose}")
    form, position = number(given.get("form"), 2**31 - 1), number(given.get("position"), 10**6)
    if form is None or position is None:
        raise Invalid("选用哪张表；次序写一个数" if form is None else "次序写一个数，小的在前")
    return subjects.SubjectSpec(
        given.get("name", ""), form, SubjectKind(given["kind"]), given.get("unit", "")[:60],
        person_id=person, team=given.get("team", "")[:30], position=position, **place,
    )  # fmt: skip
