"""When something is checked, what a check comes to, and the way of a fault. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    CANTEEN = "canteen"
    DORMITORY = "dormitory"
    PROPERTY = "property"


class Rhythm(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Seen(StrEnum):
    """What became of a visit."""

    TODO = "todo"
    DOING = "doing"  # some rooms of it are done
    DONE = "done"
    MISSED = "missed"


class State(StrEnum):
    """Of a fault."""

    OPEN = "open"
    FIXED = "fixed"  # waits to be looked at again
    FAILED = "failed"  # was looked at again and is to be mended once more
    PASSED = "passed"
    DROPPED = "dropped"  # was none


class Move(StrEnum):
    FIX = "fix"
    PASS = "pass"  # noqa: S105 - no password: it went well
    FAIL = "fail"
    DROP = "drop"
    HAND = "hand"
    LATER = "later"


class Who(StrEnum):
    """What somebody is to a fault."""

    OWNER = "owner"
    CHECKER = "checker"
    HEAD = "head"


TO_MEND = frozenset({State.OPEN, State.FAILED})
OPEN = TO_MEND | {State.FIXED}
# From which states a move leads where (None: stays there), and who may make it.
MOVES: Mapping[Move, tuple[frozenset[State], State | None, frozenset[Who]]] = {
    Move.FIX: (TO_MEND, State.FIXED, frozenset({Who.OWNER, Who.HEAD})),
    Move.PASS: (frozenset({State.FIXED}), State.PASSED, frozenset({Who.CHECKER, Who.HEAD})),
    Move.FAIL: (frozenset({State.FIXED}), State.FAILED, frozenset({Who.CHECKER, Who.HEAD})),
    Move.DROP: (TO_MEND, State.DROPPED, frozenset({Who.HEAD})),
    Move.HAND: (TO_MEND, None, frozenset({Who.CHECKER, Who.HEAD})),
    Move.LATER: (TO_MEND, None, frozenset({Who.HEAD})),
}
JUDGES = frozenset({Move.PASS, Move.FAIL})  # never by who mended it
WHOLE = 10_000  # hundredths of a point: 100 points
VITAL_AT_MOST = 5_900  # what a check comes to at most when something vital is at fault
MOST_ITEMS, MOST_POINTS, MOST_HOURS = 60, 100, 2_000


def may(move: Move, state: State, parts: frozenset[Who], *, mended: bool = False) -> bool:
    """Whether somebody who is `parts` to a fault may make `move` of it in `state`.

    `mended`: they mended it themselves, so they do not judge it.
    """
    states, _, who = MOVES[move]
    return state in states and bool(parts & who) and not (mended and move in JUDGES)


@dataclass(frozen=True, slots=True)
class Item:
    """A point of a list: full marks, below how many it is a fault, and how long that may last.

    `fault`: what counts as one, in words. `hours` of working time. `vital`: a fault here spoils
    the whole. `key` names it within its version of the list.
    """

    key: str
    name: str
    points: int
    below: int
    hours: int
    vital: bool = False
    fault: str = ""

    def at_fault(self, score: int | None) -> bool:
        """Whether `score` (None: not applicable) makes a fault."""
        return score is not None and score < self.below

    @property
    def steps(self) -> tuple[int, ...]:
        """The marks that are offered, best first: all of a few, else full, two between, none."""
        if self.points <= 5:
            return tuple(range(self.points, -1, -1))
        between = {round(self.points * 0.7), round(self.points * 0.4)}
        return tuple(sorted({self.points, 0} | between, reverse=True))


def score(items: Sequence[Item], given: Mapping[str, int | None]) -> int | None:
    """What a check comes to, 0 to 10,000 (hundredths of a point of a hundred).

    `given`: marks by key, None where an item does not apply: it counts neither for nor against.
    None if nothing applies. A vital fault leaves less than a pass. Raises KeyError, ValueError.
    """
    counted = [(item, given[item.key]) for item in items]
    for item, marks in counted:
        if marks is not None and not 0 <= marks <= item.points:
            raise ValueError(item.name)
    full = sum(item.points for item, marks in counted if marks is not None)
    if not full:
        return None
    got = sum(marks for _, marks in counted if marks is not None)
    whole = (2 * got * WHOLE + full) // (2 * full)  # half up
    spoilt = any(item.vital and item.at_fault(marks) for item, marks in counted)
    return min(whole, VITAL_AT_MOST) if spoilt else whole


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch in which a list is due once: its first and last day, and by which day."""

    first: date
    due: date
    last: date


def period(rhythm: Rhythm, day: date, works: Callable[[date], bool]) -> Period | None:
    """The stretch that `day` lies in; due on its last day that `works`. None if none does."""
    first, last = _stretch(rhythm, day)
    due = last
    while due >= first and not works(due):
        due -= timedelta(days=1)
    return Period(first, due, last) if due >= first else None


def _stretch(rhythm: Rhythm, day: date) -> tuple[date, date]:
    if rhythm is Rhythm.DAY:
        return day, day
    if rhythm is Rhythm.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if rhythm is Rhythm.YEAR:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first, following - timedelta(days=1)


def takes(state: Seen, last: date, entered: date) -> bool:
    """Whether a visit still takes what was entered on that day: a phone may send it later."""
    if state is Seen.MISSED:
        return entered <= last
    return state in (Seen.TODO, Seen.DOING)
