"""Buildings on a plan, coloured by a number. Pure but for the one query of `spots`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places import Building
from app.campus.places.tree import order

WIDTH, HEIGHT, EDGE = 520, 360, 44
BOX, GAP, LEAST = (58.0, 40.0), 4, (34.0, 24.0)
SHADES = 5


@dataclass(frozen=True, slots=True)
class Spot:
    """A building: where it stands in degrees, None where nobody has entered that."""

    id: int
    name: str
    campus: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A building on the plan: the middle of its box in pixels."""

    spot: Spot
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A campus on a plan of its own; `box`: how large each building is drawn, in pixels.

    `loose`: buildings without a place.
    """

    name: str
    drawn: Sequence[Drawn]
    loose: Sequence[Spot]
    box: tuple[float, float] = BOX


def plans(spots: Sequence[Spot]) -> list[Plan]:
    """A plan for each campus, north up, every building inside it."""
    names = list(dict.fromkeys(spot.campus for spot in spots))
    return [_plan(name, [spot for spot in spots if spot.campus == name]) for name in names]


def _plan(name: str, spots: list[Spot]) -> Plan:
    placed = [(s, s.latitude, s.longitude) for s in spots
              if s.latitude is not None and s.longitude is not None]  # fmt: skip
    loose = [s for s in spots if s.latitude is None or s.longitude is None]
    if not placed:
        return Plan(name, (), loose)
    lats, lons = [lat for _, lat, _ in placed], [lon for _, _, lon in placed]
    shrink = cos(radians(sum(lats) / len(lats)))  # a degree of longitude is so much shorter
    wide, tall = (max(lons) - min(lons)) * shrink, max(lats) - min(lats)
    scale = min(
        (WIDTH - 2 * EDGE) / wide if wide else 1e9, (HEIGHT - 2 * EDGE) / tall if tall else 1e9
    )
    scale = scale if wide or tall else 0.0
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - tall * scale) / 2
    drawn = [
        Drawn(spot, round(left + (lon - min(lons)) * shrink * scale, 1),
              round(top + (max(lats) - lat) * scale, 1))
        for spot, lat, lon in placed
    ]  # fmt: skip
    return Plan(name, drawn, loose, _box(drawn))


def _box(drawn: Sequence[Drawn]) -> tuple[float, float]:
    """The largest box with which no two buildings touch, down to LEAST."""
    wide, tall = BOX
    for at, one in enumerate(drawn):
        for other in drawn[at + 1 :]:
            x, y = abs(one.x - other.x) - GAP, abs(one.y - other.y) - GAP
            if x < wide and y < tall:
                if x / wide > y / tall:
                    wide = max(x, LEAST[0])
                else:
                    tall = max(y, LEAST[1])
    return round(wide, 1), round(tall, 1)


def shade(count: int, most: int) -> int:
    """How dark a building is: 0 for none, up to SHADES for the most there is."""
    if count <= 0 or most <= 0:
        return 0
    return min(SHADES, 1 + (count - 1) * SHADES // max(most, SHADES))


def shades(counts: Mapping[int, int]) -> dict[int, int]:
    """`shade` by building."""
    most = max(counts.values(), default=0)
    return {id: shade(count, most) for id, count in counts.items()}


async def spots(db: AsyncSession) -> list[Spot]:
    """Every building, in the order people expect."""
    found = await db.scalars(select(Building))
    rows = [Spot(b.id, b.name, b.campus, b.latitude, b.longitude) for b in found]
    return sorted(rows, key=lambda spot: (spot.campus, order(spot.name)))
