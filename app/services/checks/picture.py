"""How scores go over time, as a line in an SVG: on the phone and at the desk."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.checks.results import Step
from app.services.checks.words import mark

LOWEST = 50  # points at the bottom
LEFT, RIGHT, TOP, FOOT = 36, 22, 12, 26
LABELS = 12  # at most; on the phone half of them


@dataclass(frozen=True, slots=True)
class Dot:
    """A step where it stands, with its words; `label` is empty where there is no room for it."""

    x: float
    y: float
    label: str
    says: str
    points: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG of `width` × `height`: its dots, and lines at points of the scale."""

    width: int
    height: int
    dots: Sequence[Dot]
    lines: Sequence[tuple[int, float]]

    @property
    def title(self) -> str:
        """The picture as a sentence."""
        return f"平均分，{self.dots[0].says}，到 {self.dots[-1].says}"


def draw(steps: Sequence[Step], width: int, height: int) -> Picture:
    """The steps that have a score; what is below LOWEST stands at the bottom."""
    seen = [step for step in steps if step.score is not None]
    across = (width - LEFT - RIGHT) / max(1, len(seen) - 1)
    each = -(-len(seen) // (LABELS if width > 500 else LABELS // 2))
    dots = []
    for at, step in enumerate(seen):
        name = f"{step.first.month}/{step.first.day}"
        says = f"{step.first.month}月{step.first.day}日 {mark(step.score)} 分，查了 {step.done} 次"
        shown = name if at % each == 0 else ""
        dots.append(Dot(round(LEFT + at * across, 1), _y((step.score or 0) / 100, height), shown,
                        says, mark(step.score)))  # fmt: skip
    lines = [(points, _y(points, height)) for points in range(LOWEST, 101, 10)]
    return Picture(width, height, dots, lines)


def _y(points: float, height: int) -> float:
    share = (max(points, LOWEST) - LOWEST) / (100 - LOWEST)
    return round(TOP + (height - TOP - FOOT) * (1 - share), 1)
