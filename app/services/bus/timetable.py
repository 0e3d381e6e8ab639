"""The timetable as everybody reads it: one value in memory, and boards by date."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.campus.calendar import Calendar
from app.kit.cache import Cached
from app.kit.clock import SHANGHAI
from app.services.bus import models
from app.services.bus.network import Board, Call, Leg, Line, Network, Run, Stop, Table

AHEAD = 14
DAY = timedelta(days=1)


async def load(db: AsyncSession) -> Network:
    """Everything that the bus tables say; stops where no bus calls are left out."""
    used = select(models.Call.stop_id)
    stops = {
        row.id: Stop(row.name, row.campus, row.latitude, row.longitude)
        for row in await db.scalars(
            select(models.Stop).where(models.Stop.id.in_(used)).order_by(models.Stop.id)
        )
    }
    lines = await _lines(db)
    rows = await db.scalars(
        select(models.Table)
        .order_by(models.Table.line_id, models.Table.id)
        .options(
            selectinload(models.Table.dates),
            selectinload(models.Table.trips).selectinload(models.Trip.calls),
        )
    )
    return Network(list(stops.values()), [_table(row, lines[row.line_id], stops) for row in rows])


async def _lines(db: AsyncSession) -> dict[int, Line]:
    fares: dict[int, list[tuple[str, int]]] = {}
    for fare in await db.scalars(select(models.Fare).order_by(models.Fare.id)):
        fares.setdefault(fare.line_id, []).append((fare.rider, fare.fen))
    return {
        row.id: Line(row.name, row.note, row.contact, tuple(fares.get(row.id, ())))
        for row in await db.scalars(select(models.Line))
    }


def _table(row: models.Table, line: Line, stops: dict[int, Stop]) -> Table:
    runs = [
        Run(
            line=line,
            departure=trip.departure,
            calls=tuple(Call(stops[call.stop_id], call.at) for call in trip.calls),
            vehicles=trip.vehicles,
            note=trip.note,
        )
        for trip in row.trips
    ]
    return Table(
        line=line,
        days=row.days,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        runs=tuple(runs),
        priority=row.priority,
        note=row.note,
        added=frozenset(d.day for d in row.dates if d.runs),
        removed=frozenset(d.day for d in row.dates if not d.runs),
    )


timetable = Cached("bus_timetable", load)


def board_of(network: Network, calendar: Calendar, date: date) -> Board:
    return network.board(calendar.day(date), calendar.day(date - DAY))


def second(now: datetime) -> int:
    """Seconds after midnight in Shanghai."""
    now = now if now.tzinfo is SHANGHAI else now.astimezone(SHANGHAI)
    return now.hour * 3600 + now.minute * 60 + now.second


def today(now: datetime) -> date:
    return (now if now.tzinfo is SHANGHAI else now.astimezone(SHANGHAI)).date()


def following(
    network: Network, calendar: Calendar, after: date, start: str, end: str
) -> tuple[date, Leg] | None:
    """The first run from `start` to `end` on the two weeks of days after `after`."""
    for ahead in range(1, AHEAD + 1):
        date = after + ahead * DAY
        if legs := board_of(network, calendar, date).departures(start, end).legs:
            return date, legs[0]
    return None
