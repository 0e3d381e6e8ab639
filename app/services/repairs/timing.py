"""The columns of an order's clocks, whenever something changes them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import calendar
from app.services.repairs.clocks import (
    Clocks,
    Slot,
    Works,
    calendar_of,
    clocks,
    due,
    later,
    look_at,
)
from app.services.repairs.models import Kind, Order

Values = dict[str, Any]


def started(set_to: Clocks, now: datetime, on: Works) -> Values:
    """Clocks that begin to run at `now`, the first of them."""
    return {
        "respond_by": set_to.respond_by, "arrive_by": set_to.arrive_by,
        "finish_by": set_to.finish_by, "due_at": set_to.respond_by, "escalated": 0,
        "look_at": look_at(0, now, set_to.respond_by, on),
    }  # fmt: skip


async def works_of(db: AsyncSession, order: Order) -> Works:
    """The calendar that the order's clocks run on."""
    return calendar_of(await _kind(db, order), order.urgent, await calendar.within(db))


async def restarted(
    db: AsyncSession, order: Order, now: datetime, slot: Slot | None = None
) -> Values:
    """All clocks anew from `now`: an order that came back, or another visit agreed on."""
    kind, works = await _kind(db, order), await calendar.within(db)
    set_to = clocks(kind, order.urgent, works, now, slot)
    return started(set_to, now, calendar_of(kind, order.urgent, works))


async def met(
    db: AsyncSession, order: Order, now: datetime, *,
    accepted: datetime | None = None, arrived: datetime | None = None,
) -> Values:  # fmt: skip
    """A clock was met at `now` (when its worker accepted, or arrived): the next one runs."""
    return _next(
        _of(order), order.accepted_at or accepted, order.arrived_at or arrived, now,
        await works_of(db, order),
    )  # fmt: skip


async def resumed(
    db: AsyncSession, order: Order, now: datetime, *, arrived: datetime | None = None
) -> Values:
    """What leaving WAITING does: the clocks go on, later by the working time they stood still.

    `arrived`: the worker is there as of now. Nothing for an order that does not wait.
    """
    values: Values = {"stopped_at": None, "waiting_for": "", "waiting_until": None}
    if order.stopped_at is None:
        return values if order.waiting_for else {}
    on, stopped = await works_of(db, order), order.stopped_at
    was, arrived = _of(order), order.arrived_at or arrived
    clock = Clocks(
        was.respond_by if order.accepted_at else later(was.respond_by, stopped, now, on),
        was.arrive_by if arrived else later(was.arrive_by, stopped, now, on),
        later(was.finish_by, stopped, now, on),
    )
    values |= _next(clock, order.accepted_at, arrived, now, on)
    if due(was, order.accepted_at, arrived) <= stopped:  # it had run out: who was told, was told
        values |= {"escalated": order.escalated, "look_at": now}
    return values | {"arrive_by": clock.arrive_by, "finish_by": clock.finish_by,
                     "respond_by": clock.respond_by}  # fmt: skip


def as_seen(order: Order) -> ColumnElement[bool]:
    """That state, worker and clocks are still what they were when `order` was read.

    For moves from several states, whose values were worked out from what was read.
    """
    return and_(
        Order.state == order.state,
        Order.worker_id.is_not_distinct_from(order.worker_id),
        Order.stopped_at.is_not_distinct_from(order.stopped_at),
        Order.finish_by.is_not_distinct_from(order.finish_by),
    )


def stopped(now: datetime, why: str, until: datetime) -> Values:
    """The clocks stand still from `now`; the minutely round looks when `until` has come."""
    return {"stopped_at": now, "waiting_for": why, "waiting_until": until, "look_at": until}


async def put_off(db: AsyncSession, order: Order, until: datetime, now: datetime) -> Values:
    """Another time to finish by, and to arrive if nobody has."""
    was = _of(order)
    clock = Clocks(
        was.respond_by if order.accepted_at else until,
        was.arrive_by if order.arrived_at else max(was.arrive_by, until),
        until,
    )
    values = _next(clock, order.accepted_at, order.arrived_at, now, await works_of(db, order))
    if order.stopped_at is not None:
        values.pop("look_at")
    return values | {
        "respond_by": clock.respond_by, "arrive_by": clock.arrive_by, "finish_by": until,
    }  # fmt: skip


async def look_again(db: AsyncSession, order: Order, escalated: int) -> datetime | None:
    """When the next one has to be told of the clock that runs out, after `escalated` were."""
    assert order.due_at is not None  # noqa: S101 the order is open; for the type checker
    return look_at(escalated, since(order), order.due_at, await works_of(db, order))


def since(order: Order) -> datetime:
    """When the clock that runs began to."""
    return order.arrived_at or order.accepted_at or order.created_at


CLOSED: Values = {"due_at": None, "look_at": None, "stopped_at": None, "waiting_for": "",
                  "waiting_until": None}  # fmt: skip


def _next(
    clock: Clocks, accepted: datetime | None, arrived: datetime | None, now: datetime, on: Works
) -> Values:
    runs_out = due(clock, accepted, arrived)
    return {"due_at": runs_out, "escalated": 0, "look_at": look_at(0, now, runs_out, on)}


def _of(order: Order) -> Clocks:
    if order.respond_by is None or order.arrive_by is None or order.finish_by is None:
        raise ValueError(f"order {order.number} was reported without clocks")
    return Clocks(order.respond_by, order.arrive_by, order.finish_by)


async def _kind(db: AsyncSession, order: Order) -> Kind:
    return await db.get_one(Kind, order.kind_id)
