"""What everybody may see: the list of orders without names, the figures, and the prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.campus.places import Building
from app.kit import clock
from app.kit.cache import Cached
from app.services.repairs.figures_count import stars_of_order
from app.services.repairs.models import IS_OPEN, Kind, Order, Price
from app.services.repairs.rules import State

PAGE = 20
WINDOW = timedelta(days=30)
MENDED = (State.DONE, State.CONFIRMED, State.RATED)


@dataclass(frozen=True, slots=True)
class Entry:
    """An order in a list: nobody's name, and no room."""

    order: Order
    kind: Kind
    building: str


async def listed(
    db: AsyncSession, *, mended: bool, before: int | None = None
) -> tuple[list[Entry], int | None]:
    """The newest orders that are open, or mended; and the id that the next page begins below."""
    state = Order.state.in_(MENDED) if mended else IS_OPEN
    query = (
        select(Order, Kind, Building.name)
        .join(Kind, Kind.id == Order.kind_id)
        .join(Building, Building.id == Order.building_id)
        .where(state, Order.hidden.is_(False))
        .order_by(Order.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(Order.id < before)
    found = [Entry(*row) for row in await db.execute(query)]
    following = found[PAGE - 1].order.id if len(found) > PAGE else None
    return found[:PAGE], following


@dataclass(frozen=True, slots=True)
class Share:
    """A kind in the figures."""

    name: str
    icon: str
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the last 30 days. Times in minutes, shares in hundredths; None without anything to say.

    `answered`: of those mended, how many were rated: how much the stars speak for.
    """

    reported: int
    mended: int
    respond: int | None
    finish: int | None
    on_time: int | None
    reworked: int | None
    stars: float | None
    answered: int | None
    kinds: Sequence[Share]
    at: datetime


def _middle(at: InstrumentedAttribute[datetime | None]) -> ColumnElement[timedelta | None]:
    """The median from the report to `at`."""
    return func.percentile_cont(0.5).within_group(at - Order.created_at)


async def _load(db: AsyncSession) -> Figures:
    now = clock.now()
    count, since, stars = func.count(), now - WINDOW, stars_of_order()
    reported = await db.scalar(select(count).where(Order.created_at >= since)) or 0
    late = Order.done_at > Order.finish_by
    done = select(
        count, count.filter(late), count.filter(Order.rework > 0), _middle(Order.accepted_at),
        _middle(Order.done_at), func.count(stars.c.stars), func.avg(stars.c.stars),
    ).where(Order.done_at >= since)  # fmt: skip
    row = (await db.execute(done.outerjoin(stars, true()))).one()
    mended, overdue, again, respond, finish, rated, mean = row
    return Figures(
        reported, mended, _minutes(respond), _minutes(finish), _share(mended - overdue, mended),
        _share(again, mended), None if mean is None else round(float(mean), 1),
        _share(rated, mended), await _kinds(db, since), now,
    )  # fmt: skip


def _minutes(gap: timedelta | None) -> int | None:
    return None if gap is None else max(1, round(gap / timedelta(minutes=1)))


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


async def _kinds(db: AsyncSession, since: datetime) -> list[Share]:
    query = (
        select(Kind.name, Kind.icon, func.count().label("n"))
        .join(Order, Order.kind_id == Kind.id)
        .where(Order.created_at >= since)
        .group_by(Kind.id)
        .order_by(func.count().desc(), Kind.id)
    )
    return [Share(*row) for row in await db.execute(query)]


# What changes by the minute may be five minutes old.
figures = Cached("repairs_figures", _load, max_age=300)


@dataclass(frozen=True, slots=True)
class Priced:
    """The prices of a kind; `kind` is None for what is for all of them."""

    kind: Kind | None
    prices: Sequence[Price]


async def prices_of(db: AsyncSession) -> list[Priced]:
    """The free-and-paid list, kind by kind, free things first."""
    query = (
        select(Price, Kind)
        .outerjoin(Kind, Kind.id == Price.kind_id)
        .where(Kind.gone_at.is_(None))
        .order_by(Kind.position, Kind.id, Price.fen > 0, Price.position, Price.id)
    )
    found: dict[int | None, tuple[Kind | None, list[Price]]] = {}
    for price, kind in await db.execute(query):
        found.setdefault(price.kind_id, (kind, []))[1].append(price)
    return [Priced(kind, prices) for kind, prices in found.values()]


def say_price(price: Price) -> str:
    """「8 元/个」, 「不收费」."""
    if price.fen == 0:
        return "不收费"
    yuan = f"{price.fen // 100}" if price.fen % 100 == 0 else f"{price.fen / 100:.2f}"
    return f"{yuan} 元/{price.unit}"
