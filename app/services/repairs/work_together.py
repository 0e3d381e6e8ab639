"""Several on one order, and one order of several: who works along, and what is the same fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.people.models import Person
from app.kit.errors import Invalid
from app.services.repairs import crew, follows, work_crew
from app.services.repairs.models import Assignment, Order
from app.services.repairs.parts import find
from app.services.repairs.rules import Part, Who
from app.services.repairs.shifts import colleagues
from app.services.repairs.work_sent import Sent

MOST = 20
SHARE = "share-"  # what the names of the fields begin with; the worker's id follows


@dataclass(frozen=True, slots=True)
class Along:
    """Who could work along, and how much of the order is theirs now: hundredths, 0 for none."""

    person_id: int
    name: str
    share: int


async def along(
    db: AsyncSession, me: Me, order: Order, mine: set[Who], now: datetime
) -> Sequence[Along]:
    """The colleagues of who leads it, or those whom the dispatcher leads; with whom it is shared.

    Nobody while nobody leads it, or for who may not share it out.
    """
    if order.worker_id is None or not mine & {Who.WORKER, Who.DISPATCHER}:
        return ()
    held = select(Assignment.worker_id, Assignment.share).where(
        Assignment.order_id == order.id, Assignment.leads.is_(False),
        Assignment.state == Part.ACCEPTED,
    )  # fmt: skip
    shares = {worker: share for worker, share in await db.execute(held)}  # noqa: C416 rows, not pairs
    if Who.WORKER in mine:
        could = {worker.person_id for worker in await colleagues(db, order.worker_id)}
    else:
        could = {one.person_id for one in await work_crew.crew(db, me, now) if not one.away}
    people = select(Person.id, Person.name).where(Person.id.in_({*could, *shares}))
    found = [
        Along(id, name, shares.get(id, 0))
        for id, name in await db.execute(people.order_by(Person.name))
        if id != order.worker_id
    ]
    return sorted(found, key=lambda one: -one.share)[:MOST]


async def helpers(db: AsyncSession, form: Sent, order: Order) -> str:
    """Fields `share-<person>` in hundredths, empty for who does not work along."""
    shares: dict[int, int] = {}
    for name in form.form:
        person = name.removeprefix(SHARE)
        if name != person and person.isascii() and person.isdecimal() and form.text(name, 20):
            share = form.number(name, "份额写成 30 这样的整数，不一起修就空着")
            shares |= {int(person[:9]): share} if share else {}
    if len(shares) > MOST:
        raise Invalid(f"最多 {MOST} 个人一起修")
    await crew.helpers(db, form.me, order, form.now, shares=shares)
    return "记下了，一起修的人知道了" if shares else "记下了，一个人修"


async def merge(db: AsyncSession, form: Sent, order: Order) -> str:
    """The orders that were ticked (`other`) become one with this."""
    numbers = [str(one) for one in form.form.getlist("other")][:MOST]
    others = [await find(db, form.me, number) for number in numbers]
    await follows.merge(db, form.me, order, others, form.now)
    return "并成一件了，报修的人都知道"
