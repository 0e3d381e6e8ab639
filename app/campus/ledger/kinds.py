"""Kinds of facts: declared by the service that counts them, so that a scheme can name them."""

from dataclasses import dataclass
from enum import StrEnum


class Amount(StrEnum):
    """What the amounts of a kind are, and so how they read."""

    TIMES = "times"  # 1 each
    HUNDREDTHS = "hundredths"  # of one, by share
    MINUTES = "minutes"
    STARS = "stars"  # 1 to 5
    YES = "yes"  # 1 or 0
    POINTS = "points"  # hundredths of a point


@dataclass(frozen=True, slots=True)
class FactKind:
    """One kind of fact.

    name     `<service>.<what>`, as in `Fact.kind`; never changed, schemes are written with it
    title    Chinese, what it counts: 「修好的单」
    amount   what its amounts are
    private  whether a person may know no more than the sum: single facts would say who rated
    """

    name: str
    title: str
    amount: Amount
    private: bool = False
