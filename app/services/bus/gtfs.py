"""Timetables from a GTFS zip (https://gtfs.org/documentation/schedule/reference/).

A route becomes a line, a service a table: Monday to Friday is read as working days, so that
swapped days and holidays follow the campus calendar; `calendar_dates` are kept as they stand.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import TypeVar

from app.kit.errors import Invalid
from app.services.bus.archive import Archive, Row
from app.services.bus.feed import Feed, NewRun, NewStop, NewTable
from app.services.bus.rules import WEEK, Days, parse_clock

REQUIRED = ("stops.txt", "routes.txt", "trips.txt", "stop_times.txt")
CALENDARS = ("calendar.txt", "calendar_dates.txt")
ADDED, REMOVED = "1", "2"
RIDER = "票价"
LONGEST_NAME = 80
MOST_YUAN = 1000
V = TypeVar("V")


@dataclass(slots=True)
class Running:
    """When a service runs. Without `days` only on the `added` dates."""

    days: list[Days] = field(default_factory=list)
    first: date | None = None
    last: date | None = None
    added: set[date] = field(default_factory=set)
    removed: set[date] = field(default_factory=set)

    def tables(self) -> list[NewTable]:
        """One table for each of `days`; the added dates hang on the first alone."""
        dates = self.added or {date.min}
        found = []
        for index, days in enumerate(self.days or [Days.DATES]):
            added = frozenset() if index else frozenset(self.added)
            first, last = self.first or min(dates), self.last or max(dates)
            found.append(NewTable(days, first, last, added=added, removed=frozenset(self.removed)))
        return found


def read(data: bytes) -> Feed:
    """The feed in a zip. Raises Invalid that says which file, and which line of it, is wrong."""
    archive = Archive(data)
    if missing := [name for name in REQUIRED if not archive.has(name)]:
        raise Invalid(f"压缩包里缺少 {'、'.join(missing)}")
    if not any(archive.has(name) for name in CALENDARS):
        raise Invalid("压缩包里要有 calendar.txt 或 calendar_dates.txt")
    stops, services = _stops(archive), _services(archive)
    feed, lines = Feed(), _routes(archive)
    tables: dict[tuple[str, str], list[NewTable]] = {}
    calls = _calls(archive, stops)
    for row in archive.rows("trips.txt"):
        route, service = row.need("route_id"), row.need("service_id")
        line = feed.line(_known(row, lines, route, "routes.txt 里没有这条线路"))
        running = _known(row, services, service, "日历里没有这个 service_id")
        if (line.name, service) not in tables and (running.days or running.added):
            tables[line.name, service] = running.tables()
            line.tables += tables[line.name, service]
        if run := calls.get(row.need("trip_id")):
            for table in tables.get((line.name, service), ()):
                table.runs.append(run)
    if not feed.runs:
        raise Invalid("压缩包里没有一班能开的车，看看 trips.txt 和 stop_times.txt")
    for line in feed.lines.values():
        line.tables = [table for table in line.tables if table.runs]
    feed.lines = {name: line for name, line in feed.lines.items() if line.tables}
    feed.stops = {stop.name: stop for stop in stops.values()}
    _fares(archive, feed, lines)
    return feed


def _known(row: Row, known: dict[str, V], key: str, why: str) -> V:
    if key not in known:
        row.fail(f"{why}：{key[:40]}")
    return known[key]


def _parsed(row: Row, name: str, parse: Callable[[str], V]) -> V:
    text = row.need(name)
    try:
        return parse(text)
    except ValueError as error:
        chinese = str(error) if str(error).startswith("「") else f"「{text[:20]}」看不懂"
        raise Invalid(f"{row.file} 第 {row.number} 行 {name}：{chinese}") from error


def parse_date(text: str) -> date:
    """20261001 as a date; raises ValueError."""
    if len(text) != 8 or not (text.isascii() and text.isdecimal()):
        raise ValueError(f"「{text[:20]}」不是日期，写成 20261001")
    return datetime.strptime(text, "%Y%m%d").date()


def parse_price(text: str) -> int:
    """1.50 as 150 fen; raises ValueError."""
    yuan = float(text)
    if not 0 <= yuan <= MOST_YUAN:
        raise ValueError(f"「{text[:20]}」不是票价")
    return round(yuan * 100)


def _stops(archive: Archive) -> dict[str, NewStop]:
    """By id. Of stations with several platforms only the platforms' names count."""
    stops = {}
    for row in archive.rows("stops.txt"):
        place: tuple[float | None, float | None] = (None, None)
        if row.get("stop_lat") and row.get("stop_lon"):
            place = _parsed(row, "stop_lat", float), _parsed(row, "stop_lon", float)
            if not (-90 <= (place[0] or 0) <= 90 and -180 <= (place[1] or 0) <= 180):
                row.fail("坐标超出范围")
        name = row.get("stop_name") or row.need("stop_id")
        stops[row.need("stop_id")] = NewStop(name[:LONGEST_NAME], None, *place)
    return stops


