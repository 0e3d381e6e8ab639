"""Numbers in words: how a sum reads, and what changed. Pure."""

from app.campus.figures import Measure, Shape
from app.services.figures.sums import Sum

NOTHING = "—"


def number(measure: Measure, of: Sum) -> float | None:
    """What the sum comes to; None where nothing was counted of which it could be a share, where it
    is of too few, and where more came than the whole is."""
    if measure.shape is Shape.COUNT:
        return of.value
    if not of.count or of.count < measure.few:
        return None
    if measure.shape is Shape.SHARE:
        return of.value * 100 / of.count if of.value <= of.count else None
    return of.value / of.count if measure.shape is Shape.MEAN else of.value


def say(measure: Measure, value: float | None) -> str:
    """「1,204 单」, 「94.9%」, 「4.81」, 「3 时 20 分」; 「—」 for nothing."""
    if value is None:
        return NOTHING
    if measure.shape is Shape.COUNT:
        return f"{round(value):,} {measure.unit}".rstrip()
    if measure.shape is Shape.SHARE:
        return f"{value:.1f}%".replace(".0%", "%")
    return f"{value:.2f}" if measure.shape is Shape.MEAN else say_minutes(value)


def say_minutes(minutes: float) -> str:
    """「4 分」, 「3 时 20 分」, 「2.5 天」."""
    whole = round(minutes)
    if whole < 60:
        return f"{whole} 分"
    if whole < 48 * 60:
        return f"{whole // 60} 时" + (f" {whole % 60} 分" if whole % 60 else "")
    return f"{minutes / 1440:.1f} 天"


def change(measure: Measure, this: float | None, before: float | None) -> tuple[str, int]:
    """(what changed in words, 1 for the better, -1 for the worse, 0); empty where one is missing.

    「多 8%」, 「少 3 单」 (of few), 「高 1.2 个点」, 「快 22 分」, 「一样」.
    """
    if this is None or before is None:
        return "", 0
    by = this - before
    words = _by(measure, by, before)
    if words is None:
        return "一样", 0
    return words, measure.better * (1 if by > 0 else -1)


def _by(measure: Measure, by: float, before: float) -> str | None:
    """`by` in words; None if it is too little to be said."""
    size = abs(by)
    if measure.shape is Shape.COUNT:
        if not by:
            return None
        share = "" if before < 20 else f"{size * 100 / before:.0f}%"
        return ("多 " if by > 0 else "少 ") + (share or f"{size:.0f} {measure.unit}".rstrip())
    if measure.shape is Shape.MIDDLE:
        return (("慢 " if by > 0 else "快 ") + say_minutes(size)) if size >= 1 else None
    digits, unit = (1, " 个点") if measure.shape is Shape.SHARE else (2, "")
    size = round(size, digits)
    return (("高 " if by > 0 else "低 ") + f"{size:g}{unit}") if size else None
