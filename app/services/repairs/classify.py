"""A dispatcher puts right what a report got wrong: its kind, or how urgent it is."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.kit.errors import Conflict, NotFound
from app.services.repairs.clocks import Slot
from app.services.repairs.models import Kind, Order
from app.services.repairs.moves import note, set_where, state_of
from app.services.repairs.parts import must
from app.services.repairs.rules import Event, State, Who
from app.services.repairs.timing import as_seen, restarted
from app.services.repairs.words import now_it_is

EARLY = (State.SUBMITTED, State.OFFERED, State.ACCEPTED)


async def classify(
    db: AsyncSession, me: Me, order: Order, now: datetime, *,
    kind_id: int | None = None, urgent: bool | None = None,
) -> Order:  # fmt: skip
    """Change kind or urgency, until the worker is there; the clocks are those from the start.

    Who has it keeps it: another is sent with `offer`. A clock that a promise set stays. Raises
    NotFound, Forbidden, Conflict once somebody is there.
    """
    await must(db, me, order, Who.DISPATCHER)
    kind = await db.get(Kind, kind_id or order.kind_id)
    if kind is None or kind.gone_at:
        raise NotFound("这一类现在不收了，换一类")
    if order.state not in EARLY:
        raise Conflict(now_it_is(await state_of(db, order)))
    values: dict[str, Any] = {"kind_id": kind.id}
    values |= {"urgent": urgent} if urgent is not None else {}
    values |= {"sign": ""} if order.sign not in kind.signs else {}
    seen = [Order.id == order.id, as_seen(order)]
    if (changed := await set_where(db, seen, **values)) is None:
        raise Conflict(now_it_is(await state_of(db, order)))
    slot = None
    if changed.slot_from and changed.slot_to and not changed.urgent:
        slot = Slot(changed.slot_from, changed.slot_to)
    if changed.promised_for is None:
        clock = await restarted(db, changed, changed.created_at, slot)
        if changed.accepted_at is not None:
            clock["due_at"] = clock["arrive_by"]
        changed = await set_where(db, [Order.id == order.id], **clock) or changed
    note(db, me, order, Event.EDIT, now, kind=kind.name, urgent=changed.urgent)
    await db.flush()
    return changed
