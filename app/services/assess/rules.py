"""Money, months and the steps of a month end. Pure: no database, no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENS, CLOSES = 25, 5  # horizontal and vertical marks: from this day until that of the next month


class Step(StrEnum):
    """Where the month end of a team is."""

    COUNTING = "counting"  # a job works on it
    COUNTED = "counted"  # leader and head see it
    OPEN = "open"  # everybody sees theirs and may object
    DECIDED = "decided"  # the time is over and every objection answered
    APPROVED = "approved"  # by the head
    LOCKED = "locked"  # nothing changes any more


BY_STEP = {step: at for at, step in enumerate(Step)}
SHOWN = frozenset({Step.OPEN, Step.DECIDED, Step.APPROVED, Step.LOCKED})  # to whom it is about


class Verdict(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Stay:
    """From when to when somebody is in a team; `until` (the day after the last) None: still."""

    person_id: int
    team_id: int
    since: date
    until: date | None = None

    def days(self, first: date, last: date) -> int:
        """How many days of `first` up to, not with, `last`."""
        end = last if self.until is None else min(self.until, last)
        return max((end - max(self.since, first)).days, 0)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody's month counts: in one team, where they spent most of it.

    `days` there and elsewhere together, of `of` days; `shares` of their days by team.
    """

    person_id: int
    team_id: int
    days: int
    of: int
    shares: Mapping[int, Fraction]


def placed(stays: Iterable[Stay], month: date) -> list[Place]:
    """One place for each person who was in any team in the month of `month` (its first day).

    Of two teams with as many days the later one counts.
    """
    first, last = month, next_month(month)
    by_person: dict[int, dict[int, int]] = {}
    for stay in sorted(stays, key=lambda stay: stay.since):
        if days := stay.days(first, last):
            of = by_person.setdefault(stay.person_id, {})
            of[stay.team_id] = of.pop(stay.team_id, 0) + days
    found = []
    for person, of in sorted(by_person.items()):
        total = sum(of.values())
        most = max(of.values())
        team = [team for team, days in of.items() if days == most][-1]
        shares = {team: Fraction(days, total) for team, days in of.items()}
        found.append(Place(person, team, min(total, (last - first).days), (last - first).days,
                           shares))  # fmt: skip
    return found


def base_pay(fen: int, points: int, full: int, days: int, of: int) -> int:
    """Base pay in fen: below `full` points in proportion, for `days` of the `of` of the month.

    Rounded once, half up.
    """
    exact = (
        Fraction(fen * min(points, full) * days, full * of) if full else Fraction(fen * days, of)
    )
    return int(exact + Fraction(1, 2))


def shares(total: int, points: Mapping[int, int]) -> dict[int, int]:
    """`total` fen by points; what is left of the fen goes to the largest remainders.

    They add up to `total` exactly; nobody with points: nothing is given. Of equal remainders the
    lower key comes first.
    """
    whole = sum(points.values())
    if total <= 0 or whole <= 0:
        return dict.fromkeys(points, 0)
    given = {key: total * own // whole for key, own in points.items()}
    rest = sorted(points, key=lambda key: (-(total * points[key] % whole), key))
    for key in rest[: total - sum(given.values())]:
        given[key] += 1
    return given


def bonuses(total: int, points: Mapping[int, int], line: int) -> dict[int, int]:
    """Bonus in fen of each person: nothing below `line` points, no ceiling above."""
    sharing = {key: own for key, own in points.items() if own >= line}
    return {**dict.fromkeys(points, 0), **shares(total, sharing)}


def month_of(day: date) -> date:
    return day.replace(day=1)


def next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_before(month: date) -> date:
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def begins(day: date) -> datetime:
    """Midnight in Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI)


def marking(today: date) -> date | None:
    """The month that other teams and units mark on `today`; None outside the window."""
    if today.day >= OPENS:
        return month_of(today)
    return month_before(today) if today.day <= CLOSES else None


def closes(month: date) -> date:
    """The last day on which other teams and units mark `month`."""
    return next_month(month).replace(day=CLOSES)


def say_month(month: date) -> str:
    return f"{month.year}年{month.month}月"


def read_month(words: str) -> date | None:
    """「2026-11」; None for anything else."""
    try:
        return date.fromisoformat(f"{words}-01") if len(words) == 7 else None
    except ValueError:
        return None


def totals(rows: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Sums of (base pay, bonus) in fen."""
    return sum(base for base, _ in rows), sum(bonus for _, bonus in rows)
