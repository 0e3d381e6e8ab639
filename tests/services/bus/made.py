"""Small networks by hand, and moments."""

from datetime import date, datetime, timedelta

from app.campus.calendar import Calendar
from app.kit.clock import SHANGHAI
from app.services.bus.network import Board, Call, Line, Network, Run, Stop, Table
from app.services.bus.rules import Days, parse_clock
from app.services.bus.timetable import board_of

SOUTH, LIBRARY = Stop("西门", "南校区"), Stop("图书馆", "南校区")
EAST, NORTH = Stop("东校区南门", "东校区"), Stop("行政楼", "北校区")
STATION = Stop("火车站")
LINE = Line("通勤线")
YEAR = date(2026, 1, 1), date(2026, 12, 31)
MONDAY = date(2026, 11, 2)


def at(text: str) -> datetime:
    """「2026-10-10 17:17」 in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def run(*calls: tuple[Stop, str | None], departure: str = "") -> Run:
    times = [Call(stop, parse_clock(time) if time else None) for stop, time in calls]
    first = parse_clock(departure) if departure else times[0].at
    assert first is not None
    return Run(LINE, first, tuple(times))


def table(*runs: Run, days: str = Days.DAILY, line: Line = LINE) -> Table:
    return Table(line, days, *YEAR, runs)


def network(*tables: Table) -> Network:
    stops = {c.stop.name: c.stop for t in tables for r in t.runs for c in r.calls}
    return Network(list(stops.values()), tables)


def board(net: Network, ahead: int = 0) -> Board:
    return board_of(net, Calendar(), MONDAY + timedelta(days=ahead))
