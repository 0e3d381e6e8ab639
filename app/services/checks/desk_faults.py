"""「检查问题」: the queue of faults with filters and export, and one fault with its moves."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from app.campus import audit, units
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.places import Room
from app.campus.uploads import address as photo_address
from app.campus.uploads.pages import Size
from app.desk.base import me_of
from app.desk.export import XLSX
from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.kit.sheets import Column, write
from app.services.checks import faults, reach, shown
from app.services.checks.desk_page import HOME, Page, address, day, number
from app.services.checks.desk_visits import offered
from app.services.checks.models import Fault, List, Place
from app.services.checks.pages_faults import menders
from app.services.checks.rules import OPEN, TO_MEND, Move, State
from app.services.checks.words import STATES

PAGE, PAGES, MOST, DAY = 30, 200, 20_000, timedelta(days=1)
GROUPS: Mapping[str, str] = {
    "open": "还没改好的", "late": "过期的", "fixed": "等复查的", "closed": "改好的",
    "dropped": "不算的", "all": "都看",
}  # fmt: skip
SHEET = tuple(Column(title, name) for name, title in {
    "id": "编号", "place": "哪里", "item": "什么问题", "words": "说明", "state": "进度",
    "owner": "谁整改", "contractor": "单位", "found": "查出来", "due": "期限", "fixed": "改好",
    "closed": "关闭", "tries": "复查没过几次",
}.items())  # fmt: skip


class Faults(Page):
    menu_label, icon = "检查问题", "fa fa-triangle-exclamation"
    path, route_name = "/checks/faults", "checks-faults"

    @route("")
    async def index(self, request: Request) -> Response:
        """The faults that the address asks for: open ones first due first, else newest first."""
        db, me, now = request.state.session, me_of(request), clock.now()
        asked = _asked(request)
        page = min(number(request.query_params.get("page")) or 1, PAGES)
        query = _listed(_where(me, asked, now), pressing=asked["state"] in ("open", "late"))
        some = await db.execute(query.offset((page - 1) * PAGE).limit(PAGE + 1))
        rows = [shown.line(row, now) for row in some]
        return self.show(
            request, "faults.html", rows=rows[:PAGE], more=len(rows) > PAGE, page=page,
            asked=asked, groups=GROUPS, query=address(**asked), units=await units.names(db),
            **await offered(db, me),
        )  # fmt: skip

    @route("/sheet/faults.xlsx", name="checks-faults-xlsx")
    async def export(self, request: Request) -> Response:
        """All of them as a spreadsheet."""
        db, me, now = request.state.session, me_of(request), clock.now()
        query = _listed(_where(me, _asked(request), now), pressing=False).limit(MOST)
        rows = [_cells(row, now) for row in await db.execute(query)]
        data = await asyncio.to_thread(write, SHEET, rows)
        audit.record(db, me, "checks.export", audit.thing("checks_faults", "*"),
                     after={"rows": len(rows)})  # fmt: skip
        headers = {"content-disposition": 'attachment; filename="checks-faults.xlsx"'}
        return Response(data, media_type=XLSX, headers=headers)

    @route("/{number:int}", name="checks-fault")
    async def one(self, request: Request) -> Response:
        """A fault, its story, and what can be done."""
        return await self._one(request)

    @route("/{number:int}/{move}", methods=["POST"], name="checks-fault-do")
    async def do(self, request: Request) -> Response:
        """A button of it."""
        id, move = request.path_params["number"], request.path_params["move"]

        async def deed(db: AsyncSession, me: Me, sent: FormData) -> str:
            await _do(db, me, id, move, sent)
            audit.record(db, me, f"checks.{move}", audit.thing("checks_fault", id))
            return f"{HOME}/faults/{id}"

        return await self.once_only(
            request, deed, lambda code, why: self._one(request, code=code, error=why)
        )

    async def _one(self, request: Request, code: int = 200, error: str = "") -> Response:
        db, me, now = request.state.session, me_of(request), clock.now()
        id = request.path_params["number"]
        fault, list_, place, parts = await faults.find(db, me, id)
        await db.refresh(fault)
        room = await db.scalar(select(Room.number).where(Room.id == fault.room_id))
        owner = await db.scalar(select(Person.name).where(Person.id == fault.owner_id))
        moves = faults.moves(me, fault, parts)
        due, tone = shown.say_due(fault, now)
        return self.show(
            request, "fault.html", code, fault=fault, list=list_, place=place, room=room,
            owner=owner or fault.contractor or place.unit, moves=moves, Move=Move, due=due,
            tone=tone, error=error, story=await shown.story(db, fault),
            people=await menders(db, place) if Move.HAND in moves else (),
            photo=lambda id: photo_address(request, me, id, Size.SMALL),
        )  # fmt: skip


async def _do(db: AsyncSession, me: Me, id: int, move: str, sent: FormData) -> None:
    """One move of the desk. Raises what the verbs raise."""
    now, words = clock.now(), str(sent.get("words", "")).strip()[:500]
    if move in (Move.PASS, Move.FAIL):
        await faults.judge(db, me, id, now, good=move == Move.PASS, words=words)
    elif move == Move.DROP:
        await faults.drop(db, me, id, now, words=words)
    elif move == Move.HAND:
        await faults.hand(db, me, id, now, to=number(sent.get("to")) or 0, words=words)
    elif move == Move.LATER:
        await faults.later(db, me, id, now, until=_time(sent), words=words)
    else:
        raise NotFound("没有这个按钮，刷新一下")


def _time(sent: FormData) -> datetime:
    try:
        found = datetime.fromisoformat(str(sent.get("until", "")))
    except ValueError as error:
        raise Invalid("选一下改到什么时候") from error
    return found.replace(tzinfo=clock.SHANGHAI)


def _asked(request: Request) -> dict[str, Any]:
    """The filter of the address, without what is none."""
    asked = request.query_params
    state = asked.get("state", "open")
    return {
        "state": state if state in GROUPS else "open", "unit": asked.get("unit", "")[:40],
        "list": number(asked.get("list")), "place": number(asked.get("place")),
        "since": day(asked.get("since")), "until": day(asked.get("until")),
        "q": asked.get("q", "").replace("\0", "").strip()[:40],
    }  # fmt: skip


def _where(me: Me, asked: Mapping[str, Any], now: datetime) -> list[ColumnElement[bool]]:
    states: dict[str, ColumnElement[bool]] = {
        "open": Fault.state.in_(OPEN), "fixed": Fault.state == State.FIXED,
        "late": Fault.state.in_(TO_MEND) & (Fault.due_at <= now),
        "closed": Fault.state == State.PASSED, "dropped": Fault.state == State.DROPPED,
    }  # fmt: skip
    found = [reach.heads_at(me)]
    found += [states[asked["state"]]] if asked["state"] in states else []
    found += [Place.unit == asked["unit"]] if asked["unit"] else []
    found += [Fault.list_id == asked["list"]] if asked["list"] else []
    found += [Fault.place_id == asked["place"]] if asked["place"] else []
    found += [Fault.found_at >= _midnight(asked["since"])] if asked["since"] else []
    found += [Fault.found_at < _midnight(asked["until"]) + DAY] if asked["until"] else []
    if asked["q"]:
        like = [c.icontains(asked["q"], autoescape=True) for c in (Fault.item, Fault.words)]
        found.append(like[0] | like[1] | Place.name.icontains(asked["q"], autoescape=True))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)


def _listed(where: list[ColumnElement[bool]], *, pressing: bool) -> Any:
    owner = aliased(Person)
    order = (Fault.due_at, Fault.id) if pressing else (Fault.found_at.desc(), Fault.id.desc())
    return (
        select(Fault, Place, Room.number, owner.name)
        .join(Place, Place.id == Fault.place_id).join(List, List.id == Fault.list_id)
        .outerjoin(Room, Room.id == Fault.room_id).outerjoin(owner, owner.id == Fault.owner_id)
        .where(*where).order_by(*order)
    )  # fmt: skip


def _cells(row: Any, now: datetime) -> dict[str, Any]:
    fault, line = row[0], shown.line(row, now)
    moments = {"found": fault.found_at, "due": fault.due_at, "fixed": fault.fixed_at,
               "closed": fault.closed_at}  # fmt: skip
    return {
        "id": fault.id, "place": line.place, "item": fault.item, "words": fault.words,
        "state": STATES[line.state], "owner": line.owner, "tries": fault.tries,
        "contractor": fault.contractor or row[1].unit,
        **{name: f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}" if at else ""
           for name, at in moments.items()},
    }  # fmt: skip
