"""A room's electricity: everything known of it, and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import Calendar, DayKind, calendar
from app.campus.places import Room
from app.kit.clock import SHANGHAI
from app.services.electricity import rules
from app.services.electricity.models import DayUse, Meter, TopUp
from app.services.electricity.rules import Circuit, Level, Limits, State, Use
from app.services.electricity.sources import MeterSource

MOST_TOPUPS = 100


@dataclass(frozen=True, slots=True)
class Paid:
    """Money paid in, as it may be shown: nobody's name."""

    at: datetime
    fen: int
    balance_after_fen: int
    channel: str


class Figures(NamedTuple):
    """A meter as last read: columns of `Meter`."""

    circuit: str
    state: str
    balance_fen: int
    price_fen: int
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Supply:
    """One circuit of a room: its figures, and what they mean. Times in Shanghai, days in order.

    `usual`: Wh on an ordinary day. `left`: days. `ends`: when the balance is used up.
    """

    circuit: Circuit
    state: State
    balance_fen: int
    price_fen: int
    read_at: datetime
    uses: list[Use]
    paid: list[Paid]
    usual: float | None
    left: float | None
    level: Level

    @property
    def ends(self) -> datetime | None:
        return None if self.left is None else rules.used_up(self.read_at, self.left)

    @property
    def urgency(self) -> tuple[int, Circuit]:
        """To sort by: the worst off first."""
        return [Level.OFF, Level.LOW, Level.FINE].index(self.level), self.circuit


@dataclass(frozen=True, slots=True)
class Account:
    """A room with its circuits, the worst off first. `answered`: False if the figures are old
    because nobody answered."""

    room: str
    beds: int
    supplies: list[Supply]
    answered: bool

    @property
    def read_at(self) -> datetime | None:
        return max((supply.read_at for supply in self.supplies), default=None)


async def look(
    db: AsyncSession, room: Room, source: MeterSource, now: datetime, limits: Limits
) -> Account:
    """What is known of `room` (its building loaded), fresh from `source` if it answers."""
    answered = await source.bring(db, room, now)
    columns = (Meter.circuit, Meter.state, Meter.balance_fen, Meter.price_fen, Meter.read_at)
    found = await db.execute(select(Meter.id, *columns).where(Meter.room_id == room.id))
    meters = {row.id: Figures._make(row[1:]) for row in found}
    ids = list(meters)
    since = min((m.read_at for m in meters.values()), default=now).date() - timedelta(
        days=rules.WINDOW + 1
    )
    days = await _days(db, ids, since, now, await calendar.within(db))
    paid = await _paid(db, ids)
    supplies = [
        supply(figures, days.get(id, []), paid.get(id, []), limits)
        for id, figures in meters.items()
    ]
    supplies.sort(key=lambda one: one.urgency)
    return Account(room.name, room.beds, supplies, answered)


def supply(meter: Figures, uses: list[Use], paid: list[Paid], limits: Limits) -> Supply:
    """What a meter's figures mean."""
    state = State(meter.state)
    usual = rules.usual(uses)
    left = rules.days_left(meter.balance_fen, meter.price_fen, usual)
    return Supply(
        circuit=Circuit(meter.circuit),
        state=state,
        balance_fen=meter.balance_fen,
        price_fen=meter.price_fen,
        read_at=meter.read_at.astimezone(SHANGHAI),
        uses=uses,
        paid=paid,
        usual=usual,
        left=left,
        level=rules.level(state, meter.balance_fen, left, limits),
    )


async def _days(
    db: AsyncSession, meters: Sequence[int], since: date, now: datetime, known: Calendar
) -> dict[int, list[Use]]:
    """The last 14 whole days of each meter; today is not over yet."""
    today = now.astimezone(SHANGHAI).date()
    query = (
        select(DayUse.meter_id, DayUse.date, DayUse.wh)  # columns: objects would cost more
        .where(DayUse.meter_id.in_(meters), DayUse.date >= since, DayUse.date < today)
        .order_by(DayUse.date)
    )
    found: dict[int, list[tuple[date, int]]] = {}
    for meter, day, wh in await db.execute(query):
        found.setdefault(meter, []).append((day, wh))
    return {meter: uses(days, known) for meter, days in found.items()}


def uses(days: Sequence[tuple[date, int]], known: Calendar) -> list[Use]:
    """The last 14 of `days` (date and Wh, in order), with what is special about them."""
    found = []
    for day, wh in days[-rules.WINDOW :]:
        what = known.day(day)
        away = what.name if what.kind in (DayKind.HOLIDAY, DayKind.VACATION) else ""
        found.append(Use(day, wh, away))
    return found


async def _paid(db: AsyncSession, meters: Sequence[int]) -> dict[int, list[Paid]]:
    query = (
        select(TopUp.meter_id, TopUp.at, TopUp.fen, TopUp.balance_after_fen, TopUp.channel)
        .where(TopUp.meter_id.in_(meters))
        .order_by(TopUp.at.desc(), TopUp.id.desc())
        .limit(MOST_TOPUPS)
    )
    found: dict[int, list[Paid]] = {}
    for one in await db.execute(query):
        at = one.at.astimezone(SHANGHAI)
        paid = Paid(at, one.fen, one.balance_after_fen, one.channel)
        found.setdefault(one.meter_id, []).append(paid)
    return found
