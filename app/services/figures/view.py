"""What a page or a report says of a topic in a period: numbers, what changed, pictures, units."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.figures import Measure, Parts, Tally
from app.services.figures.draw import Drawn, draw
from app.services.figures.rules import DAY, Against, Period, against, label, say_day, starts
from app.services.figures.sums import Of, Sum, read
from app.services.figures.words import NOTHING, change, number, say

Topics = Mapping[str, tuple[str, tuple[Tally, ...]]]
MOST_PARTS = 20


@dataclass(frozen=True, slots=True)
class Tile:
    """One number: `said`, what it was before, what changed and whether for the better (1, -1)."""

    measure: Measure
    said: str
    before: str
    change: str
    tone: int
    drawn: Drawn | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """A measure cut into parts: (part, said, its share of the most, in hundredths)."""

    measure: Measure
    rows: tuple[tuple[str, str, float], ...]
    drawn: Drawn | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """All that is said of one service. `units`: by unit what each of the tiles came to.

    `steps`: the days of each step of the pictures, in an address.
    """

    name: str
    title: str
    tiles: tuple[Tile, ...]
    cuts: tuple[Cut, ...]
    units: tuple[tuple[str, tuple[str, ...]], ...]
    steps: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing at all was counted."""
        return _empty(self.tiles)


def _empty(tiles: Iterable[Tile]) -> bool:
    return all(tile.said in (NOTHING, say(tile.measure, 0)) for tile in tiles)


def measures_of(tallies: Iterable[Tally]) -> list[Measure]:
    return [measure for tally in tallies for measure in tally.measures]


def days(period: Period) -> str:
    """The period in an address."""
    return urlencode({"since": period.first, "until": period.last})


def steps(period: Period) -> tuple[str, ...]:
    """Each step of the period in an address."""
    firsts = starts(period)
    ends = [*(day - DAY for day in firsts[1:]), period.last]
    return tuple(
        days(Period(max(first, period.first), end)) for first, end in zip(firsts, ends, strict=True)
    )


def say_before(period: Period, before: Period) -> str:
    """What it is held against, in words: 「上个月」, 「上个月同期」, 「去年同期」."""
    if period.span == "year":
        return f"{before.first.year} 年" + ("同期" if period.open else "")
    if before.first.year == period.first.year - 1 and before.first.month == period.first.month:
        return "去年同期"
    if period.span == "month":
        return f"{before.first.month} 月" + ("同期" if period.open else "")
    return f"{say_day(before.first)}–{say_day(before.last)}"


async def topic(
    db: AsyncSession, name: str, topics: Topics, period: Period, *, how: Against,
    units: Sequence[str] | None,
) -> Topic:  # fmt: skip
    """All numbers of a topic, with pictures, held against another period."""
    title, tallies = topics[name]
    measures, before = measures_of(tallies), against(period, how)
    this, that = await read(db, measures, [period, before], units, period.step)
    whole = [m for m in measures if not m.parts]
    return Topic(
        name, title, tuple(tile(m, this[m.name], that[m.name], period, before) for m in whole),
        tuple(_cut(m, this[m.name]) for m in measures if m.parts),
        tuple(_units(whole, this)), steps(period),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lead:
    """A topic on the overview: its first numbers, and the picture of the first of them."""

    name: str
    title: str
    tiles: tuple[Tile, ...]

    @property
    def empty(self) -> bool:
        return _empty(self.tiles)


async def overview(
    db: AsyncSession, topics: Topics, period: Period, *, how: Against, units: Sequence[str] | None
) -> list[Lead]:
    """Of each topic what stands first, in two statements; topics without anything stand last."""
    before = against(period, how)
    leads = {name: [m for m in measures_of(tallies) if m.lead and not m.parts]
             for name, (_, tallies) in topics.items()}  # fmt: skip
    every = [measure for measures in leads.values() for measure in measures]
    this, that = await read(db, every, [period, before], units, period.step)
    found = [
        Lead(name, topics[name][0],
             tuple(tile(m, this[m.name], that[m.name], period, before) for m in measures))
        for name, measures in leads.items() if measures
    ]  # fmt: skip
    return sorted(found, key=lambda lead: lead.empty)


def tile(measure: Measure, this: Of, that: Of, period: Period, before: Period) -> Tile:
    """A number with its picture by steps."""
    now, then = number(measure, this.all), number(measure, that.all)
    words, tone = change(measure, now, then)
    drawn = draw(
        measure, [label(day, period.step) for day in starts(period)],
        _series(measure, this, period, period.step), _series(measure, that, before, period.step),
    )  # fmt: skip
    return Tile(measure, say(measure, now), say(measure, then), words, tone, drawn)


def _series(measure: Measure, of: Of, period: Period, step: str) -> list[float | None]:
    return [number(measure, of.steps.get(day, Sum())) for day in starts(period, step)]


def _cut(measure: Measure, of: Of) -> Cut:
    if measure.parts is Parts.HOUR:
        hours = [f"{hour:02}" for hour in range(24)]
        values = [float(of.parts.get(hour, Sum()).value) for hour in hours]
        drawn = draw(measure, [f"{int(hour)}点" for hour in hours], values)
        return Cut(measure, (), drawn)
    rows = list(of.parts.items())[:MOST_PARTS]
    most = max((one.value for _, one in rows), default=0)
    return Cut(measure, tuple(
        (part, say(measure, one.value), one.value * 100 / most if most else 0) for part, one in rows
    ))  # fmt: skip


def _units(
    measures: Sequence[Measure], found: Mapping[str, Of]
) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Each unit that anything was counted of, most first by the first measure."""
    names = {unit for m in measures for unit in found[m.name].units if unit}
    first = found[measures[0].name].units
    for unit in sorted(names, key=lambda unit: (-first.get(unit, Sum()).count, unit)):
        yield unit, tuple(say(m, number(m, found[m.name].units.get(unit, Sum()))) for m in measures)
