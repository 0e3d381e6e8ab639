"""An order's clocks: when somebody must have answered, arrived and finished. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

WARN = 0.2  # of a clock is left when its worker is warned, but
WARN_LEAST, WARN_MOST = timedelta(minutes=2), timedelta(hours=2)
HEAD_LEAST, HEAD_MOST = timedelta(minutes=10), timedelta(hours=4)


class Rules(Protocol):
    """What a kind of fault says of its clocks; minutes, minutes, hours."""

    respond: int
    arrive: int
    finish: int
    urgent_respond: int
    urgent_arrive: int
    urgent_finish: int
    always: bool


class Works(Protocol):
    """The working calendar."""

    def deadline(self, start: datetime, hours: float) -> datetime: ...

    def elapsed(self, start: datetime, end: datetime) -> timedelta: ...


class Always:
    """A calendar on which it is always working time: urgent faults know no weekend."""

    def deadline(self, start: datetime, hours: float) -> datetime:
        return start + timedelta(hours=hours)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        return max(end - start, timedelta(0))


ALWAYS = Always()


@dataclass(frozen=True, slots=True)
class Clocks:
    """When an order must have been accepted, reached and finished."""

    respond_by: datetime
    arrive_by: datetime
    finish_by: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit that was agreed on."""

    starts: datetime
    ends: datetime


def calendar_of(kind: Rules, urgent: bool, works: Works) -> Works:
    """The calendar that the clocks of such an order run on."""
    return ALWAYS if urgent or kind.always else works


def clocks(
    kind: Rules, urgent: bool, works: Works, created: datetime, slot: Slot | None = None
) -> Clocks:
    """The clocks of an order that was reported at `created`.

    With a visit agreed on, one arrives until it ends, and the time to finish counts from its
    start. Raises ValueError where the calendar has no working time within 800 days.
    """
    on = calendar_of(kind, urgent, works)
    respond, arrive, finish = (
        (kind.urgent_respond, kind.urgent_arrive, kind.urgent_finish)
        if urgent
        else (kind.respond, kind.arrive, kind.finish)
    )
    respond_by = on.deadline(created, respond / 60)
    if slot is None:
        return Clocks(respond_by, on.deadline(created, arrive / 60), on.deadline(created, finish))
    finish_by = max(on.deadline(slot.starts, finish), slot.ends)
    return Clocks(min(respond_by, slot.starts), slot.ends, finish_by)


def due(clocks: Clocks, accepted: datetime | None, arrived: datetime | None) -> datetime:
    """The first clock that is not met."""
    if accepted is None:
        return clocks.respond_by
    return clocks.arrive_by if arrived is None else clocks.finish_by


def later(clock: datetime, stopped: datetime, now: datetime, on: Works) -> datetime:
    """`clock` after it stood still from `stopped` to `now`: as much working time is left as then.

    One that had run out before it stopped stays as it was.
    """
    if clock <= stopped:
        return clock
    left = on.elapsed(stopped, clock)
    return max(on.deadline(now, left / timedelta(hours=1)), clock)


def warn_at(start: datetime, due: datetime) -> datetime:
    """When the worker is warned of a clock that began at `start`; never after it has run out."""
    before = min(max((due - start) * WARN, WARN_LEAST), WARN_MOST)
    return max(due - before, min(start, due))


def head_at(start: datetime, due: datetime, on: Works) -> datetime:
    """When the head hears of a clock that ran out: half of it again, in working time."""
    more = min(max((due - start) / 2, HEAD_LEAST), HEAD_MOST)
    return on.deadline(due, more / timedelta(hours=1))


def look_at(escalated: int, start: datetime, due: datetime, on: Works) -> datetime | None:
    """When the next one has to be told of a clock; None once the head knows."""
    if escalated == 0:
        return warn_at(start, due)
    if escalated == 1:
        return due
    return head_at(start, due, on) if escalated == 2 else None
