"""Why an item has its points, in lines that people read. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.campus.ledger import Amount
from app.services.assess.expression import steady
from app.services.assess.language import (
    TO_TEAMS,
    Facts,
    Formula,
    Given,
    How,
    Item,
    KnownFact,
    Mark,
    Number,
    Sign,
    leaves,
)
from app.services.assess.material import Marked, Material, chosen, hundredths, value

TESTS = {">": "超过", "<": "不到", ">=": "至少", "<=": "最多", "=": "正好"}
MOST_LINES = 40  # of one item; the rest are one line


@dataclass(frozen=True, slots=True)
class Line:
    """A line of why: `points` in hundredths, None where a single thing has none of its own."""

    points: int | None
    words: str
    fact: int | None = None


def lines(
    formula: Formula, total: Fraction, factor: Fraction, material: Material
) -> tuple[Line, ...]:
    """What each fact and mark added or took; together they are `total`, rounded.

    A quotient of facts gives no single fact a share: then only what was not as it should be
    stands there, without points.
    """
    slopes = slope(formula)
    if slopes is None:
        return tuple(_failed(formula, material))
    exact: list[tuple[Fraction, str, int | None]] = []
    rest = (
        total - sum((c * (value(leaf, material) or 0) for leaf, c in slopes), Fraction(0)) * factor
    )
    if rest:
        exact.append((rest, "起点", None))
    for leaf, c in slopes:
        exact += [(c * factor * amount, words, fact)
                  for amount, words, fact in _single(leaf, material)]  # fmt: skip
    exact = _merged(exact)
    points = spread(hundredths(total), [share for share, _, _ in exact])
    found = [Line(p, words, fact) for p, (_, words, fact) in zip(points, exact, strict=True)]
    return _shortened(sorted(found, key=lambda line: (line.points or 0) >= 0))


def _merged(
    found: list[tuple[Fraction, str, int | None]],
) -> list[tuple[Fraction, str, int | None]]:
    """One line for each fact, however often the formula names it."""
    merged: dict[object, tuple[Fraction, str, int | None]] = {}
    for at, (share, words, fact) in enumerate(found):
        key = ("line", at) if fact is None else fact
        before = merged.get(key, (Fraction(0), words, fact))
        merged[key] = (before[0] + share, words, fact)
    return list(merged.values())


def _shortened(found: Sequence[Line]) -> tuple[Line, ...]:
    if len(found) <= MOST_LINES:
        return tuple(found)
    rest = found[MOST_LINES - 1 :]
    points = sum(line.points or 0 for line in rest)
    return (*found[: MOST_LINES - 1], Line(points, f"另外 {len(rest)} 条"))


def _single(leaf: Formula, material: Material) -> Iterable[tuple[Fraction, str, int | None]]:
    """What one thing of a leaf counts, its words, and its row in the ledger."""
    if isinstance(leaf, Facts):
        for share, fact in chosen(leaf, material):
            counted = share if leaf.how is How.COUNT else share * fact.value
            yield counted, fact.words, fact.id
    elif isinstance(leaf, Mark):
        given = [one for found in material.marks.values() for one in found]
        if leaf.given in TO_TEAMS:  # who gave which is not told
            yield value(leaf, material) or Fraction(0), _given(leaf, given), None
            return
        noted = leaf.given is Given.NOTED
        weight = Fraction(1) if noted else sum((one.share for one in given), Fraction(0))
        for one in given:
            yield one.points * (1 if noted else one.share) / weight, one.words, None


def _failed(formula: Formula, material: Material) -> Iterable[Line]:
    seen: set[int] = set()
    for leaf in leaves(formula):
        if isinstance(leaf, Facts) and leaf.how is not How.MEAN and leaf.test is None:
            for _, one in chosen(leaf, material):
                if one.value == 0 and one.id not in seen:
                    seen.add(one.id)
                    yield Line(None, one.words, one.id)


def slope(formula: Formula) -> list[tuple[Formula, Fraction]] | None:
    """How often each leaf counts; None for what is no sum of leaves."""
    if isinstance(formula, Number):
        return []
    if isinstance(formula, Facts):
        return None if formula.how is How.MEAN else [(formula, Fraction(1))]
    if isinstance(formula, Mark):
        return [(formula, Fraction(1))]
    left, right = slope(formula.left), slope(formula.right)
    if left is None or right is None:
        return None
    if formula.sign in "+-":
        minus = -1 if formula.sign == "-" else 1
        return left + [(leaf, c * minus) for leaf, c in right]
    return _scaled(formula, left, right)


def _scaled(
    formula: Sign, left: list[tuple[Formula, Fraction]], right: list[tuple[Formula, Fraction]]
) -> list[tuple[Formula, Fraction]] | None:
    times = steady(formula.right)
    if times is not None:
        by = times if formula.sign == "*" else 1 / times
        return [(leaf, c * by) for leaf, c in left]
    times = steady(formula.left)
    if times is None or formula.sign == "/":
        return None
    return [(leaf, c * times) for leaf, c in right]


def spread(total: int, shares: Sequence[Fraction]) -> list[int]:
    """`shares` (of points) as whole hundredths that add up to `total`: largest remainders first."""
    low = [int(share * 100 // 1) for share in shares]
    order = sorted(range(len(shares)), key=lambda at: (low[at] - shares[at] * 100, at))
    missing = total - sum(low)
    for at in range(abs(missing) if order else 0):
        low[order[at % len(order)]] += 1 if missing > 0 else -1
    return low


def explain(item: Item, kinds: Mapping[str, KnownFact], material: Material) -> str:
    """What went into it: 「按时修好 34，维修用时 36 次」."""
    if value(item.formula, material) is None:
        return f"这个月没有数，按 {number(item.default or Fraction(0))} 算"
    said: list[str] = []
    for leaf in leaves(item.formula):
        words = _leaf(leaf, kinds, material)
        if words and words not in said:
            said.append(words)
    return "，".join(said) or item.text


def _leaf(leaf: Formula, kinds: Mapping[str, KnownFact], material: Material) -> str:
    if isinstance(leaf, Facts):
        kind, found = kinds[leaf.kind], value(leaf, material) or Fraction(0)
        if leaf.how is How.COUNT and kind.amount is Amount.YES and leaf.test is None:
            return f"共 {number(found)} 次"
        who = "班组" if leaf.team else ""
        mean = "平均" if leaf.how is How.MEAN else ""
        unit = " 次" if leaf.how is How.COUNT else _unit(kind)
        return f"{who}{kind.title}{_test(leaf, kind)}{mean} {number(found)}{unit}"
    if isinstance(leaf, Mark):
        return _given(leaf, [one for found in material.marks.values() for one in found])
    return ""


def _test(leaf: Facts, kind: KnownFact) -> str:
    """「超过 720 分钟的」."""
    if leaf.test is None:
        return ""
    sign, limit = leaf.test
    return f"{TESTS[sign]} {number(limit)}{_unit(kind)}的"


def _unit(kind: KnownFact) -> str:
    return {Amount.MINUTES: " 分钟", Amount.STARS: " 星"}.get(kind.amount, "")


def _given(mark: Mark, given: Sequence[Marked]) -> str:
    if mark.given is Given.NOTED:
        return f"{len(given)} 条记录" if given else "没有记录"
    who = {Given.LEADER: "班长打分", Given.TEAMS: "别的班组打分", Given.UNITS: "用户部门打分"}
    several = f"，{len(given)} 份平均" if len(given) > 1 else ""
    return who[mark.given] + several


def number(value: Fraction) -> str:
    """「34」, 「0.5」, 「33.33」."""
    return f"{hundredths(value) / 100:.2f}".rstrip("0").rstrip(".")


def say(points: int, *, sign: bool = False) -> str:
    """Hundredths as points: 「12.5」, 「+3」, 「-2」."""
    whole, rest = divmod(abs(points), 100)
    words = f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)
    return ("-" if points < 0 else "+" if sign and points else "") + words
