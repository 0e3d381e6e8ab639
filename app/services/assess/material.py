"""What is counted of one person for a month, and what formulas make of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from app.services.assess.expression import apply
from app.services.assess.language import Facts, Formula, Given, How, Mark, Number


@dataclass(frozen=True, slots=True)
class Heard:
    """A fact of the ledger: `words` of what it was, `id` its row."""

    id: int
    value: Fraction
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark, who gave it and why; `share` of the month for which it counts (0 to 1)."""

    points: Fraction
    words: str
    at: datetime
    share: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Material:
    """All that is counted of one person for a month: facts by kind, marks by item.

    `team`: the facts of each team they were in, with the share of their days in it (0 to 1).
    """

    facts: Mapping[str, Sequence[Heard]] = field(default_factory=dict)
    team: Sequence[tuple[Fraction, Mapping[str, Sequence[Heard]]]] = ()
    marks: Mapping[str, Sequence[Marked]] = field(default_factory=dict)


def value(formula: Formula, material: Material) -> Fraction | None:
    """What a formula comes to with the marks of `material`; None where it has no value."""
    if isinstance(formula, Number):
        return formula.value
    if isinstance(formula, Facts):
        return _total(formula, material)
    if isinstance(formula, Mark):
        return _marked(formula, [one for given in material.marks.values() for one in given])
    left, right = value(formula.left, material), value(formula.right, material)
    if left is None or right is None or (formula.sign == "/" and right == 0):
        return None
    return apply(formula.sign, left, right)


def _marked(mark: Mark, given: Sequence[Marked]) -> Fraction | None:
    if mark.given is Given.NOTED:
        return sum((one.points for one in given), Fraction(0))
    weight = sum((one.share for one in given), Fraction(0))
    if not weight:
        return None
    return sum((one.points * one.share for one in given), Fraction(0)) / weight


def _total(facts: Facts, material: Material) -> Fraction | None:
    """A sum, a count, a mean; of a team by the share of the month that was spent in it."""
    found = chosen(facts, material)
    weight = sum((share for share, _ in found), Fraction(0))
    if facts.how is How.COUNT:
        return weight
    total = sum((share * one.value for share, one in found), Fraction(0))
    if facts.how is How.SUM:
        return total
    return total / weight if weight else None


def chosen(facts: Facts, material: Material) -> list[tuple[Fraction, Heard]]:
    """The facts that a formula counts, each with its share."""
    of = material.team if facts.team else [(Fraction(1), material.facts)]
    return [(share, one) for share, by_kind in of
            for one in by_kind.get(facts.kind, ()) if facts.passes(one.value)]  # fmt: skip


def within(value: Fraction, bottom: Fraction | None, top: Fraction | None) -> Fraction:
    """`value`, held between two limits, either of which may be none."""
    value = value if bottom is None else max(value, bottom)
    return value if top is None else min(value, top)


def hundredths(points: Fraction) -> int:
    """Points as whole hundredths, half away from zero."""
    whole = int(abs(points) * 100 + Fraction(1, 2))
    return whole if points >= 0 else -whole
