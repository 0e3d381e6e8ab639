"""Counts as pictures: what the page of results draws for each question. Pure.

A slice of an anonymous form with few answers shows no distribution: it could be told whose they
are by who is in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.desk.figures import Chart
from app.services.evaluations.results import BETWEEN, Sum
from app.services.evaluations.rules import MIN_SHOWN, NUMBERS, Kind, Question

STEPS = ((31, "day"), (200, "week"), (10_000, "month"))  # days of a period, and how it is cut
MOST_COLUMNS = 60
Counted = tuple[int, Mapping[str, int]]  # how many answered, and how often each value


@dataclass(frozen=True, slots=True)
class Bar:
    """A value, how often, and of how many hundredths of those who answered; `before` likewise."""

    label: str
    value: str
    count: int
    share: float
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """What came of a question. `rows`: a matrix's, each with its bars. `before`: the mean of the
    period that it is compared with."""

    question: Question
    answered: int
    mean: float | None = None
    before: float | None = None
    bars: tuple[Bar, ...] = ()
    rows: tuple[tuple[str, tuple[Bar, ...]], ...] = ()


def hidden(sum: Sum) -> bool:
    """Whether these are too few anonymous ones to show more than their number."""
    return bool(sum.anonymous) and sum.count < MIN_SHOWN


def picture(
    question: Question, answered: int, counts: Mapping[str, int],
    before: Counted | None = None,
) -> Picture:  # fmt: skip
    """The picture of one question; `before`: the same of the period before."""
    if question.kind in (Kind.WORDS, Kind.PHOTO):
        return Picture(question, answered)
    if question.kind is Kind.MATRIX:
        return Picture(question, answered, rows=_rows(question, counts, before and before[1]))
    return Picture(
        question, answered, _mean(question, counts),
        _mean(question, before[1]) if before else None,
        tuple(_bars((answered, counts), before, _values(question), question.kind)),
    )  # fmt: skip


def _rows(
    question: Question, counts: Mapping[str, int], before: Mapping[str, int] | None
) -> tuple[tuple[str, tuple[Bar, ...]], ...]:
    names = _order(question.rows, [key.partition(BETWEEN)[0] for key in counts])
    then = {row: _cells(before, row) if before is not None else None for row in names}
    return tuple((row, tuple(_bars(_cells(counts, row), then[row], question.choices)))
                 for row in names)  # fmt: skip


def _values(question: Question) -> Sequence[str]:
    if question.kind is Kind.STARS:
        return [str(n) for n in range(5, 0, -1)]
    if question.kind is Kind.SCALE:
        return [str(n) for n in range(question.least, question.most + 1)]
    return question.choices


def _bars(
    now: Counted, before: Counted | None, values: Sequence[str], kind: Kind | None = None
) -> list[Bar]:
    """A bar for each value, those of older versions of the form at the end."""
    (whole, counts), said = now, " 星" if kind is Kind.STARS else ""
    return [
        Bar(f"{value}{said}", value, counts.get(value, 0), _share(counts.get(value, 0), whole) or 0,
            _share(before[1].get(value, 0), before[0]) if before else None)
        for value in _order(values, counts)
    ]  # fmt: skip


def _order(values: Iterable[str], given: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*values, *given]))


def _cells(counts: Mapping[str, int], row: str) -> Counted:
    """Of a matrix, how many answered one row, and its counts by choice."""
    head = row + BETWEEN
    found = {key[len(head) :]: n for key, n in counts.items() if key.startswith(head)}
    return sum(found.values()), found


def _mean(question: Question, counts: Mapping[str, int]) -> float | None:
    if question.kind not in NUMBERS:
        return None
    whole = sum(counts.values())
    return sum(int(value) * n for value, n in counts.items()) / whole if whole else None


def _share(part: int, whole: int) -> float | None:
    return part * 100 / whole if whole else None


def step_of(first: date, last: date) -> str:
    """Into what a period is cut: day, week or month."""
    days = (last - first).days + 1
    return next(step for most, step in STEPS if days <= most)


def over_time(
    found: Mapping[date, tuple[int, int, int, int]], first: date, last: date, step: str
) -> Chart:
    """Answers by day, week or month, the good ones below."""
    at = _begin(first, step)
    steps: list[date] = []
    while at <= last and len(steps) < MOST_COLUMNS:
        steps.append(at)
        at = _next(at, step)
    rows = [found.get(one, (0, 0, 0, 0)) for one in steps]
    labels = tuple(f"{d.month}月" if step == "month" else f"{d.month}/{d.day}" for d in steps)
    named = (("4–5 星", "ok", 0), ("3 星", "warn", 1), ("1–2 星", "bad", 2), ("没打星", "pale", 3))
    series = tuple((name, tone, tuple(row[n] for row in rows)) for name, tone, n in named)
    used = tuple(one for one in series if any(one[2]))
    if not any(name != named[-1][0] for name, *_ in used):  # a form without stars
        used = (("答了", "ok", series[-1][2]),)
    return Chart("什么时候评的", "", labels, used)


def _begin(day: date, step: str) -> date:
    if step == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step == "week" else day


def _next(day: date, step: str) -> date:
    if step == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day + timedelta(days=7 if step == "week" else 1)
