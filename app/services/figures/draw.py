"""Where bars, lines and labels of a picture stand: for SVG at the desk and for paper. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.campus.figures import Measure, Shape
from app.services.figures.words import say

WIDTH, HEIGHT, LEFT, TOP, FOOT = 560, 200, 62, 14, 26
STARS = 5.0  # no mean of stars is above
LINES = 4  # at most so many lines above the lowest
MOST_LABELS = 12
MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 5760, 11520, 43200)
Values = Sequence[float | None]
At = Callable[[int, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Bar:
    """One step: where it stands, and what it says."""

    x: float
    y: float
    wide: float
    tall: float
    says: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture of WIDTH x HEIGHT, y downwards.

    `bars` for counts, `dots` for what is no count, both one a step where there is a value, with
    the step's number. `lines`: polylines, broken where nothing was counted; `before` those of
    what it is held against.
    """

    bars: tuple[tuple[int, Bar], ...]
    dots: tuple[tuple[int, float, float, str], ...]
    lines: tuple[tuple[tuple[float, float], ...], ...]
    before: tuple[tuple[tuple[float, float], ...], ...]
    grid: tuple[tuple[str, float], ...]
    labels: tuple[tuple[str, float], ...]
    width: int = WIDTH
    height: int = HEIGHT


def draw(measure: Measure, labels: Sequence[str], values: Values, before: Values = ()) -> Drawn:
    """`values` by step, with the picture of `before` behind them; both may be cut short."""
    known = [value for value in (*values, *before) if value is not None]
    marks = scale(measure, min(known, default=0), max(known, default=0))
    low, high = marks[0], marks[-1]
    across = (WIDTH - LEFT - 8) / max(1, len(labels))
    floor = HEIGHT - FOOT

    def at(step: int, value: float) -> tuple[float, float]:
        y = floor - (floor - TOP) * (value - low) / (high - low)
        return round(LEFT + across * (step + 0.5), 1), round(y, 1)

    counts = measure.shape is Shape.COUNT
    wide, bars, dots = round(across * 0.6, 1), [], []
    for step, value in enumerate(values):
        if value is not None:
            x, y = at(step, value)
            says = f"{labels[step]} {measure.title} {say(measure, value)}"
            bars.append((step, Bar(round(x - wide / 2, 1), y, wide, round(floor - y, 1), says)))
            dots.append((step, x, y, says))
    each = -(-len(labels) // MOST_LABELS)
    return Drawn(
        tuple(bars) if counts else (), () if counts else tuple(dots),
        () if counts else _lines(values, at), _lines(before[: len(labels)], at),
        tuple((say(measure, mark).split(" ")[0] if counts else say(measure, mark), at(0, mark)[1])
              for mark in marks),
        tuple((word, at(n, low)[0]) for n, word in enumerate(labels) if n % each == 0),
    )  # fmt: skip


def _lines(values: Values, at: At) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The polylines through all values that are there, one after the other."""
    found: list[list[tuple[float, float]]] = [[]]
    for step, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            found[-1].append(at(step, value))
    return tuple(tuple(line) for line in found if len(line) > 1)


def scale(measure: Measure, low: float, high: float) -> list[float]:
    """Where the lines stand, lowest first: from nought, but for shares and means."""
    if measure.shape is Shape.SHARE:
        low, high = max(0.0, low - 2), min(100.0, high + 2)
    elif measure.shape is Shape.MEAN:
        low, high = max(0.0, low - 0.1), high + 0.1 if high > STARS else min(high + 0.1, STARS)
    else:
        low = 0
    step = _step(measure, (high - low) / LINES)
    first = low // step * step
    marks = [first]
    while marks[-1] < high or len(marks) < 2:
        marks.append(round(first + step * len(marks), 6))
    return marks


def _step(measure: Measure, least: float) -> float:
    """A round distance of lines, at least so large."""
    if measure.shape is Shape.MIDDLE:
        return next((m for m in MINUTES if m >= least), least)
    zeros = 0.1 if measure.shape is Shape.MEAN else 1.0
    while True:
        for digit in (1, 2, 5):
            if digit * zeros >= least:
                return digit * zeros
        zeros *= 10
