"""The desk's pages for afterwards: place those left over, statistics, the office's list, doors."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus import audit
from app.campus.people.models import Person
from app.campus.places import Bed as Stand
from app.campus.places import Building, Room
from app.desk.base import me_of
from app.desk.dashboard import columns
from app.desk.export import XLSX
from app.kit import clock
from app.services.rooms import board, figures, lists, placement
from app.services.rooms.desk_base import RUN, Deed, Pages, Pressed, reach
from app.services.rooms.desk_words import OUTCOMES, phase_of
from app.services.rooms.models import Bed, Eligible, Log, Round, Turn
from app.services.rooms.rules import WELL, BedState, What

FEW = 500  # rows of a plan on the page; all of them are in its spreadsheet


async def _plan(deed: Pressed) -> int:
    deed.whole()
    digest = deed.form.get("digest", "")
    return await placement.apply_plan(deed.db, deed.me, deed.round.id, deed.number("seed"), digest)


DEEDS: Mapping[str, Deed] = {"plan": _plan}


class AfterPages(Pages):
    """「补位」 and 「统计」."""

    @route("/{number:int}/placement", name="rooms-placement")
    async def placement(self, request: Request) -> Response:
        """Where those left over would be put, by a seed; nothing is done."""
        return await self._placement(request)

    @route("/{number:int}/placement/{deed}", methods=["POST"], name="rooms-placement-do")
    async def placement_do(self, request: Request) -> Response:
        """Do what was shown: refused if it would differ by now."""
        address = f"{self.here(request)}/{request.path_params['number']}"
        return await self.press(request, DEEDS, self._placement, address)

    @route("/{number:int}/figures", name="rooms-figures")
    async def figures(self, request: Request) -> Response:
        """What came of a round, in pictures, and whether it was fair."""
        me_of(request).must(RUN)
        row, db = await self.round_of(request), request.state.session
        chart = figures.over_time(await _minutes(db, row.id))
        stats = await board.stats(db, row.id)
        refused = {why: n for why, n in stats.refusals.items() if why not in WELL}
        return await self.show(
            request, "figures.html", round=row, tab="figures", stats=stats, chart=chart,
            drawn=columns(chart) if chart else None, outcomes=OUTCOMES,
            colleges=figures.shares(await _colleges(db, row.id)),
            houses=figures.shares(await _houses(db, row.id)),
            fair=await board.fairness(db, row.id), points=figures.order(await _served(db, row.id)),
            refused=sorted(refused.items(), key=lambda item: -item[1]),
            ways=await _ways(db, row.id),
        )  # fmt: skip

    @route("/{number:int}/residents.xlsx", name="rooms-residents")
    async def residents(self, request: Request) -> Response:
        """Who lives where, for the dorm office."""
        row, found = await self._residents(request)
        data = await asyncio.to_thread(lists.table, found)
        self._note(request, row, "rooms.export", len(found))
        return _file(data, f"{row.title} 住宿名单.xlsx", XLSX)

    @route("/{number:int}/doors.pdf", name="rooms-doors-pdf")
    async def doors_pdf(self, request: Request) -> Response:
        """A card for each door, of a building or of all."""
        row, found = await self._residents(request)
        house = request.query_params.get("house", "")
        here = [one for one in found if house in ("", one.building)]
        data = await asyncio.to_thread(lists.doors_pdf, here, row.title)
        self._note(request, row, "rooms.doors", len(here))
        return _file(data, f"{row.title} {house} 门贴.pdf".replace("  ", " "), "application/pdf")

    async def _residents(self, request: Request) -> tuple[Round, list[board.Resident]]:
        """Those within reach of who asks."""
        row, db = await self.round_of(request), request.state.session
        found = await board.residents(db, row.id)
        if (mine := await reach(db, me_of(request))) is not None:
            names = set(await db.scalars(select(Building.name).where(Building.id.in_(mine))))
            found = [one for one in found if one.building in names]
        return row, found

    def _note(self, request: Request, row: Round, verb: str, count: int) -> None:
        thing = audit.thing("rooms_rounds", row.id)
        audit.record(request.state.session, me_of(request), verb, thing, after={"people": count})

    async def _placement(self, request: Request, error: str = "", code: int = 200) -> Response:
        me_of(request).must(RUN)
        row, db = await self.round_of(request), request.state.session
        plan = await placement.plan(db, row.id, _seed(request, row))
        placed, left = plan.placed[:FEW], plan.left[:FEW]
        people = await _people(db, [*(one.person_id for one in placed), *left])
        beds = await _bed_names(db, [one.bed_id for one in placed])
        return await self.show(
            request, "placement.html", code, round=row, tab="placement", plan=plan,
            placed=[(people[one.person_id], beds[one.bed_id], one.why) for one in placed],
            left=[people[id] for id in left], few=FEW, error=error,
            ready=phase_of(row, clock.now()) == "over",
        )  # fmt: skip


def _seed(request: Request, row: Round) -> int:
    text = request.query_params.get("seed", "")
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 10 else row.seed


def _file(data: bytes, name: str, kind: str) -> Response:
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(data, media_type=kind, headers=headers)


async def _people(db: AsyncSession, ids: list[int]) -> dict[int, Person]:
    return {one.id: one for one in await db.scalars(select(Person).where(Person.id.in_(ids)))}


async def _bed_names(db: AsyncSession, ids: list[int]) -> dict[int, str]:
    """「3号楼 501 2号床」 by bed."""
    query = (
        select(Stand.id, Building.name, Room.number, Stand.label)
        .join(Room, Room.id == Stand.room_id).join(Building, Building.id == Room.building_id)
        .where(Stand.id.in_(ids))
    )  # fmt: skip
    return {id: f"{house} {room} {bed}" for id, house, room, bed in await db.execute(query)}


async def _minutes(db: AsyncSession, round_id: int) -> list[tuple[datetime, int, int]]:
    """(minute, beds that were made sure, refusals), those with any."""
    minute = func.date_trunc("minute", Log.at)
    asked = Log.what.in_((What.HOLD, What.CONFIRM))
    query = (
        select(minute, func.count().filter(Log.what == What.CONFIRM, Log.outcome.in_(WELL)),
               func.count().filter(Log.outcome.not_in(WELL)))
        .where(Log.round_id == round_id, asked).group_by(minute).order_by(minute)
    )  # fmt: skip
    return [(at, done, refused) for at, done, refused in await db.execute(query)]


async def _colleges(db: AsyncSession, round_id: int) -> dict[str, tuple[int, int]]:
    """College → (housed, all)."""
    taken = (Bed.round_id == round_id) & (Bed.person_id == Person.id) & (Bed.state == "taken")
    query = (
        select(Person.college, func.count(Bed.bed_id), func.count())
        .join(Eligible, Eligible.person_id == Person.id).outerjoin(Bed, taken)
        .where(Eligible.round_id == round_id, Eligible.withdrawn_at.is_(None))
        .group_by(Person.college)
    )  # fmt: skip
    return {name or "没写学院": (done, all_) for name, done, all_ in await db.execute(query)}


async def _houses(db: AsyncSession, round_id: int) -> dict[str, tuple[int, int]]:
    """Building → (beds taken, beds)."""
    query = (
        select(Building.name, func.count().filter(Bed.state == BedState.TAKEN), func.count())
        .select_from(Bed).join(Room, Room.id == Bed.room_id)
        .join(Building, Building.id == Room.building_id)
        .where(Bed.round_id == round_id).group_by(Building.name)
    )  # fmt: skip
    return {name: (taken, all_) for name, taken, all_ in await db.execute(query)}


async def _served(db: AsyncSession, round_id: int) -> list[int]:
    """Numbers in the queue, in the order in which they first chose."""
    query = select(Turn.number).where(Turn.round_id == round_id, Turn.served_at.is_not(None))
    return list(await db.scalars(query.order_by(Turn.served_at, Turn.number)))


async def _ways(db: AsyncSession, round_id: int) -> dict[str, int]:
    """How people came to their beds: how often each was done."""
    query = (
        select(Log.what, func.count())
        .where(Log.round_id == round_id, Log.outcome == "done").group_by(Log.what)
    )  # fmt: skip
    return {str(what): int(count) for what, count in await db.execute(query)}
