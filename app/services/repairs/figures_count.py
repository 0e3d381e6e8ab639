"""Counting orders of a period, once for all tables and pictures of a page: one statement.

A period is of a year at most, and is found by the index of `created_at`: ten years of orders
cost what one year does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, case, cast, func, lateral, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.repairs.models import Order, Rating
from app.services.repairs.rules import OPEN

RESPONDED = ((5, "5 分钟内"), (30, "5–30 分"), (120, "半小时到 2 小时"), (None, "2 小时以上"))
FINISHED = ((2, "2 小时内"), (12, "2–12 小时"), (24, "12–24 小时"), (72, "1–3 天"),
            (None, "3 天以上"))  # fmt: skip
# Which columns a row is of: a bit is set for each that it is not grouped by.
ALL, KIND, BUILDING, WORKER, STEP, SOURCE, CELL = 31, 15, 23, 27, 29, 30, 7


@dataclass(frozen=True, slots=True)
class Count:
    """What came of some orders. Times in minutes, medians, of what was not a rework.

    `good`: four and five stars. `rated` of `finished` is how many said anything at all.
    """

    reported: int = 0
    finished: int = 0
    in_time: int = 0
    late: int = 0
    open: int = 0
    urgent: int = 0
    rework: int = 0
    rated: int = 0
    good: int = 0
    stars: int = 0
    charge: int = 0
    respond: float | None = None
    finish: float | None = None
    responded: tuple[int, ...] = ()
    ended: tuple[int, ...] = ()

    @property
    def on_time(self) -> float | None:
        return share(self.in_time, self.in_time + self.late)

    @property
    def again(self) -> float | None:
        return share(self.rework, self.finished)

    @property
    def content(self) -> float | None:
        return share(self.good, self.rated)

    @property
    def answered(self) -> float | None:
        return share(self.rated, self.finished)

    @property
    def mean(self) -> float | None:
        return self.stars / self.rated if self.rated else None


@dataclass(slots=True)
class Counted:
    """The counts of a period: of all, and by each thing; `cells` by (kind, building)."""

    all: Count = field(default_factory=Count)
    kinds: dict[int, Count] = field(default_factory=dict)
    buildings: dict[int, Count] = field(default_factory=dict)
    workers: dict[int, Count] = field(default_factory=dict)
    steps: dict[date, Count] = field(default_factory=dict)
    sources: dict[str, Count] = field(default_factory=dict)
    cells: dict[tuple[int, int], int] = field(default_factory=dict)


def share(part: int, whole: int) -> float | None:
    """Hundredths of a whole; None of nothing."""
    return part * 100 / whole if whole else None


async def count(
    db: AsyncSession, first: datetime, end: datetime, limits: Sequence[ColumnElement[bool]], *,
    step: str = "day",
) -> Counted:  # fmt: skip
    """What was reported from `first` until `end`, of which all `limits` are true.

    `step`: day, week or month, in Shanghai; a step is named by its first day.
    """
    return _sorted((await db.execute(statement(first, end, limits, step))).all())


def statement(
    first: datetime, end: datetime, limits: Sequence[ColumnElement[bool]], step: str
) -> Any:
    """The one statement of `count`, for the bench to explain."""
    o = _orders(first, end, limits, step)
    keys = (o.c.kind_id, o.c.building_id, o.c.worker_id, o.c.step, o.c.source)
    sets = [tuple_(), *(tuple_(key) for key in keys), tuple_(o.c.kind_id, o.c.building_id)]
    return select(
        func.grouping(*keys).label("of"), *keys, *_sums(o)
    ).group_by(func.grouping_sets(*sets))  # fmt: skip


def stars_of_order() -> Any:
    """The stars of an order's rating, to join `on true`.

    LATERAL and LIMIT: they are looked up for these orders, however many others there are.
    """
    this = Rating.order_id == Order.id, Rating.rework == Order.rework
    return lateral(select(Rating.stars).where(*this).limit(1))


def _orders(
    first: datetime, end: datetime, limits: Sequence[ColumnElement[bool]], step: str
) -> Any:
    stars = stars_of_order()
    day = func.date_trunc(step, func.timezone("Asia/Shanghai", Order.created_at))
    once = Order.rework == 0

    def minutes(at: Any) -> Any:
        gap = func.extract("epoch", at - Order.created_at) / 60
        return case((once, cast(gap, Float)))

    return (
        select(
            Order.kind_id, Order.building_id, Order.worker_id, func.date(day).label("step"),
            Order.source, Order.urgent, Order.rework, Order.charge, stars.c.stars,
            Order.state.in_([str(state) for state in OPEN]).label("open"),
            Order.done_at.is_not(None).label("done"),
            (Order.done_at <= Order.finish_by).label("in_time"),
            minutes(Order.accepted_at).label("respond"), minutes(Order.done_at).label("finish"),
        )
        .outerjoin(stars, true())
        .where(Order.created_at >= first, Order.created_at < end, *limits)
        .subquery()
    )  # fmt: skip


def _sums(o: Any) -> list[Any]:
    def many(of: Any) -> Any:
        return func.count().filter(of)

    return [
        func.count().label("reported"), many(o.c.done).label("finished"),
        many(o.c.in_time).label("in_time"), many(and_(o.c.done, ~o.c.in_time)).label("late"),
        many(o.c.open).label("open"), many(o.c.urgent).label("urgent"),
        many(o.c.rework > 0).label("rework"), many(o.c.stars.is_not(None)).label("rated"),
        many(o.c.stars >= 4).label("good"), func.coalesce(func.sum(o.c.stars), 0).label("stars"),
        func.coalesce(func.sum(o.c.charge), 0).label("charge"),
        _middle(o.c.respond).label("respond"), _middle(o.c.finish).label("finish"),
        *(many(part) for part in _parts(o.c.respond, [(most, 1) for most, _ in RESPONDED])),
        *(many(part) for part in _parts(o.c.finish, [(most, 60) for most, _ in FINISHED])),
    ]  # fmt: skip


def _middle(column: Any) -> Any:
    return func.percentile_cont(0.5).within_group(column)


def _parts(column: Any, bounds: Sequence[tuple[int | None, int]]) -> list[Any]:
    """Conditions that cut a column of minutes into parts, each up to its bound."""
    found, least = [], 0
    for most, times in bounds:
        over = column >= least
        found.append(over if most is None else and_(over, column < most * times))
        least = (most or 0) * times
    return found


def _sorted(rows: Sequence[Any]) -> Counted:
    found = Counted()
    for row in rows:
        one = _count(row)
        if row.of == ALL:
            found.all = one
        elif row.of == CELL:
            found.cells[row.kind_id, row.building_id] = one.reported
        elif row.of == KIND:
            found.kinds[row.kind_id] = one
        elif row.of == BUILDING:
            found.buildings[row.building_id] = one
        elif row.of == WORKER and row.worker_id is not None:
            found.workers[row.worker_id] = one
        elif row.of == STEP:
            found.steps[row.step] = one
        elif row.of == SOURCE:
            found.sources[row.source] = one
    return found


def _count(row: Any) -> Count:
    values = tuple(row)[6:]
    named, parts = values[:13], values[13:]
    names = ("reported", "finished", "in_time", "late", "open", "urgent", "rework", "rated",
             "good", "stars", "charge", "respond", "finish")  # fmt: skip
    cut = len(RESPONDED)
    numbers = dict(zip(names, named, strict=True))
    return Count(**numbers, responded=tuple(parts[:cut]), ended=tuple(parts[cut:]))
