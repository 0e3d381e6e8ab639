"""The desk's pages of freshmen: found by name or number, one with their log, and the log itself."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus.people.binding import tidy
from app.campus.people.models import Person
from app.campus.places import Bed as Stand
from app.campus.places import Building, Room, campus
from app.desk.base import me_of
from app.kit.errors import NotFound
from app.services.rooms import pools, sheet
from app.services.rooms.desk_base import RUN, Deed, Pages, Pressed
from app.services.rooms.desk_doors import out, person_of, place
from app.services.rooms.desk_words import OUTCOMES, WHATS
from app.services.rooms.models import Bed, Eligible, Log, Member, Pool, Team
from app.services.rooms.rules import WELL

PAGE, FEW = 50, 30
SHOW = {
    "all": "所有人", "none": "还没有床", "held": "正留着床", "taken": "有床了",
    "gone": "资格取消的",
}  # fmt: skip


async def _withdraw(deed: Pressed) -> int:
    deed.whole()
    person = await person_of(deed)
    await pools.withdraw(deed.db, deed.me, deed.round.id, person, deed.why)
    return 1


async def _bring_back(deed: Pressed) -> int:
    deed.whole()
    await pools.bring_back(deed.db, deed.me, deed.round.id, await person_of(deed))
    return 1


DEEDS: Mapping[str, Deed] = {
    "place": place, "move": place, "out": out, "withdraw": _withdraw, "bring_back": _bring_back,
}  # fmt: skip


class PeoplePages(Pages):
    """「新生」 and 「记录」, for who runs the whole selection."""

    @route("/{number:int}/people", name="rooms-people")
    async def people(self, request: Request) -> Response:
        """Who may choose, by name, number or room; fifty at a time."""
        me_of(request).must(RUN)
        row, asked = await self.round_of(request), request.query_params
        q, show = asked.get("q", "").strip()[:40], asked.get("show", "all")
        after = _number(asked.get("after", ""))
        query = people_query(row.id, q, show).order_by(Person.id).limit(PAGE + 1)
        found = (await request.state.session.execute(query.where(Person.id > after))).all()
        return await self.show(
            request, "people.html", round=row, tab="people", people=found[:PAGE], q=q, shown=show,
            shows=SHOW, next=found[PAGE - 1][0].id if len(found) > PAGE else 0, from_top=not after,
        )  # fmt: skip

    @route("/{number:int}/people/{person:int}", name="rooms-person")
    async def person(self, request: Request) -> Response:
        """One freshman: their bed, what an operator can do, and what they asked for."""
        return await self._person(request)

    @route("/{number:int}/people/{person:int}/{deed}", methods=["POST"], name="rooms-person-do")
    async def person_do(self, request: Request) -> Response:
        """One of DEEDS."""
        me_of(request).must(RUN)
        path = request.path_params
        address = f"{self.here(request)}/{path['number']}/people/{path['person']}"
        return await self.press(request, DEEDS, self._person, address)

    @route("/{number:int}/log", name="rooms-log")
    async def log(self, request: Request) -> Response:
        """Who asked for what when, what came of it, and why not: newest first."""
        me_of(request).must(RUN)
        row, asked, db = await self.round_of(request), request.query_params, request.state.session
        q, what, came = (asked.get(name, "").strip()[:40] for name in ("q", "what", "came"))
        before = _number(asked.get("before", ""))
        query = log_query(row.id, what, came)
        if q:
            query = query.where(await _named(db, q))
        if before:
            query = query.where(Log.id < before)
        found = (await db.execute(query.limit(PAGE + 1))).all()
        return await self.show(
            request, "log.html", round=row, tab="log", rows=found[:PAGE], q=q, what=what,
            came=came, whats=WHATS, outcomes=OUTCOMES, well=WELL,
            next=found[PAGE - 1][0].id if len(found) > PAGE else 0,
        )  # fmt: skip

    async def _person(self, request: Request, error: str = "", code: int = 200) -> Response:
        me_of(request).must(RUN)
        row, id = await self.round_of(request), request.path_params["person"]
        db: AsyncSession = request.state.session
        found = (await db.execute(people_query(row.id, "", "").where(Person.id == id))).first()
        if found is None:
            raise NotFound("这个人不在这一轮，先把他导进新生名单")
        query = log_query(row.id, "", "").where(Log.person_id == id).limit(FEW)
        return await self.show(
            request, "person.html", code, round=row, tab="people", found=found, error=error,
            rows=(await db.execute(query)).all(), outcomes=OUTCOMES, whats=WHATS, well=WELL,
            mates=await _mates(db, row.id, id),
        )  # fmt: skip


def people_query(round_id: int, q: str, show: str) -> Select[*tuple[Any, ...]]:
    """(Person, Eligible, Pool, Bed, label, room number, building) of those who may choose."""
    query = (
        select(Person, Eligible, Pool, Bed, Stand.label, Room.number, Building.name)
        .join(Eligible, Eligible.person_id == Person.id).join(Pool, Pool.id == Eligible.pool_id)
        .outerjoin(Bed, (Bed.round_id == round_id) & (Bed.person_id == Person.id)
                   & (Bed.state == ("held" if show == "held" else "taken")))
        .outerjoin(Stand, Stand.id == Bed.bed_id).outerjoin(Room, Room.id == Bed.room_id)
        .outerjoin(Building, Building.id == Room.building_id)
        .where(Eligible.round_id == round_id)
    )  # fmt: skip
    if q:
        named = Person.name.startswith(q, autoescape=True)
        query = query.where(or_(Person.number == tidy(q), named, Pool.name == q))
    if show == "none":
        query = query.where(Bed.bed_id.is_(None), Eligible.withdrawn_at.is_(None))
    elif show in ("taken", "held"):
        query = query.where(Bed.bed_id.is_not(None))
    elif show == "gone":
        query = query.where(Eligible.withdrawn_at.is_not(None))
    return query


def log_query(round_id: int, what: str, came: str) -> Select[*tuple[Any, ...]]:
    """(Log, who, by whom, bed, room, building), newest first. `came`: an outcome, or `refused`."""
    by = aliased(Person)
    query = (
        select(Log, Person, by, Stand.label, Room.number, Building.name)
        .outerjoin(Person, Person.id == Log.person_id).outerjoin(by, by.id == Log.by_id)
        .outerjoin(Stand, Stand.id == Log.bed_id).outerjoin(Room, Room.id == Stand.room_id)
        .outerjoin(Building, Building.id == Room.building_id)
        .where(Log.round_id == round_id).order_by(Log.id.desc())
    )  # fmt: skip
    if what in WHATS:
        query = query.where(Log.what == what)
    if came == "refused":
        query = query.where(Log.outcome.not_in(WELL))
    elif came in OUTCOMES:
        query = query.where(Log.outcome == came)
    return query


async def _named(db: AsyncSession, q: str) -> Any:
    """Rows of somebody by number or name, or of a room: 「3号楼 501」."""
    try:
        room = sheet.find(await campus.within(db), q)
    except ValueError:
        theirs = (Person.number == tidy(q)) | Person.name.startswith(q, autoescape=True)
        return Log.person_id.in_(select(Person.id).where(theirs))
    return Log.bed_id.in_(select(Stand.id).where(Stand.room_id == room))


async def _mates(db: AsyncSession, round_id: int, person_id: int) -> list[Person]:
    """The others of somebody's team."""
    team = (
        select(Member.team_id).join(Team, Team.id == Member.team_id)
        .where(Member.round_id == round_id, Member.person_id == person_id,
               Member.agreed_at.is_not(None))
    )  # fmt: skip
    query = select(Person).join(Member, Member.person_id == Person.id)
    others = Member.team_id.in_(team), Member.agreed_at.is_not(None), Person.id != person_id
    return list(await db.scalars(query.where(*others)))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
