"""The whole timetable in memory: immutable, with the runs of a day worked out once."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from app.services.bus.rules import MIDNIGHT, DayLike, in_force

MOST_BOARDS = 64
MOST_DAYS = 1000
MOST_PAIRS = 2000


@dataclass(frozen=True, slots=True)
class Stop:
    name: str
    campus: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def place(self) -> str:
        """The campus; a stop outside of all is a place of its own."""
        return self.campus or self.name

    def within(self, place: str) -> bool:
        return place in (self.campus, self.name)


@dataclass(frozen=True, slots=True)
class Line:
    """`fares`: (rider, fen) in the order they are shown."""

    name: str
    note: str = ""
    contact: str = ""
    fares: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """`at`: minutes after midnight, or None where only the departure is published."""

    stop: Stop
    at: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One run; compared by identity, since two lines may well run alike."""

    line: Line
    departure: int
    calls: tuple[Call, ...]
    vehicles: int = 1
    note: str = ""

    @property
    def direction(self) -> tuple[str, str]:
        """From which place to which: campuses, or stops where a run stays on one campus."""
        places = [call.stop.place for call in self.calls]
        if places[0] != places[-1]:
            return places[0], places[-1]
        # A loop goes to the first place that is another one.
        other = next((place for place in places if place != places[0]), None)
        return (places[0], other) if other else (self.calls[0].stop.name, self.calls[-1].stop.name)

    @property
    def latest(self) -> int:
        return max(self.departure, *(call.at or 0 for call in self.calls))

    def earlier(self, minutes: int) -> "Run":
        """The same run on a clock that started `minutes` later."""
        calls = tuple(Call(c.stop, None if c.at is None else c.at - minutes) for c in self.calls)
        return replace(self, departure=self.departure - minutes, calls=calls)


