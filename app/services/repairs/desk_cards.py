"""The board's cards and the workers beside them: two queries over what is open now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import say_deadline
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.places import Area, Building, Room
from app.kit.clock import SHANGHAI
from app.services.repairs.candidates import candidates
from app.services.repairs.models import IS_OPEN, Follow, Kind, Order, Worker
from app.services.repairs.rank import Candidate
from app.services.repairs.reach import reach
from app.services.repairs.rules import Source, State, Wait
from app.services.repairs.timing import since
from app.services.repairs.words import WAITS, say_fault, say_left, say_slot
from app.services.repairs.work_crew import led_by

COLUMNS = (
    ("free", "等派", (State.SUBMITTED,)),
    ("sent", "已派，还没到", (State.OFFERED, State.ACCEPTED)),
    ("working", "正在修", (State.WORKING,)),
    ("waiting", "等料、延期", (State.WAITING,)),
)
SOURCES = {
    Source.H5: "手机报", Source.CHAT: "聊天报", Source.CODE: "扫码报", Source.PHONE: "电话报",
    Source.STALL: "摊位报", Source.KEEPER: "宿管代报", Source.SWEEP: "扫楼报",
    Source.PLAN: "定期检修",
}  # fmt: skip
BY_OTHERS = (Source.PHONE, Source.STALL, Source.KEEPER, Source.SWEEP, Source.PLAN)
MOST, SHOWN, SUGGESTED = 500, 6, 8
NEARLY = 0.8  # of a clock is used up


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock that runs: its words, how much of it is used (0 to 100), and how bad that is."""

    words: str
    used: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """An order on the board. `best`: whom the system would send, of an order that nobody has."""

    order: Order
    icon: str
    fault: str
    place: str
    note: str
    clock: Clock
    who: str
    best: Candidate | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the board; `more`: how many cards are not shown."""

    key: str
    title: str
    cards: Sequence[Card]
    total: int
    more: int


@dataclass(frozen=True, slots=True)
class Load:
    """A worker, and how much they have in hand."""

    worker: Worker
    name: str
    load: int
    on: bool
    away: bool
    place: str


async def columns(
    db: AsyncSession, me: Me, now: datetime, *, trade: str = "", area: int | None = None,
    whole: str = "",
) -> list[Column]:  # fmt: skip
    """The four columns, the most pressing first; `whole` names one that is shown to its end."""
    rows = list(await db.execute(opened(me, trade, area)))
    found = []
    for key, title, states in COLUMNS:
        mine = [row for row in rows if row[0].state in states]
        some = mine if key == whole else mine[:SHOWN]
        cards = [_card(row, now) for row in some]
        if key == "free":
            cards = [await _suggest(db, card, now, at < SUGGESTED) for at, card in enumerate(cards)]
        found.append(Column(key, title, cards, len(mine), len(mine) - len(some)))
    return found


def opened(me: Me, trade: str, area: int | None) -> Select[Any]:
    """(Order, kind, icon, building, room, worker, followers) of what is open for `me`."""
    follows = select(func.count()).where(Follow.order_id == Order.id).scalar_subquery()
    limits: list[ColumnElement[bool]] = [IS_OPEN, reach(me)]
    limits += [Kind.trade == trade] if trade else []
    limits += [Order.area_id == area] if area else []
    return (
        select(Order, Kind.name, Kind.icon, Building.name, Room.number, Person.name, follows)
        .join(Kind, Kind.id == Order.kind_id)
        .join(Building, Building.id == Order.building_id)
        .outerjoin(Room, Room.id == Order.room_id)
        .outerjoin(Person, Person.id == Order.worker_id)
        .where(*limits)
        .order_by(Order.stopped_at.is_not(None), Order.urgent.desc(), Order.due_at, Order.id)
        .limit(MOST)
    )


def _card(row: Row[*tuple[Any, ...]], now: datetime) -> Card:
    order, kind, icon, building, room, worker, follows = row
    return Card(
        order, icon, say_fault(kind, order.sign), f"{building} {room or order.spot}".strip(),
        say_note(order, follows, now), clock_of(order, now), _who(order, worker, now),
    )  # fmt: skip


async def _suggest(db: AsyncSession, card: Card, now: datetime, wanted: bool) -> Card:
    if not wanted:
        return card
    found = await candidates(db, card.order, now)
    return Card(
        card.order, card.icon, card.fault, card.place, card.note, card.clock, card.who,
        found[0] if found else None,
    )  # fmt: skip


def clock_of(order: Order, now: datetime) -> Clock:
    """The clock that runs, in words and as a bar."""
    if order.stopped_at is not None:
        return Clock(f"停表，{_day(order.stopped_at, now)}起", 100, "hold")
    due = order.due_at or now
    name = "接单" if order.accepted_at is None else "到场" if order.arrived_at is None else "修好"
    words = f"{name}{say_left(due, now)}"
    if due <= now:
        return Clock(words, 100, "bad")
    begun = min(since(order), due)
    used = (now - begun) / (due - begun) if due > begun else 1.0
    return Clock(words, round(min(max(used, 0), 1) * 100), "warn" if used > NEARLY else "")


def say_note(order: Order, follows: int, now: datetime) -> str:
    """The one thing to know of it: a wait, a promise, an escalation, a visit, or who reported."""
    if order.promised_for is not None:
        return f"承诺 {say_deadline(order.promised_for, now)}修好"
    if order.state == State.WAITING and order.waiting_for:
        until = f"，{say_deadline(order.waiting_until, now)}" if order.waiting_until else ""
        return f"{WAITS[Wait(order.waiting_for)]}{until}"
    if order.escalated >= 3:
        return "还没好，主任知道了"
    if order.slot_from and order.slot_to:
        return f"约了 {say_slot(order.slot_from, order.slot_to)}"
    if order.rework:
        return f"返修第 {order.rework} 次"
    at = order.created_at.astimezone(SHANGHAI)
    day = "" if at.date() == now.astimezone(SHANGHAI).date() else f"{at.month}月{at.day}日 "
    how = f" {SOURCES[Source(order.source)]}" if order.source in BY_OTHERS else " 报"
    said = f"{day}{at.hour}:{at:%M}{how}"
    return f"{said}，{follows} 人也遇到" if follows else said


def _who(order: Order, worker: str | None, now: datetime) -> str:
    if worker is None:
        return ""
    if order.state == State.OFFERED:
        return f"{worker}，等他接"
    if order.arrived_at and order.state == State.WORKING:
        return f"{worker} {_time(order.arrived_at, now)} 到场"
    return f"{worker} {_time(order.accepted_at, now)} 接" if order.accepted_at else worker


def _time(at: datetime | None, now: datetime) -> str:
    """「15:51」 of today, 「11月18日」 of another day."""
    if at is None:
        return ""
    there = at.astimezone(SHANGHAI)
    return f"{there.hour}:{there:%M}" if _day(at, now) == "今天" else _day(at, now)


def _day(at: datetime, now: datetime) -> str:
    day = at.astimezone(SHANGHAI)
    return "今天" if day.date() == now.astimezone(SHANGHAI).date() else f"{day.month}月{day.day}日"


async def loads(
    db: AsyncSession, me: Me, now: datetime, *, trade: str = "", area: int | None = None
) -> list[Load]:
    """The workers of the teams that `me` dispatches: on shift first, the emptiest first.

    With an area, those whose role reaches it.
    """
    query = (
        select(Worker, Person.name, *_HAND)
        .join(Person, Person.id == Worker.person_id)
        .where(Worker.gone_at.is_(None), Person.gone_at.is_(None), led_by(me))
    )
    if trade:
        query = query.where(Worker.trades.contains([trade]))
    if area is not None:
        query = query.where(_REACHES)
    rows = await db.execute(query, {"now": now, "area": area})
    found = [Load(worker, name, load, on, away, place or "全校")
             for worker, name, load, on, away, place in rows]  # fmt: skip
    return sorted(found, key=lambda one: (not one.on or one.away, one.load, one.worker.person_id))


_HAND = (
    text("(SELECT count(*) FROM repairs_assignments n WHERE n.worker_id = repairs_workers.person_id"
         " AND n.state IN ('offered', 'accepted')) AS load"),
    text("EXISTS (SELECT FROM repairs_shifts s WHERE s.person_id = repairs_workers.person_id"
         " AND s.starts_at <= :now AND s.ends_at > :now) AS on_shift"),
    text("EXISTS (SELECT FROM repairs_leaves l WHERE l.person_id = repairs_workers.person_id"
         " AND l.state = 'granted' AND l.starts_at <= :now AND l.ends_at > :now) AS away"),
    text("(SELECT CASE count(*) WHEN 0 THEN '' WHEN 1 THEN min(a.name)"
         " ELSE count(*) || ' 个片区' END"
         " FROM campus_grants g JOIN campus_areas a ON a.id = g.area_id"
         " WHERE g.person_id = repairs_workers.person_id"
         " AND g.role IN ('worker', 'contractor')) AS place"),
)  # fmt: skip
_REACHES = text(
    "EXISTS (SELECT FROM campus_grants g WHERE g.person_id = repairs_workers.person_id"
    " AND g.role IN ('worker', 'contractor') AND (g.area_id IS NULL OR g.area_id = :area))"
)


async def choices(db: AsyncSession) -> Mapping[str, Any]:
    """What the board's selects offer: trades, and areas by id."""
    trades = await db.scalars(
        select(Kind.trade).where(Kind.gone_at.is_(None)).distinct().order_by(Kind.trade)
    )
    areas = await db.execute(select(Area.id, Area.name).order_by(Area.id))
    return {"trades": list(trades), "areas": [tuple(row) for row in areas]}
