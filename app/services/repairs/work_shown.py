"""What the page of one order shows to who works on it, or answers for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.people.models import Person, PersonKind
from app.kit.errors import NotFound
from app.services.repairs import closing, parts, shown
from app.services.repairs.follows import mergeable
from app.services.repairs.models import (
    Assignment,
    Hours,
    Kind,
    Material,
    Order,
    Phrase,
    Postponement,
    Rating,
    Stock,
)
from app.services.repairs.rules import OPEN, Answer, Move, State, Who
from app.services.repairs.shifts import colleagues
from app.services.repairs.shown_words import say_span
from app.services.repairs.words import say_slot
from app.services.repairs.work_lists import say_due
from app.services.repairs.work_together import Along, along

ROLES = frozenset(Who) - {Who.REPORTER, Who.FOLLOWER}
# Who needs to ring the reporter; who merely could take the order does not.
CALLS = frozenset({Who.WORKER, Who.HELPER, Who.CONTRACTOR, Who.DISPATCHER, Who.KEEPER})
NOT_ANY_MORE = "这张单换别人了，不用去了"
_TITLES = {PersonKind.STUDENT: "同学", PersonKind.FRESHMAN: "同学", PersonKind.TEACHER: "老师"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who to ring: 「林同学」. `phone` may be empty."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Page:
    """All of it. `seen` is what the reporter's page shows, too; `running`: one's timer runs."""

    seen: shown.Shown
    due: str
    tone: str
    caller: Caller | None
    materials: Sequence[Material]
    spent: timedelta
    running: Hours | None
    stock: Sequence[Stock]
    phrases: Sequence[Phrase]
    crew: Sequence[tuple[int, str]]
    along: Sequence[Along]
    same: Sequence[tuple[Order, str]]
    asked: Postponement | None
    rating: Rating | None

    @property
    def order(self) -> Order:
        return self.seen.order

    @property
    def mine(self) -> bool:
        """Whether they lead the order or work along."""
        return bool(self.seen.mine & {Who.WORKER, Who.HELPER})

    @property
    def leads(self) -> bool:
        return Who.WORKER in self.seen.mine

    @property
    def dispatches(self) -> bool:
        return Who.DISPATCHER in self.seen.mine

    def may(self, move: str) -> bool:
        """Whether a button for this move stands on the page."""
        if move == Move.GRAB and not self.seen.kind.grab:
            return False
        return self.seen.may(move)

    @property
    def shares(self) -> str:
        """「吴亮 30%，李伟 20%」: who works along; empty for nobody."""
        return "，".join(f"{one.name} {one.share}%" for one in self.along if one.share)

    @property
    def spent_words(self) -> str:
        """「1 小时 20 分」, empty for none."""
        return say_span(self.spent) if self.spent else ""

    @property
    def slot(self) -> str:
        """The visit agreed on, empty for none."""
        starts, ends = self.order.slot_from, self.order.slot_to
        return say_slot(starts, ends) if starts and ends else ""

    @property
    def cost(self) -> int:
        """Fen of all materials."""
        return sum(one.fen * one.quantity for one in self.materials)


async def find(db: AsyncSession, me: Me, number: str) -> tuple[Order, set[Who]]:
    """An order that is `me`'s work in some way, and their parts.

    Raises NotFound for strangers: also for a colleague's order, and, kindly, for one that was
    theirs and is not any more.
    """
    order = await parts.find(db, me, number)
    mine = await parts.parts(db, me, order) & ROLES
    if mine == {Who.CREW} and not await _free(db, order):
        had = exists().where(Assignment.order_id == order.id, Assignment.worker_id == me.person_id)
        raise NotFound(NOT_ANY_MORE if await db.scalar(select(had)) else parts.NO_ORDER)
    return order, mine


async def _free(db: AsyncSession, order: Order) -> bool:
    kind = await db.get_one(Kind, order.kind_id)
    return kind.grab and order.state == State.SUBMITTED


async def look(db: AsyncSession, me: Me, order: Order, now: datetime) -> Page:
    """The page of an order that `find` found."""
    seen = await shown.look(db, me, order.number, now)
    due, tone = say_due(order, now)
    works = bool(seen.mine & {Who.WORKER, Who.HELPER})
    total, running = await _hours(db, me, order)
    used = select(Material).where(Material.order_id == order.id).order_by(Material.id)
    asked = select(Postponement).where(
        Postponement.order_id == order.id, Postponement.state == Answer.ASKED
    )
    return Page(
        seen=seen, due=due, tone=tone,
        caller=await _caller(db, order) if seen.mine & CALLS else None,
        materials=(await db.scalars(used)).all(), spent=total, running=running,
        stock=(await db.scalars(select(Stock).order_by(Stock.name))).all() if works else (),
        phrases=(await db.scalars(select(Phrase).order_by(Phrase.position))).all(),
        crew=await _crew(db, me) if Who.WORKER in seen.mine else (),
        along=await along(db, me, order, seen.mine, now) if order.state in OPEN else (),
        same=await mergeable(db, order) if seen.may(Move.MERGE) else (),
        asked=await db.scalar(asked), rating=await closing.rating_of(db, me, order),
    )  # fmt: skip


async def _hours(db: AsyncSession, me: Me, order: Order) -> tuple[timedelta, Hours | None]:
    """How long everybody has worked on it by now, and one's own timer."""
    rows = (await db.scalars(select(Hours).where(Hours.order_id == order.id))).all()
    total = sum((row.ends_at - row.starts_at for row in rows if row.ends_at), start=timedelta())
    runs = (row for row in rows if row.ends_at is None and row.worker_id == me.person_id)
    return total, next(runs, None)


async def _caller(db: AsyncSession, order: Order) -> Caller:
    """「林同学」: nobody needs the whole name to knock at a door."""
    who = select(Person.name, Person.kind, Person.phone).where(Person.id == order.reporter_id)
    row = (await db.execute(who)).one_or_none()
    if row is None:
        return Caller("报修的人", order.phone)
    title = _TITLES.get(PersonKind(row.kind))
    name = f"{row.name[:1]}{title}" if title and row.name else row.name
    return Caller(name or "报修的人", order.phone or row.phone)


async def _crew(db: AsyncSession, me: Me) -> list[tuple[int, str]]:
    assert me.person_id is not None  # noqa: S101 leads the order; for the type checker
    ids = [worker.person_id for worker in await colleagues(db, me.person_id)]
    found = await db.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return [(id, name) for id, name in found]
