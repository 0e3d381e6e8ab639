"""「检查清单」: the lists with their points, and the places where they are checked."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import IntegerField
from starlette_admin.routing import route

from app.campus import units
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.desk.base import me_of
from app.desk.fields import Moment, Pick, Word, between, choice
from app.desk.nouns import building, person
from app.desk.table import TableView
from app.kit import clock
from app.kit.errors import Forbidden, Invalid, NotFound
from app.services.checks import desk_draft, lists, plan, words
from app.services.checks.desk_draft import Form
from app.services.checks.desk_page import HOME, Page, number
from app.services.checks.models import List, ListPlace, Place
from app.services.checks.reach import RUN

WRONG = "表里有没填对的，改好再存"


class Lists(Page):
    menu_label, icon = "检查清单", "fa fa-list-check"
    path, route_name, may = "/checks/lists", "checks-lists", RUN

    def is_accessible(self, request: Request) -> bool:
        return me_of(request).may(RUN)

    @route("")
    async def index(self, request: Request) -> Response:
        """All lists, those in use first."""
        return await self._all(request)

    async def _all(self, request: Request, code: int = 200, error: str = "") -> Response:
        db: AsyncSession = request.state.session
        places = select(func.count()).where(ListPlace.list_id == List.id).scalar_subquery()
        query = select(List, places).order_by(List.gone_at.is_not(None), List.kind, List.id)
        rows = (await db.execute(query.limit(500))).all()
        return self.show(request, "lists.html", code, rows=rows, error=error)

    @route("/new", methods=["GET", "POST"], name="checks-lists-new")
    async def new(self, request: Request) -> Response:
        """A new list."""
        if request.method == "GET":
            return await self._form(request, _empty())
        return await self._save(request, None)

    @route("/{number:int}", methods=["GET", "POST"], name="checks-lists-edit")
    async def edit(self, request: Request) -> Response:
        """One list; saving makes its next version."""
        db: AsyncSession = request.state.session
        id = request.path_params["number"]
        list_ = await db.get(List, id)
        if list_ is None:
            raise NotFound(lists.NO_LIST)
        if request.method == "POST":
            return await self._save(request, list_)
        return await self._form(request, await _shown(db, list_), list_=list_)

    @route("/{number:int}/retire", methods=["POST"], name="checks-lists-retire")
    async def retire(self, request: Request) -> Response:
        """Check it no longer."""
        id = request.path_params["number"]

        async def deed(db: AsyncSession, me: Me, sent: FormData) -> str:
            _must(me)
            await lists.retire(db, me, id, clock.now())
            await plan.make(db, clock.now().date())
            return f"{HOME}/lists"

        async def again(code: int, why: str) -> Response:
            return await self._all(request, code, why)

        return await self.once_only(request, deed, again)

    async def _save(self, request: Request, list_: List | None) -> Response:
        form = Form()

        async def deed(db: AsyncSession, me: Me, sent: FormData) -> str:
            nonlocal form
            _must(me)
            form = desk_draft.typed(sent)
            if (draft := await desk_draft.read(db, form)) is None:
                raise Invalid(WRONG)
            now = clock.now()
            if list_ is None:
                await lists.add(db, me, draft, now)
            else:
                known = number(sent.get("version")) or 0
                await lists.change(db, me, list_.id, draft, now, known=known)
            await plan.make(db, now.date())
            return f"{HOME}/lists"

        async def again(code: int, why: str) -> Response:
            return await self._form(request, form, code, list_=list_, error=why)

        return await self.once_only(request, deed, again)

    async def _form(
        self, request: Request, form: Form, code: int = 200, *,
        list_: List | None = None, error: str = "",
    ) -> Response:  # fmt: skip
        db = request.state.session
        places = select(Place).where(Place.gone_at.is_(None)).order_by(Place.position, Place.name)
        if list_ is not None:
            await db.refresh(list_)
        return self.show(
            request, "list_form.html", code, form=form, list=list_, error=error,
            blank=desk_draft.BLANK, places=(await db.scalars(places)).all(), kinds=words.KINDS,
            rhythms=words.RHYTHMS, roles=words.ROLES,
        )  # fmt: skip


def _must(me: Me) -> None:
    if not me.may(RUN):
        raise Forbidden("清单管的是全校的，找管全部的运营同事办")


def _empty() -> Form:
    fields = {"title": "", "kind": "", "rhythm": "", "people": "", "roles": [], "places": [],
              "by_room": False, "public": False, "always": False}  # fmt: skip
    return Form(fields)


async def _shown(db: AsyncSession, list_: List) -> Form:
    """A list as its form shows it."""
    places = await db.scalars(select(ListPlace.place_id).where(ListPlace.list_id == list_.id))
    people = await db.scalars(select(Person.number).where(Person.id.in_(list_.people)))
    names = ("title", "kind", "rhythm", "roles", "by_room", "public", "always")
    fields = {name: getattr(list_, name) for name in names}
    fields |= {"places": list(places), "people": " ".join(filter(None, people))}
    rows = [
        {"name": i.name, "points": str(i.points), "below": str(i.below), "hours": str(i.hours),
         "vital": "1" if i.vital else "", "fault": i.fault}
        for i in await lists.points(db, list_.id, list_.version)
    ]  # fmt: skip
    return Form(fields, rows)


async def _units(db: AsyncSession) -> list[tuple[str, str]]:
    return [(name, name) for name in await units.names(db)]


class Places(TableView):
    """Where lists are checked. One that is there no longer is put away: old visits name it."""

    model, key = Place, "checks-places"
    menu_label, display_name, icon = "检查的地方", "地方", "fa fa-location-dot"
    fields = (
        Word("name", "名字", required=True, longest=20),
        choice("kind", "类别", words.KINDS, required=True),
        Pick("unit", "单位", options=_units, coerce=str, required=True,
             help_text="这个单位的负责人看得到"),
        building("building_id", "楼", help_text="宿舍选楼，才能一间一间查"),
        Word("contractor", "外包公司", longest=30,
             help_text="权限里给他们的人开「外包」，单位写这个名字"),
        person("owner_id", "谁整改", help_text="不填就告诉外包公司的人，没有再告诉单位负责人"),
        IntegerField("position", "排第几", required=True, validators=[between(0, 999)]),
        Moment("gone_at", "从这时起不查", help_text="空着就一直查"),
    )  # fmt: skip
    fields_default_sort = ("position", "name")
    sorted_by = ("position", "unit")
    searched = ("name", "contractor", "unit")
    change, deletes = RUN, False
