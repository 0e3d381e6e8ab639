"""What the page of one order shows to somebody who may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.people.models import Person
from app.kit.clock import SHANGHAI
from app.services.repairs import parts, rules, shown_words
from app.services.repairs.kinds import kinds
from app.services.repairs.models import Follow, Kind, Order, Photo, Rating, Step, Worker
from app.services.repairs.orders import URGE_EVERY
from app.services.repairs.rules import OPEN, Event, Moment, Move, State, Who
from app.services.repairs.telling import say_place
from app.services.repairs.words import say_fault, say_step

STAFF = (Who.WORKER, Who.HELPER, Who.DISPATCHER, Who.CONTRACTOR, Who.WATCHER)
FEW = 5  # finished orders below which a share on time says nothing


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timeline. `date` is said where it differs from the line above."""

    time: str
    date: str
    text: str
    sub: str


@dataclass(frozen=True, slots=True)
class Hand:
    """Who comes. `phone` only while it matters; `months`: finished and on time last month."""

    name: str
    team: str
    years: int
    phone: str
    upload_id: int | None
    months: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """An order as its page needs it. `mine`: the parts of who looks."""

    order: Order
    kind: Kind
    place: str
    fault: str
    mine: set[Who]
    lead: shown_words.Lead
    lines: Sequence[Line]
    photos: Sequence[Photo]
    hand: Hand | None
    follows: int
    into: str
    stars: int | None
    again_at: datetime | None

    @property
    def state(self) -> State:
        return State(self.order.state)

    @property
    def reporter(self) -> bool:
        return Who.REPORTER in self.mine

    def may(self, move: str) -> bool:
        """Whether a button for this move stands on the page."""
        return rules.may(Move(move), self.state, self.mine)

    @property
    def may_urge(self) -> bool:
        presses = {Who.REPORTER, Who.FOLLOWER, Who.KEEPER}
        return self.state in OPEN and bool(presses & self.mine)

    @property
    def may_add(self) -> bool:
        hands = {Who.REPORTER, Who.FOLLOWER, Who.KEEPER, Who.DISPATCHER}
        return self.state in OPEN | {State.DONE} and bool(hands & self.mine)

    def may_rework(self, now: datetime) -> bool:
        """Whether it may come back: within the warranty of its kind."""
        done = self.order.done_at
        fresh = done is not None and now < done + timedelta(days=self.kind.warranty)
        return fresh and self.may(Move.REWORK)

    def taken(self, *moments: Moment) -> list[Photo]:
        """The photos of these moments, in order."""
        return [photo for photo in self.photos if photo.moment in moments]


async def look(db: AsyncSession, me: Me, number: str, now: datetime) -> Shown:
    """The order with that number. Raises NotFound for strangers, as for numbers that are none."""
    order = await parts.find(db, me, number)
    mine = await parts.parts(db, me, order)
    kind = (await kinds.within(db))[order.kind_id]
    every = URGE_EVERY[order.urgent]
    again = order.urged_at + every if order.urged_at and order.urged_at + every > now else None
    hand = await _hand(db, order, now)
    return Shown(
        order=order, kind=kind, place=await say_place(db, order),
        fault=say_fault(kind.name, order.sign), mine=mine,
        lead=shown_words.lead(order, shown_words.call(hand.name) if hand else "", now),
        lines=await _lines(db, me, order, mine, now), photos=await _photos(db, order, mine),
        hand=hand, follows=await _follows(db, order), into=await _into(db, me, order),
        stars=await _stars(db, order) if Who.REPORTER in mine else None, again_at=again,
    )  # fmt: skip


async def _lines(
    db: AsyncSession, me: Me, order: Order, mine: set[Who], now: datetime
) -> list[Line]:
    """Newest first."""
    works = exists().where(Worker.person_id == Step.by_id)
    query = (
        select(Step, Person.name, works)
        .outerjoin(Person, Person.id == Step.by_id)
        .where(Step.order_id == order.id)
        .order_by(Step.id.desc())
    )
    lines, above = [], now.astimezone(SHANGHAI).date()
    for step, name, is_worker in await db.execute(query):
        if step.what == Move.RATE and Who.REPORTER not in mine:
            continue  # who rates is nobody else's business
        at = step.at.astimezone(SHANGHAI)
        date = shown_words.say_past(at, now).split(" ")[0] if at.date() != above else ""
        above = at.date()
        who = shown_words.call(name or "") if is_worker else (name or "")
        text = _said(step, who, own=step.by_id == me.person_id)
        sub = "，".join(step.data.get("reasons") or ()) or step.words
        lines.append(Line(f"{at.hour}:{at.minute:02}", date, text, sub))
    return lines


def _said(step: Step, who: str, *, own: bool) -> str:
    if own and step.what == Event.REPORT:
        return "你提交了报修"
    if own and step.what == Event.URGE:
        return "你催了一次，师傅和班长都知道了"
    if step.what == Move.CONFIRM and step.data.get("silent"):
        return "7 天没有回音，先算修好了"
    return say_step(step.what, who, step.data)


async def _photos(db: AsyncSession, order: Order, mine: set[Who]) -> Sequence[Photo]:
    query = select(Photo).where(Photo.order_id == order.id)
    if Who.DISPATCHER not in mine:
        query = query.where(Photo.hidden.is_(False))
    if Who.REPORTER not in mine:
        query = query.where(Photo.moment != Moment.RATING)
    return (await db.scalars(query.order_by(Photo.moment, Photo.position))).all()


async def _hand(db: AsyncSession, order: Order, now: datetime) -> Hand | None:
    if order.worker_id is None:
        return None
    query = select(Person.name, Person.phone, Worker).outerjoin(
        Worker, Worker.person_id == Person.id
    )
    name, phone, worker = (await db.execute(query.where(Person.id == order.worker_id))).one()
    open_ = order.state in OPEN | {State.DONE}
    years = now.year - worker.since if worker and worker.since else 0
    team = (worker.contractor or worker.team) if worker else ""
    return Hand(
        name, team, years, phone if open_ else "", worker.upload_id if worker else None,
        await _months(db, order.worker_id, now),
    )  # fmt: skip


async def _months(db: AsyncSession, worker_id: int, now: datetime) -> tuple[int, int]:
    """Orders that they finished last month, and how many of them on time."""
    first = now.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    before = (first - timedelta(days=1)).replace(day=1)
    month = Order.worker_id == worker_id, Order.done_at >= before, Order.done_at < first
    on_time = func.count().filter(Order.done_at <= Order.finish_by)
    count, punctual = (await db.execute(select(func.count(), on_time).where(*month))).one()
    return (count, punctual) if count >= FEW else (0, 0)


async def _follows(db: AsyncSession, order: Order) -> int:
    count = select(func.count()).where(Follow.order_id == order.id)
    return await db.scalar(count) or 0


async def _into(db: AsyncSession, me: Me, order: Order) -> str:
    """The number of the order that this one was merged into, for who may see that."""
    if order.merged_into_id is None:
        return ""
    into = await db.get_one(Order, order.merged_into_id)
    return into.number if await parts.may_see(db, me, into) else ""


async def _stars(db: AsyncSession, order: Order) -> int | None:
    """What the reporter gave this time."""
    query = select(Rating.stars).where(Rating.order_id == order.id, Rating.rework == order.rework)
    return await db.scalar(query)