@dataclass(frozen=True, slots=True)
class Leg:
    """A run from one place to another. `calls` are the stops in between, both ends included.

    `at`: when it leaves; `rough`: that is when the run begins, the stop has no time of its own.
    `arrives` is None where no time is published.
    """

    at: int
    arrives: int | None
    run: Run
    calls: tuple[Call, ...]
    rough: bool = False

    @property
    def via(self) -> list[str]:
        """Places on the way that are neither end."""
        ends = (self.calls[0].stop.place, self.calls[-1].stop.place)
        found = [c.stop.place for c in self.calls[1:-1] if c.stop.place not in ends]
        return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Departures:
    """All legs between two places on one day, by time."""

    legs: tuple[Leg, ...]
    times: tuple[int, ...]

    def gone(self, seconds: int) -> int:
        """How many have left at `seconds` after midnight."""
        return bisect_right(self.times, seconds // 60)

    def next(self, seconds: int) -> Leg | None:
        """The first that leaves later than `seconds` after midnight."""
        index = self.gone(seconds)
        return self.legs[index] if index < len(self.legs) else None


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A line's runs for one kind of day; see `rules.TableLike`."""

    line: Line
    days: str
    valid_from: date
    valid_to: date
    runs: tuple[Run, ...]
    priority: int = 0
    note: str = ""
    added: frozenset[date] = frozenset()
    removed: frozenset[date] = frozenset()


@dataclass(slots=True)
class Board:
    """What runs on one date, together with what is still under way from the evening before.

    `days`: the kinds of table in force; `changes`: the temporary ones; `published`: some table
    is valid that day.
    """

    day: DayLike
    runs: tuple[Run, ...]
    days: frozenset[str]
    changes: tuple[Table, ...]
    published: bool
    directions: tuple[tuple[str, str], ...]
    _pairs: dict[tuple[str, str], Departures] = field(default_factory=dict)

    def departures(self, start: str, end: str) -> Departures:
        """Legs from `start` to `end`: names of campuses or stops."""
        if (found := self._pairs.get((start, end))) is None:
            if len(self._pairs) >= MOST_PAIRS:
                self._pairs.clear()
            legs = [leg for run in self.runs if (leg := _leg(run, start, end))]
            legs.sort(key=lambda leg: leg.at)
            found = Departures(tuple(legs), tuple(leg.at for leg in legs))
            self._pairs[start, end] = found
        return found


class Network:
    """All lines, stops and tables. Boards are worked out when first asked for, and kept."""

    def __init__(self, stops: Sequence[Stop], tables: Sequence[Table]) -> None:
        self.stops, self.tables = tuple(stops), tuple(tables)
        self._by_line: dict[Line, list[Table]] = {}
        for table in tables:
            self._by_line.setdefault(table.line, []).append(table)
        self._boards: dict[tuple[DayLike, DayLike], Board] = {}
        self._days: dict[DayLike, tuple[Table, ...]] = {}

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Campuses and lone stops, in the order of the stops."""
        return tuple(dict.fromkeys(stop.place for stop in self.stops))

    @cached_property
    def directions(self) -> tuple[tuple[str, str], ...]:
        """All directions on whatever day, in the order of the lines."""
        return _directions(run for table in self.tables for run in table.runs)

    def board(self, day: DayLike, before: DayLike) -> Board:
        """The board of `day`; `before` is the day before, whose last runs may end after 0:00."""
        if (board := self._boards.get((day, before))) is None:
            if len(self._boards) >= MOST_BOARDS:
                self._boards.clear()
            board = self._boards[day, before] = self._work_out(day, before)
        return board

    def tables_on(self, day: DayLike) -> tuple[Table, ...]:
        """The tables in force on `day`, of all lines."""
        if (found := self._days.get(day)) is None:
            if len(self._days) >= MOST_DAYS:
                self._days.clear()
            lines = self._by_line.values()
            found = self._days[day] = tuple(t for tables in lines for t in in_force(tables, day))
        return found

    def joined(self, place: str, to: bool) -> set[str]:
        """Campuses and stops that one reaches from `place` (`to`), or from which one reaches it.

        Stops within `place`, and the campus around it, are no way to go.
        """
        found: set[str] = set()
        for run in {run for table in self.tables for run in table.runs}:
            calls = run.calls if to else run.calls[::-1]
            at = [i for i, call in enumerate(calls) if call.stop.within(place)]
            for call in calls[at[0] + 1 :] if at else ():
                found |= {call.stop.name, call.stop.place}
        own = {stop.campus for stop in self.stops if stop.name == place}
        return found - own - {place} - {s.name for s in self.stops if s.campus == place}

    def _work_out(self, day: DayLike, before: DayLike) -> Board:
        tables = self.tables_on(day)
        runs = [run for table in tables for run in table.runs]
        night = [
            run.earlier(MIDNIGHT)
            for table in self.tables_on(before)
            for run in table.runs
            if run.latest >= MIDNIGHT
        ]
        return Board(
            day=day,
            runs=tuple(sorted(night + runs, key=lambda run: run.departure)),
            days=frozenset(table.days for table in tables),
            changes=tuple(table for table in tables if table.priority > 0),
            published=any(t.valid_from <= day.date <= t.valid_to for t in self.tables),
            directions=_directions(runs or night),
        )


def _directions(runs: Iterable[Run]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(run.direction for run in runs))


def _leg(run: Run, start: str, end: str) -> Leg | None:
    calls = run.calls
    first = next((i for i, call in enumerate(calls) if call.stop.within(start)), None)
    if first is None:
        return None
    rest = range(first + 1, len(calls))
    last = next((i for i in rest if calls[i].stop.within(end)), None)
    if last is None:
        return None
    at = run.departure if first == 0 else calls[first].at
    leg = Leg(
        at=run.departure if at is None else at,
        arrives=calls[last].at,
        run=run,
        calls=calls[first : last + 1],
        rough=at is None,
    )
    # What left yesterday before midnight is on yesterday's board.
    return leg if leg.at >= 0 else None
