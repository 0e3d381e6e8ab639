"""Who works on an order: the chain of assignments, and those who work along."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.people.models import Person
from app.kit.errors import Conflict, Invalid
from app.services.repairs import notices
from app.services.repairs.models import Assignment, Leave, Order, Worker
from app.services.repairs.moves import note, state_of
from app.services.repairs.parts import must
from app.services.repairs.rules import Answer, Event, Part, Who
from app.services.repairs.telling import tell
from app.services.repairs.words import now_it_is

NOW = (Part.OFFERED, Part.ACCEPTED)


async def helpers(
    db: AsyncSession, me: Me, order: Order, now: datetime, *, shares: Mapping[int, int]
) -> None:
    """Who works along, and how much of it is theirs in hundredths; the rest is the leading one's.

    Replaces the helpers there were. Raises NotFound, Forbidden, Invalid, Conflict (closed, or
    nobody leads it).
    """
    await must(db, me, order, Who.WORKER, Who.DISPATCHER)
    rest = 100 - sum(shares.values())
    if order.worker_id in shares or not all(share > 0 for share in shares.values()) or rest <= 0:
        raise Invalid("每人的份额要大于 0，加起来不到 100，剩下的是领头师傅的")
    people = [await worker_of(db, person) for person in shares]
    lead = update(Assignment).where(
        Assignment.order_id == order.id, Assignment.leads, Assignment.state.in_(NOW)
    )
    if await db.scalar(lead.values(share=rest).returning(Assignment.id)) is None:
        raise Conflict(now_it_is(await state_of(db, order)))
    along = update(Assignment).where(
        Assignment.order_id == order.id, Assignment.leads.is_(False), Assignment.state.in_(NOW)
    )
    ended = along.values(state=Part.ENDED, answered_at=now).returning(Assignment.worker_id)
    told = set(shares) - set(await db.scalars(ended))
    for person, share in shares.items():
        part = part_of(order, me, person, now, state=Part.ACCEPTED)
        part.leads, part.share = False, share
        db.add(part)
    names = "、".join([await name_of(db, worker.person_id) for worker in people])
    note(db, me, order, Event.HELPERS, now, names=names or "领头师傅")
    await db.flush()
    await tell(db, order, notices.OFFERED, now, to=told, says="和大家一起修这张单")


async def end(
    db: AsyncSession, order: Order, part: Part, now: datetime, *, words: str = ""
) -> list[int]:
    """Close the assignments that are under way: of the one who leads as `part`; who had them."""
    under_way = update(Assignment).where(
        Assignment.order_id == order.id, Assignment.state.in_(NOW)
    )  # fmt: skip
    lead = under_way.where(Assignment.leads).returning(Assignment.worker_id)
    closed = await db.scalars(lead.values(state=part, answered_at=now, words=words.strip()))
    along = under_way.where(Assignment.leads.is_(False)).returning(Assignment.worker_id)
    state = Part.DONE if part is Part.DONE else Part.ENDED
    others = await db.scalars(along.values(state=state, answered_at=now))
    return [*closed, *others]


def part_of(
    order: Order, me: Me | None, worker_id: int, now: datetime, *,
    state: Part, reasons: Sequence[str] = (),
) -> Assignment:  # fmt: skip
    """A row of the chain, leading and with all of the work."""
    return Assignment(
        order_id=order.id, worker_id=worker_id, by_id=me.person_id if me else None, state=state,
        reasons=list(reasons), rework=order.rework, at=now,
        answered_at=None if state is Part.OFFERED else now,
    )  # fmt: skip


async def on_leave(db: AsyncSession, worker_id: int, now: datetime) -> bool:
    """Whether a leave of theirs that was granted covers this moment."""
    away = select(Leave.id).where(
        Leave.person_id == worker_id, Leave.state == Answer.GRANTED, Leave.starts_at <= now,
        Leave.ends_at > now,
    )  # fmt: skip
    return await db.scalar(away.limit(1)) is not None


async def worker_of(db: AsyncSession, person_id: int) -> Worker:
    """Somebody who mends now. Raises Invalid."""
    query = select(Worker).join(Person, Person.id == Worker.person_id)
    here = Worker.gone_at.is_(None), Person.gone_at.is_(None)
    found = await db.scalar(query.where(Worker.person_id == person_id, *here))
    if found is None:
        raise Invalid("没有这位师傅，换一位")
    return found


async def name_of(db: AsyncSession, person_id: int | None) -> str:
    """What a person is called; empty for nobody, and for who was deleted."""
    return await db.scalar(select(Person.name).where(Person.id == person_id)) or ""


def need(reason: str) -> None:
    """Raise Invalid where a reason was left out."""
    if not reason.strip():
        raise Invalid("写一句原因，接手的人看得懂就行")
