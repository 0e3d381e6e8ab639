"""Finding orders: what the queue's address asks, and the query that answers it.

Every list is of at most a year, so that none grows with the years before it.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.campus.people.binding import tidy
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.places import Building, Room, campus, parse_room
from app.kit.clock import SHANGHAI
from app.services.repairs.models import IS_OPEN, Kind, Order, Rating
from app.services.repairs.reach import reach
from app.services.repairs.rules import Source, State

YEAR = timedelta(days=366)
NUMBER = re.compile(r"\d{6}-\d{1,6}")
PHONE = re.compile(r"[\d \-+]{7,20}")
GROUPS = {
    "open": "没修好的", "free": "等派的", "sent": "已派没到的", "working": "正在修的",
    "waiting": "停着的", "late": "超时的", "done": "修好没确认的", "closed": "确认、评过的",
    "gone": "撤销、合并、没受理的",
}  # fmt: skip
MARKS = {
    "urgent": "急的", "stuck": "没人接的", "promised": "有承诺的", "rework": "返修的",
    "low": "评了 1–2 星的", "charged": "收了费的",
}  # fmt: skip
_STATES = {
    "free": (State.SUBMITTED,), "sent": (State.OFFERED, State.ACCEPTED),
    "working": (State.WORKING,), "waiting": (State.WAITING,), "done": (State.DONE,),
    "closed": (State.CONFIRMED, State.RATED),
    "gone": (State.WITHDRAWN, State.MERGED, State.REJECTED),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks, each as text; empty: no matter."""

    q: str = ""
    state: str = ""
    mark: str = ""
    kind: str = ""
    building: str = ""
    area: str = ""
    worker: str = ""
    source: str = ""
    since: str = ""
    until: str = ""

    def address(self) -> str:
        """As an address has it, without what does not matter."""
        return urlencode({name: value for name, value in asdict(self).items() if value})


def asked(params: Mapping[str, str]) -> Filter:
    """The filter of an address; what means nothing is left out."""
    given = {name: params.get(name, "").strip()[:60] for name in Filter.__slots__}
    for name in ("kind", "building", "area", "worker"):
        if not (given[name].isascii() and given[name].isdecimal() and len(given[name]) < 10):
            given[name] = ""
    for name in ("since", "until"):
        given[name] = str(day(given[name]) or "")
    given["state"] = given["state"] if given["state"] in GROUPS else ""
    given["mark"] = given["mark"] if given["mark"] in MARKS else ""
    given["source"] = given["source"] if given["source"] in list(Source) else ""
    return Filter(**given)


def day(text: str) -> date | None:
    """「2026-11-21」; None for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def period(since: date | None, until: date | None, today: date) -> tuple[datetime, datetime]:
    """From the first day's beginning to the last day's end; a year at most, the last of it."""
    last = min(until or today, today)
    first = since or last - YEAR + timedelta(days=1)
    first = max(min(first, last), last - YEAR + timedelta(days=1))
    return _midnight(first), _midnight(last + timedelta(days=1))


def _midnight(at: date) -> datetime:
    return datetime(at.year, at.month, at.day, tzinfo=SHANGHAI)


async def conditions(
    db: AsyncSession, me: Me, wanted: Filter, now: datetime
) -> list[ColumnElement[bool]]:
    """What must be true of an order that `wanted` finds and `me` dispatches."""
    if NUMBER.fullmatch(wanted.q):
        return [Order.number == wanted.q, reach(me)]
    first, end = period(day(wanted.since), day(wanted.until), now.astimezone(SHANGHAI).date())
    found: list[ColumnElement[bool]] = [reach(me)]
    if wanted.state in ("open", "late"):
        found.append(IS_OPEN)
    if wanted.state not in ("open", "late") or wanted.since or wanted.until:
        found += [Order.created_at >= first, Order.created_at < end]
    if wanted.state == "late":
        found += [Order.due_at < now, Order.stopped_at.is_(None)]
    if wanted.state in _STATES:
        found.append(Order.state.in_(_STATES[wanted.state]))
    columns = {"kind": Order.kind_id, "building": Order.building_id, "area": Order.area_id,
               "worker": Order.worker_id}  # fmt: skip
    found += [column == int(value) for name, column in columns.items()
              if (value := getattr(wanted, name))]  # fmt: skip
    found += [Order.source == wanted.source] if wanted.source else []
    found += [_marked(wanted.mark)] if wanted.mark else []
    return found + ([await _said(db, wanted.q)] if wanted.q else [])


def _marked(mark: str) -> ColumnElement[bool]:
    low = select(Rating.id).where(
        Rating.order_id == Order.id, Rating.rework == Order.rework, Rating.stars <= 2
    )
    marks: dict[str, ColumnElement[bool]] = {
        "urgent": Order.urgent.is_(True), "stuck": Order.stuck_at.is_not(None),
        "promised": Order.promised_for.is_not(None), "rework": Order.rework > 0,
        "low": low.exists(), "charged": Order.charge > 0,
    }  # fmt: skip
    return marks[mark]


async def _said(db: AsyncSession, q: str) -> ColumnElement[bool]:
    """A room, a building, a phone, somebody's name or number, or words of the report."""
    places, parts = await campus.within(db), parse_room(q)
    if parts and (door := places.find(*parts)):
        house = places.house_of(door.id)
        return (Order.room_id == door.id) & (Order.building_id == (house.id if house else 0))
    if house := places.named(q):
        return Order.building_id == house.id
    theirs = (Person.number == tidy(q)) | Person.name.startswith(q, autoescape=True)
    if PHONE.fullmatch(q):
        theirs = theirs | (Person.phone == q)
    people = list(await db.scalars(select(Person.id).where(theirs).limit(200)))
    whose = or_(Order.reporter_id.in_(people), Order.worker_id.in_(people)) if people else false()
    words = Order.words.icontains(q, autoescape=True) | Order.sign.icontains(q, autoescape=True)
    return or_(whose, words, Order.phone == q, Order.spot.icontains(q, autoescape=True))


def listed(found: list[ColumnElement[bool]]) -> Select[Order, str, str, str, str, str, str]:
    """(Order, kind, icon, building, room, worker, reporter) of each, newest first."""
    worker, reporter = aliased(Person), aliased(Person)
    return (
        select(
            Order, Kind.name.label("kind"), Kind.icon, Building.name.label("building"),
            Room.number.label("room"), worker.name.label("worker"),
            reporter.name.label("reporter"),
        )
        .join(Kind, Kind.id == Order.kind_id)
        .join(Building, Building.id == Order.building_id)
        .outerjoin(Room, Room.id == Order.room_id)
        .outerjoin(worker, worker.id == Order.worker_id)
        .outerjoin(reporter, reporter.id == Order.reporter_id)
        .where(*found)
        .order_by(Order.created_at.desc(), Order.id.desc())
    )  # fmt: skip
