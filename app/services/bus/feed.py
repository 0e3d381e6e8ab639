"""What a file of timetables says, and writing it into the tables."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.services.bus import models
from app.services.bus.timetable import timetable

BATCH = 5000


@dataclass(frozen=True, slots=True)
class NewStop:
    """None leaves what is known."""

    name: str
    campus: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class NewRun:
    """`calls`: (name of the stop, minutes or None)."""

    departure: int
    calls: tuple[tuple[str, int | None], ...]
    vehicles: int = 1
    note: str = ""


@dataclass(slots=True)
class NewTable:
    days: str
    first: date
    last: date
    runs: list[NewRun] = field(default_factory=list)
    priority: int = 0
    note: str = ""
    added: frozenset[date] = frozenset()
    removed: frozenset[date] = frozenset()


@dataclass(slots=True)
class NewLine:
    """`fares`: rider → fen; None, like the empty contact and note, leaves what is known."""

    name: str
    tables: list[NewTable] = field(default_factory=list)
    fares: dict[str, int] | None = None
    contact: str = ""
    note: str = ""


@dataclass(slots=True)
class Feed:
    stops: dict[str, NewStop] = field(default_factory=dict)
    lines: dict[str, NewLine] = field(default_factory=dict)

    def line(self, name: str) -> NewLine:
        return self.lines.setdefault(name, NewLine(name))

    @property
    def runs(self) -> int:
        return sum(len(table.runs) for line in self.lines.values() for table in line.tables)


async def store(db: AsyncSession, feed: Feed) -> list[str]:
    """Write `feed`: from a line's first new day on, its tables replace those of their priority.

    Returns the names of stops that were not known before.
    """
    await db.execute(text("LOCK TABLE bus_lines IN SHARE ROW EXCLUSIVE MODE"))
    ids, fresh = await _stops(db, feed.stops)
    for line in feed.lines.values():
        line_id = await _line(db, line)
        for priority in sorted({table.priority for table in line.tables}):
            tables = [table for table in line.tables if table.priority == priority]
            first, last = min(t.first for t in tables), max(t.last for t in tables)
            await _make_room(db, line_id, priority, first, last)
        for table in line.tables:
            await _table(db, line_id, table, ids)
    await timetable.changed(db)
    return fresh


async def _stops(db: AsyncSession, stops: dict[str, NewStop]) -> tuple[dict[str, int], list[str]]:
    """Ids of `stops` by name, and the names that are new."""
    query = select(models.Stop).where(models.Stop.name.in_(stops))
    rows = {row.name: row for row in await db.scalars(query)}
    fresh = [name for name in stops if name not in rows]
    for name, stop in stops.items():
        row = rows.setdefault(name, models.Stop(name=name, campus=""))
        row.campus = row.campus if stop.campus is None else stop.campus
        if stop.latitude is not None:
            row.latitude, row.longitude = stop.latitude, stop.longitude
    db.add_all(rows.values())
    await db.flush()
    return {name: row.id for name, row in rows.items()}, fresh


async def _line(db: AsyncSession, new: NewLine) -> int:
    row = await db.scalar(select(models.Line).where(models.Line.name == new.name))
    if row is None:
        row = models.Line(name=new.name, note="", contact="")
        db.add(row)
    row.contact, row.note = new.contact or row.contact, new.note or row.note
    await db.flush()
    if new.fares is not None:
        await db.execute(delete(models.Fare).where(models.Fare.line_id == row.id))
        fares = new.fares.items()
        db.add_all(models.Fare(line_id=row.id, rider=rider, fen=fen) for rider, fen in fares)
    return row.id


async def _make_room(db: AsyncSession, line: int, priority: int, first: date, last: date) -> None:
    """End tables that began before `first` the day before it; drop later ones that overlap."""
    table = models.Table
    same = (table.line_id == line) & (table.priority == priority)
    overlap = same & (table.valid_from <= last) & (table.valid_to >= first)
    await db.execute(delete(table).where(overlap, table.valid_from >= first))
    await db.execute(update(table).where(overlap).values(valid_to=first - timedelta(days=1)))


async def _table(db: AsyncSession, line: int, new: NewTable, stops: dict[str, int]) -> None:
    row = models.Table(
        line_id=line,
        days=new.days,
        valid_from=new.first,
        valid_to=new.last,
        priority=new.priority,
        note=new.note,
    )
    db.add(row)
    await db.flush()
    dates = [(day, True) for day in new.added] + [(day, False) for day in new.removed - new.added]
    db.add_all(models.TableDate(table_id=row.id, day=day, runs=runs) for day, runs in dates)
    for start in range(0, len(new.runs), BATCH):
        await _runs(db, row.id, new.runs[start : start + BATCH], stops)


async def _runs(db: AsyncSession, table: int, runs: list[NewRun], stops: dict[str, int]) -> None:
    trips = [
        {"table_id": table, "departure": r.departure, "vehicles": r.vehicles, "note": r.note}
        for r in runs
    ]
    query = insert(models.Trip).returning(models.Trip.id, sort_by_parameter_order=True)
    ids = (await db.scalars(query, trips)).all()
    calls = [
        {"trip_id": trip, "order": order, "stop_id": stops[stop], "at": at}
        for trip, run in zip(ids, runs, strict=True)
        for order, (stop, at) in enumerate(run.calls)
    ]
    await db.execute(insert(models.Call), calls)
