"""Changing an order's state: one conditional statement, one line of the timeline.

Two people who act at once: one statement finds the state it wants, the other finds none, and
its caller is told what has become of the order.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.kit.errors import Conflict
from app.services.repairs.models import Order, Step
from app.services.repairs.parts import must
from app.services.repairs.rules import MOVES, Event, Move, State, Who
from app.services.repairs.words import now_it_is

CHANGED = "这张单刚刚有人动过，刷新看看再来"


async def move(
    db: AsyncSession, me: Me | None, order: Order, what: Move, now: datetime, *,
    words: str = "", data: Mapping[str, Any] | None = None,
    only: ColumnElement[bool] | None = None, **values: Any,
) -> Order:  # fmt: skip
    """Make the move, with `values` for the order's other columns. `me` None: the system.

    `only`: what else must be true of the row at that moment. `order` is what the caller saw; it
    holds afterwards what is. Raises NotFound for a stranger, Forbidden for who has a part that
    may not do this, Conflict with a sentence of what has become of the order.
    """
    sources, target, allowed = MOVES[what]
    mine = {Who.SYSTEM} if me is None else await must(db, me, order, *allowed)
    if not mine & allowed:
        raise ValueError(f"nothing does {what} by itself")
    wanted = [Order.id == order.id, Order.state.in_(sources)]
    if me is not None and mine & allowed == {Who.WORKER}:
        wanted.append(Order.worker_id == me.person_id)
    if mine & allowed == {Who.CONTRACTOR}:
        wanted.append(Order.contractor == order.contractor)
    if only is not None:
        wanted.append(only)
    changed = await set_where(db, wanted, state=target, **values)
    if changed is None:
        state = await state_of(db, order)
        raise Conflict(CHANGED if state in sources else now_it_is(state))
    note(db, me, order, what, now, words=words, **(data or {}))
    await db.flush()
    return changed


async def set_where(
    db: AsyncSession, wanted: list[ColumnElement[bool]], **values: Any
) -> Order | None:
    """Change the one order for which all of `wanted` is true now; the order as it is, or None."""
    change = update(Order).where(*wanted).values(**values).returning(Order)
    fresh = {"populate_existing": True, "synchronize_session": False}
    found: Order | None = await db.scalar(change, execution_options=fresh)
    return found


async def state_of(db: AsyncSession, order: Order) -> State:
    """What the order's state has become meanwhile."""
    return State(await db.scalar(select(Order.state).where(Order.id == order.id)) or order.state)


def note(
    db: AsyncSession, me: Me | None, order: Order, what: Event | Move, now: datetime, *,
    words: str = "", **data: Any,
) -> None:  # fmt: skip
    """Add a line to the timeline; `data` is what its sentence needs beside (see `words`)."""
    by = me.person_id if me else None
    db.add(Step(order_id=order.id, at=now, by_id=by, what=what, words=words, data=data))