def _routes(archive: Archive) -> dict[str, str]:
    """Names of lines by route id; two routes of one name become one line."""
    names = ("route_long_name", "route_short_name", "route_id")
    return {
        row.need("route_id"): next(row.get(n) for n in names if row.get(n))[:LONGEST_NAME]
        for row in archive.rows("routes.txt")
    }


def _services(archive: Archive) -> dict[str, Running]:
    services: dict[str, Running] = {}
    for row in archive.rows("calendar.txt"):
        first, last = _parsed(row, "start_date", parse_date), _parsed(row, "end_date", parse_date)
        if first > last:
            row.fail("end_date 比 start_date 早")
        week = [day for day in WEEK if row.get(day.value) == "1"]
        services[row.need("service_id")] = Running(kinds_of(week), first, last)
    for row in archive.rows("calendar_dates.txt"):
        running = services.setdefault(row.need("service_id"), Running())
        kind, day = row.need("exception_type"), _parsed(row, "date", parse_date)
        if kind not in (ADDED, REMOVED):
            row.fail("exception_type 只能是 1 或 2")
        (running.added if kind == ADDED else running.removed).add(day)
    return services


def kinds_of(week: list[Days]) -> list[Days]:
    """The fewest kinds of day for a set of weekdays: Monday to Friday is WORKDAY.

    >>> kinds_of([Days.MONDAY, Days.SATURDAY, Days.SUNDAY])
    [<Days.WEEKEND: 'weekend'>, <Days.MONDAY: 'monday'>]
    """
    if set(WEEK) <= set(week):
        return [Days.DAILY]
    whole = {Days.WORKDAY: set(WEEK[:5]), Days.WEEKEND: set(WEEK[5:])}
    kinds = [kind for kind, days in whole.items() if days <= set(week)]
    covered = set[Days]().union(*(whole[kind] for kind in kinds))
    return kinds + [day for day in week if day not in covered]


def _calls(archive: Archive, stops: dict[str, NewStop]) -> dict[str, NewRun]:
    """Runs by trip id; a trip that stops but once is left out."""
    found: dict[str, list[tuple[int, str, int | None]]] = {}
    rows: dict[str, Row] = {}
    for row in archive.rows("stop_times.txt"):
        stop = _known(row, stops, row.need("stop_id"), "stops.txt 里没有这一站")
        name = "departure_time" if row.get("departure_time") else "arrival_time"
        at = _parsed(row, name, parse_clock) if row.get(name) else None
        order = _parsed(row, "stop_sequence", int)
        found.setdefault(row.need("trip_id"), []).append((order, stop.name, at))
        rows[row.get("trip_id")] = row
    return {
        trip: _run(sorted(calls, key=lambda call: call[0]), rows[trip])
        for trip, calls in found.items()
        if len(calls) > 1
    }


def _run(calls: list[tuple[int, str, int | None]], row: Row) -> NewRun:
    departure = calls[0][2]
    times = [at for _, _, at in calls if at is not None]
    if departure is None:
        raise Invalid(f"{row.file}：{row.get('trip_id')[:40]} 的第一站没有发车时间")
    if any(later < earlier for earlier, later in pairwise(times)):
        raise Invalid(f"{row.file}：{row.get('trip_id')[:40]} 的后一站比前一站早")
    return NewRun(departure, tuple((stop, at) for _, stop, at in calls))


def _fares(archive: Archive, feed: Feed, lines: dict[str, str]) -> None:
    """The lowest fare of each line, from `fare_attributes` and, if it is there, `fare_rules`."""
    prices = {
        row.need("fare_id"): _parsed(row, "price", parse_price)
        for row in archive.rows("fare_attributes.txt")
    }
    rules = [(row.get("fare_id"), row.get("route_id")) for row in archive.rows("fare_rules.txt")]
    if not rules:
        rules = [(fare, "") for fare in prices]
    for fare, route in rules:
        for line in [lines[route]] if route in lines else [] if route else feed.lines:
            if line in feed.lines and prices.get(fare, -1) >= 0:
                old = (feed.line(line).fares or {}).get(RIDER, prices[fare])
                feed.line(line).fares = {RIDER: min(old, prices[fare])}
