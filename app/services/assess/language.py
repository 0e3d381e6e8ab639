"""What a scheme says, once it is read: parts, items and their formulas. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.campus.ledger import Amount
from app.kit.errors import Invalid


class How(StrEnum):
    """What is made of facts."""

    SUM = "合计"
    COUNT = "次数"
    MEAN = "平均"


class Given(StrEnum):
    """Who gives a mark: `NOTED` things that happened, each with points; the rest once a month."""

    NOTED = "记录"  # by the leader, when it happens
    LEADER = "打分"  # by the leader
    TEAMS = "互评"  # by leaders of other teams, to the whole team
    UNITS = "部门评"  # by heads of other units, to the whole team


TO_TEAMS = (Given.TEAMS, Given.UNITS)


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction


@dataclass(frozen=True, slots=True)
class Facts:
    """`how` of the facts of `kind`; of the whole team if `team`; only those that pass `test`."""

    how: How
    kind: str
    team: bool = False
    test: tuple[str, Fraction] | None = None

    def passes(self, value: Fraction) -> bool:
        if self.test is None:
            return True
        sign, limit = self.test
        return {
            ">": value > limit, "<": value < limit, ">=": value >= limit, "<=": value <= limit,
            "=": value == limit,
        }[sign]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark from `low` to `high`; several that count for one are averaged, noted ones added."""

    given: Given
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Sign:
    """`left` + - * / `right`."""

    sign: str
    left: "Formula"
    right: "Formula"


Formula = Number | Facts | Mark | Sign


@dataclass(frozen=True, slots=True)
class Item:
    """`default` stands in where the formula has no value: nothing to divide by, no mark."""

    line: int
    name: str
    formula: Formula
    text: str
    top: Fraction | None = None
    bottom: Fraction | None = None
    default: Fraction | None = None

    @property
    def mark(self) -> Mark | None:
        return next((leaf for leaf in leaves(self.formula) if isinstance(leaf, Mark)), None)


@dataclass(frozen=True, slots=True)
class Part:
    """`weight` None: its points count as they are."""

    line: int
    name: str
    items: tuple[Item, ...]
    weight: Fraction | None = None
    top: Fraction | None = None
    bottom: Fraction | None = None

    @property
    def factor(self) -> Fraction:
        return Fraction(1) if self.weight is None else self.weight


@dataclass(frozen=True, slots=True)
class Scheme:
    """Points are whole hundredths everywhere; `full`: from there the base pay is whole;
    `bonus`: from there on there is one; `days`: how long results stay open for objections."""

    parts: tuple[Part, ...]
    base: int = 5000
    full: int = 10000
    bonus: int = 11000
    days: int = 3

    @property
    def items(self) -> list[Item]:
        return [item for part in self.parts for item in part.items]

    def given(self, *by: Given) -> list[Item]:
        """The items that are marked by one of these."""
        return [item for item in self.items if item.mark and item.mark.given in by]


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A kind of fact as a scheme knows it, kept with it: its service may be gone later."""

    name: str
    title: str
    amount: Amount
    private: bool

    def value(self, amount: int) -> Fraction:
        """What a formula counts: hundredths of points and orders as points and orders."""
        whole = self.amount not in (Amount.HUNDREDTHS, Amount.POINTS)
        return Fraction(amount, 1 if whole else 100)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong on a line (from 1; 0: with the whole)."""

    line: int
    words: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.words}" if self.line else self.words


class Unreadable(Invalid):
    """A scheme with problems, listed by line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems, key=lambda one: one.line)
        super().__init__("\n".join(map(str, self.problems)))


def leaves(formula: Formula) -> Iterator[Formula]:
    """Numbers, facts and marks, left to right."""
    if isinstance(formula, Sign):
        yield from leaves(formula.left)
        yield from leaves(formula.right)
    else:
        yield formula
