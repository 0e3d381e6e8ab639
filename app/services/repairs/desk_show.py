"""Everything about one order, for one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.places import Area, Building, Room
from app.services.repairs.candidates import candidates
from app.services.repairs.closing import rating_of
from app.services.repairs.desk_cards import SOURCES, clock_of
from app.services.repairs.desk_page import HOME
from app.services.repairs.follows import mergeable
from app.services.repairs.models import (
    Assignment,
    Follow,
    Hours,
    Kind,
    Material,
    Order,
    Photo,
    Phrase,
    Postponement,
    Price,
    Step,
    Stock,
    Visit,
    Worker,
)
from app.services.repairs.parts import parts
from app.services.repairs.rank import Candidate
from app.services.repairs.rules import OPEN, Answer, Move, Part, Source, State, may
from app.services.repairs.words import say_promise, say_slot, say_step
from app.services.repairs.work_crew import led_by

PARTS = {
    Part.OFFERED: "等他接", Part.ACCEPTED: "在修", Part.RETURNED: "退回了", Part.LAPSED: "没接",
    Part.HANDED: "转走了", Part.DONE: "修好了", Part.ENDED: "不用去了",
}  # fmt: skip
ANSWERS = {Answer.ASKED: "等你批", Answer.GRANTED: "同意了", Answer.REFUSED: "没同意"}
BEST = 4
MOMENTS = {"report": "报修时", "before": "修之前", "after": "修好后", "rating": "评价时"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timeline."""

    at: datetime
    words: str
    said: str


async def whole(db: AsyncSession, me: Me, order: Order, now: datetime) -> dict[str, Any]:
    """The context of an order's page."""
    mine = await parts(db, me, order)
    state = State(order.state)
    kind = await db.get_one(Kind, order.kind_id)
    building = await db.get_one(Building, order.building_id)
    room = await db.get(Room, order.room_id) if order.room_id else None
    area = await db.get(Area, order.area_id) if order.area_id else None
    open_ = state in OPEN
    return {
        "order": order, "kind": kind, "state": state, "open": open_,
        "place": f"{building.name} {room.number if room else order.spot}".strip(),
        "spot": order.spot if room else "", "area": area.name if area else "",
        "source": SOURCES[Source(order.source)], "clock": clock_of(order, now) if open_ else None,
        "promise": say_promise(order.finish_by, now) if open_ and order.finish_by else "",
        "slot": say_slot(order.slot_from, order.slot_to)
        if order.slot_from and order.slot_to else "",
        "can": {move.value for move in Move if may(move, state, mine)},
        "best": await _could(db, order, now) if may(Move.OFFER, state, mine) else [],
        "rating": await rating_of(db, me, order), "PARTS": PARTS, "ANSWERS": ANSWERS,
        **await _people(db, me, order), **await _happened(db, order),
        **await _work(db, order), **await _near(db, order, open_),
        "photos": await _photos(db, order),
    }  # fmt: skip


async def _could(db: AsyncSession, order: Order, now: datetime) -> list[Candidate]:
    """Who else could be sent, the best few."""
    found = await candidates(db, order, now)
    return [one for one in found if one.worker_id != order.worker_id][:BEST]


async def _people(db: AsyncSession, me: Me, order: Order) -> dict[str, Any]:
    ids = {order.reporter_id, order.by_id, order.worker_id} - {None}
    query = select(Person).where(Person.id.in_(ids))
    people = {person.id: person for person in await db.scalars(query)}
    follows = select(Person.name).join(Follow, Follow.person_id == Person.id)
    workers = (
        select(Worker.person_id, Person.name).join(Person, Person.id == Worker.person_id)
        .where(Worker.gone_at.is_(None), led_by(me)).order_by(Person.name)
    )  # fmt: skip
    return {
        "reporter": people.get(order.reporter_id or 0), "by": people.get(order.by_id or 0),
        "worker": people.get(order.worker_id or 0),
        "followers": list(await db.scalars(follows.where(Follow.order_id == order.id))),
        "workers": [tuple(row) for row in await db.execute(workers)],
    }  # fmt: skip


async def _happened(db: AsyncSession, order: Order) -> dict[str, Any]:
    steps = (
        select(Step, Person.name).outerjoin(Person, Person.id == Step.by_id)
        .where(Step.order_id == order.id).order_by(Step.id)
    )  # fmt: skip
    chain = (
        select(Assignment, Person.name).join(Person, Person.id == Assignment.worker_id)
        .where(Assignment.order_id == order.id).order_by(Assignment.id)
    )  # fmt: skip
    later = select(Postponement).where(Postponement.order_id == order.id).order_by(Postponement.id)
    return {
        "lines": [
            Line(step.at, say_step(step.what, name or "有人", step.data), step.words)
            for step, name in await db.execute(steps)
        ],
        "chain": [tuple(row) for row in await db.execute(chain)],
        "postponements": list(await db.scalars(later)),
    }  # fmt: skip


async def _work(db: AsyncSession, order: Order) -> dict[str, Any]:
    used = select(Material).where(Material.order_id == order.id).order_by(Material.id)
    hours = (
        select(Hours, Person.name).join(Person, Person.id == Hours.worker_id)
        .where(Hours.order_id == order.id).order_by(Hours.starts_at)
    )  # fmt: skip
    visits = select(Visit).where(Visit.order_id == order.id)
    stock = select(Stock).where(Stock.quantity > 0).order_by(Stock.name)
    prices = select(Price).where(Price.kind_id.is_(None) | (Price.kind_id == order.kind_id))
    phrases = select(Phrase).order_by(Phrase.position, Phrase.id).limit(60)
    return {
        "materials": list(await db.scalars(used)),
        "hours": [tuple(row) for row in await db.execute(hours)],
        "visit": await db.scalar(visits), "stock": list(await db.scalars(stock)),
        "prices": list(await db.scalars(prices.order_by(Price.position, Price.id))),
        "phrases": list(await db.scalars(phrases)),
    }  # fmt: skip


async def _near(db: AsyncSession, order: Order, open_: bool) -> dict[str, Any]:
    """What could be merged with it, what was, and what was reported of the place before."""
    room = aliased(Room)
    query = select(Order, room.number).outerjoin(room, room.id == Order.room_id)
    before = query.where(
        Order.building_id == order.building_id, Order.room_id == order.room_id,
        Order.created_at < order.created_at,
        Order.created_at > order.created_at.replace(year=order.created_at.year - 1, day=1),
    ).order_by(Order.created_at.desc())  # fmt: skip
    merged = query.where(Order.merged_into_id == order.id)
    into = await db.get(Order, order.merged_into_id) if order.merged_into_id else None
    return {
        "alike": await mergeable(db, order) if open_ else [], "into": into,
        "merged": list(await db.execute(merged.limit(50))),
        "before": list(await db.execute(before.limit(6))) if order.room_id else [],
    }  # fmt: skip


async def _photos(db: AsyncSession, order: Order) -> Sequence[dict[str, Any]]:
    query = select(Photo).where(Photo.order_id == order.id)
    return [
        {
            "id": photo.upload_id, "hidden": photo.hidden, "moment": MOMENTS[photo.moment],
            "href": f"{HOME}/orders/{order.number}/photos/{photo.upload_id}",
        }
        for photo in await db.scalars(query.order_by(Photo.moment.desc(), Photo.position))
    ]  # fmt: skip
