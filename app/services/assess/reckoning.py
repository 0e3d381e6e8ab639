"""From facts and marks to points, item by item with why. Exact: fractions, then whole hundredths.

Each item is rounded once, half up; parts and totals are sums of what is shown, so that whoever
adds up what they read comes to the same number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from app.services.assess.explaining import Line, explain, lines, say
from app.services.assess.language import Facts, Item, KnownFact, Part, Scheme, leaves
from app.services.assess.material import Material, hundredths, value, within

MOST = 10**8  # hundredths of points; no scheme that anybody means comes near


@dataclass(frozen=True, slots=True)
class Counted:
    """An item's points in hundredths, what its formula came to, and why."""

    name: str
    points: int
    why: str
    lines: tuple[Line, ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True)
class CountedPart:
    """`cut`: what the part's own ceiling took away (below zero) or its floor gave."""

    name: str
    points: int
    cut: int
    items: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One person's month: `points` in hundredths, never below zero."""

    points: int
    parts: tuple[CountedPart, ...]


def reckon(scheme: Scheme, kinds: Mapping[str, KnownFact], material: Material) -> Result:
    """The points of one person."""
    parts = tuple(_part(part, kinds, material) for part in scheme.parts)
    total = scheme.base + sum(part.points for part in parts)
    return Result(min(max(total, 0), MOST), parts)


def _part(part: Part, kinds: Mapping[str, KnownFact], material: Material) -> CountedPart:
    items = tuple(_item(item, part.factor, kinds, material) for item in part.items)
    whole = sum(item.points for item in items)
    bottom, top = (None if it is None else it * part.factor for it in (part.bottom, part.top))
    points = hundredths(within(Fraction(whole, 100), bottom, top))
    return CountedPart(part.name, points, points - whole, items)


def _item(
    item: Item, factor: Fraction, kinds: Mapping[str, KnownFact], material: Material
) -> Counted:
    material = replace(material, marks={item.name: material.marks.get(item.name, ())})
    found = value(item.formula, material)
    raw = item.default if found is None else found
    assert raw is not None  # noqa: S101 a formula that may fail is refused without a default
    held = within(raw, item.bottom, item.top)
    points = hundredths(held * factor)
    private = any(kinds[leaf.kind].private for leaf in leaves(item.formula)
                  if isinstance(leaf, Facts))  # fmt: skip
    told = () if found is None or private else lines(item.formula, raw * factor, factor, material)
    why = explain(item, kinds, material)
    if held != raw:
        why += f"；到{'上' if held < raw else '下'}限，算 {say(points)} 分"
    return Counted(item.name, points, why, told, private)
