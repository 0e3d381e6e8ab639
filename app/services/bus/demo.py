"""Six lines between two campuses, from the autumn of 2026 to the summer of 2027."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from app.services.bus.feed import Feed, NewLine, NewRun, NewStop, NewTable, store
from app.services.bus.rules import Days, parse_clock

FIRST, LAST = date(2026, 8, 31), date(2027, 7, 31)
CONTACT = "8880 0126"
FARES = {"学生": 100, "教职工": 0, "校外": 300}
LIBRARY, TEACHING, EAST = "图书馆", "三号教学楼", "东校区南门"
OFFICE, NORTH_GATE = "行政楼", "北校区东门"
STATION, HOSPITAL = "火车站", "附属医院"
STOPS = (
    NewStop(LIBRARY, "南校区", 35.1902, 113.2648),
    NewStop(TEACHING, "南校区", 35.1934, 113.2671),
    NewStop(EAST, "东校区", 35.2061, 113.2806),
    NewStop(OFFICE, "北校区", 35.2318, 113.2652),
    NewStop(NORTH_GATE, "北校区", 35.2336, 113.2694),
    NewStop(HOSPITAL, "", 35.2214, 113.2547),
    NewStop(STATION, "", 35.2409, 113.2403),
)
Way = tuple[tuple[str, int], ...]
"""Stops with minutes from the departure."""
TO_NORTH: Way = ((LIBRARY, 0), (EAST, 18), (OFFICE, 35))
TO_SOUTH: Way = ((OFFICE, 0), (EAST, 17), (LIBRARY, 35))
ROUND_THE_WORKS: Way = ((LIBRARY, 0), (TEACHING, 6), (OFFICE, 45))
AND_BACK: Way = ((OFFICE, 0), (TEACHING, 39), (LIBRARY, 45))


async def fill(db: AsyncSession) -> None:
    """Lines, tables and fares, on empty tables."""
    lines = [_commuter(), _direct(), _evening(), _station(), _hospital(), _east()]
    for line in lines:
        line.contact = CONTACT
        line.fares = line.fares or dict(FARES)
    stops = {stop.name: stop for stop in STOPS}
    await store(db, Feed(stops, {line.name: line for line in lines}))


def _table(days: Days, runs: list[NewRun]) -> NewTable:
    return NewTable(days, FIRST, LAST, runs)


def _runs(way: Way, times: str, note: str = "") -> list[NewRun]:
    """「7:20x4 9:40」 along `way`: x4 is four vehicles on that run."""
    runs = []
    for word in times.split():
        clock, _, vehicles = word.partition("x")
        at = parse_clock(clock)
        calls = tuple((stop, at + minutes) for stop, minutes in way)
        runs.append(NewRun(at, calls, int(vehicles or 1), note))
    return runs


def _every(start: str, end: str, first: str, last: str, minutes: int) -> list[NewRun]:
    """Departures alone: when it arrives is not published."""
    times = range(parse_clock(first), parse_clock(last) + 1, minutes)
    return [NewRun(at, ((start, None), (end, None))) for at in times]


def _commuter() -> NewLine:
    """A time at each stop; at rush hours two to four vehicles together; a week of roadworks."""
    north = "6:50 7:20x4 7:40x3 9:40 11:50x2 13:30x3 15:40 16:30 17:30x2 18:40 19:20 21:10 22:00"
    south = "6:50 7:20x2 8:30 10:20 12:05x4 13:40 15:40x2 17:10x4 17:45x3 18:50 20:20 21:40 22:30"
    works = NewTable(
        Days.WORKDAY,
        date(2026, 12, 7),
        date(2026, 12, 13),
        _runs(ROUND_THE_WORKS, "6:40 7:10x4 7:30x3 9:30 11:40x2 13:20x3 16:20 17:20x2 19:10 21:50")
        + _runs(AND_BACK, "6:40 7:10x2 8:20 10:10 11:55x4 13:30 17:00x4 17:35x3 20:00 22:20"),
        priority=1,
        note="东环路修路，不经东校区",
    )
    weekend = _runs(TO_NORTH, "7:40 9:40 11:50 13:30x2 15:40 17:30 19:20 21:10")
    weekend += _runs(TO_SOUTH, "7:40 9:50 12:05x2 13:40 15:50 17:40 19:30 21:40")
    vacation = _runs(TO_NORTH, "7:40 11:50 17:30") + _runs(TO_SOUTH, "8:30 12:30 18:20")
    tables = [
        _table(Days.WORKDAY, _runs(TO_NORTH, north) + _runs(TO_SOUTH, south)),
        _table(Days.WEEKEND, weekend),
        _table(Days.VACATION, vacation),
        works,
    ]
    return NewLine("通勤线", tables)


def _direct() -> NewLine:
    """Only departures, every 40 minutes, on days off every hour."""
    workday = _every(LIBRARY, OFFICE, "7:10", "20:30", 40)
    workday += _every(OFFICE, LIBRARY, "7:30", "20:50", 40)
    weekend = _every(LIBRARY, OFFICE, "8:10", "19:10", 60)
    weekend += _every(OFFICE, LIBRARY, "9:00", "20:00", 60)
    holiday = _every(LIBRARY, OFFICE, "9:00", "19:00", 120)
    holiday += _every(OFFICE, LIBRARY, "10:00", "20:00", 120)
    tables = [(Days.WORKDAY, workday), (Days.WEEKEND, weekend), (Days.HOLIDAY, holiday)]
    return NewLine("直达线", [_table(days, runs) for days, runs in tables])


def _evening() -> NewLine:
    """For those who stay late in the laboratory; the last one ends after midnight."""
    way: Way = ((NORTH_GATE, 0), (OFFICE, 4), (TEACHING, 26), (LIBRARY, 30))
    return NewLine("晚班线", [_table(Days.WORKDAY, _runs(way, "23:10 23:50", "只在北校区上客"))])


def _station() -> NewLine:
    """On Saturdays alone."""
    there: Way = ((OFFICE, 0), (LIBRARY, 25), (STATION, 55))
    back: Way = ((STATION, 0), (LIBRARY, 30), (OFFICE, 55))
    runs = _runs(there, "8:20 13:20", "只有周六开") + _runs(back, "10:30 16:30", "只有周六开")
    fares = {"学生": 300, "教职工": 300, "校外": 500}
    return NewLine("火车站专线", [_table(Days.SATURDAY, runs)], fares)


def _hospital() -> NewLine:
    there: Way = ((LIBRARY, 0), (HOSPITAL, 20))
    back: Way = ((HOSPITAL, 0), (LIBRARY, 20))
    runs = _runs(there, "8:00 13:45") + _runs(back, "11:40 17:20")
    return NewLine("校医专线", [_table(Days.WORKDAY, runs)])


def _east() -> NewLine:
    runs = _every(TEACHING, EAST, "7:25", "21:25", 60) + _every(EAST, TEACHING, "7:50", "21:50", 60)
    return NewLine("东校区摆渡", [_table(Days.DAILY, runs)])
