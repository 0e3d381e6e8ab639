"""All bathhouses as one value in memory: few rows, read by every question."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import Calendar, DayKind
from app.kit.cache import Cached
from app.kit.clock import SHANGHAI
from app.services.bath.models import Counter, House, Load, Opening, Shutdown
from app.services.bath.rules import Closure, Hours, Sex, Status, Water, status


@dataclass(frozen=True, slots=True)
class Figure:
    """What a counter said `at` a moment (Shanghai)."""

    free: int
    total: int
    water: Water
    at: datetime


@dataclass(frozen=True, slots=True)
class Side:
    """The men's or women's half of a house. `load`: percent by kind of day and hour."""

    sex: Sex
    heads: int
    hours: Mapping[str, Sequence[Hours]]
    closures: Sequence[Closure]
    figure: Figure | None
    load: Mapping[str, Mapping[int, float]]

    def status(self, now: datetime, calendar: Calendar) -> Status:
        def hours_on(day: date) -> Sequence[Hours]:
            return self.hours.get(calendar.day(day).kind, ())

        return status(now.astimezone(SHANGHAI), hours_on, self.closures)

    def current(self, status: Status) -> Figure | None:
        """The figure, if it was taken since this opening began: yesterday's helps nobody."""
        if self.figure and status.since and self.figure.at >= status.since - timedelta(minutes=30):
            return self.figure
        return None

    def usual(self, kind: DayKind) -> dict[int, float]:
        """Percent by hour, only open hours, in the order of opening."""
        known = self.load.get(kind, {})
        return {
            hour: known[hour] for hour in _open_hours(self.hours.get(kind, ())) if hour in known
        }


@dataclass(frozen=True, slots=True)
class Bathhouse:
    """A house with the sides it has. `short` is what people call it: 「南苑」."""

    id: int
    building_id: int
    name: str
    rooms: int
    sides: tuple[Side, ...]

    @property
    def short(self) -> str:
        return self.name.removesuffix("浴室") or self.name

    def side(self, sex: Sex | None) -> Side | None:
        return next((side for side in self.sides if side.sex is sex), None)


Baths = tuple[Bathhouse, ...]


def _open_hours(hours: Sequence[Hours]) -> list[int]:
    found: list[int] = []
    for one in hours:
        closes = one.closes.hour + (1 if one.closes.minute else 0)
        ends = closes if one.closes > one.opens else closes + 24
        found += [hour % 24 for hour in range(one.opens.hour, ends)]
    return list(dict.fromkeys(found))


Key = tuple[int, str]  # house and sex


async def _load(db: AsyncSession) -> Baths:
    hours, load, closures = await _hours(db), await _usual(db), await _closures(db)
    figures = {(c.house_id, c.sex): _figure(c) for c in await db.scalars(select(Counter))}

    def side(house: House, sex: Sex, heads: int) -> Side:
        key = (house.id, sex)
        shut = [closure for whose, closure in closures[house.id] if whose in (None, sex)]
        return Side(sex, heads, hours[key], shut, figures.get(key), load[key])

    def sides(house: House) -> tuple[Side, ...]:
        split = ((Sex.MEN, house.men_heads), (Sex.WOMEN, house.women_heads))
        return tuple(side(house, sex, heads) for sex, heads in split if heads)

    houses = await db.scalars(select(House).order_by(House.id))
    known = (Bathhouse(h.id, h.building_id, h.name, h.rooms, sides(h)) for h in houses)
    return tuple(house for house in known if house.sides)


async def _hours(db: AsyncSession) -> dict[Key, dict[str, list[Hours]]]:
    found: dict[Key, dict[str, list[Hours]]] = defaultdict(lambda: defaultdict(list))
    for row in await db.scalars(select(Opening).order_by(Opening.opens)):
        found[row.house_id, row.sex][row.day_kind].append(Hours(row.opens, row.closes))
    return found


async def _usual(db: AsyncSession) -> dict[Key, dict[str, dict[int, float]]]:
    found: dict[Key, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for row in await db.scalars(select(Load)):
        found[row.house_id, row.sex][row.day_kind][row.hour] = row.share
    return found


def _figure(counter: Counter) -> Figure:
    at = counter.at.astimezone(SHANGHAI)
    return Figure(counter.free, counter.total, Water(counter.water), at)


async def _closures(db: AsyncSession) -> dict[int, list[tuple[str | None, Closure]]]:
    found: dict[int, list[tuple[str | None, Closure]]] = defaultdict(list)
    for row in await db.scalars(select(Shutdown).order_by(Shutdown.starts)):
        ends = row.ends.astimezone(SHANGHAI) if row.ends else None
        closure = Closure(row.starts.astimezone(SHANGHAI), ends, row.reason)
        found[row.house_id].append((row.sex, closure))
    return found


baths = Cached("bath.houses", _load)
