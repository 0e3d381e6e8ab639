"""What follows from a meter's figures: the usual rate, how long the money lasts, how bad it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

WINDOW = 14  # days that count as recent
FEWEST = 3  # ordinary days without which no habit can be told
FULL_DAYS = 7  # from here on half days are not worth saying


class Circuit(StrEnum):
    LIGHTING = "lighting"
    AIR = "air_conditioning"

    @property
    def label(self) -> str:
        return "照明" if self is Circuit.LIGHTING else "空调"


class State(StrEnum):
    """What the meter says of itself; stored and pushed as these words."""

    NORMAL = "正常"
    ARREARS = "欠费"
    OVERLOAD = "负载关断"


class Level(StrEnum):
    """How urgent: the kind of a tag (`ok`, `warn`, `bad`)."""

    FINE = "ok"
    LOW = "warn"
    OFF = "bad"


@dataclass(frozen=True, slots=True)
class Use:
    """One day's use in Wh. `away` names the holiday or vacation (「国庆节」), else it is empty."""

    date: date
    wh: int
    away: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """When to warn: `days` left; where those cannot be told, a balance under `fen`."""

    days: float = 3.0
    fen: int = 1000


def usual(uses: Sequence[Use]) -> float | None:
    """Wh on an ordinary recent day; None without any figure.

    The median of the last 14 days without holidays: one evening of guests, or the day on which
    everybody leaves, does not move it, as a mean would. With fewer than 3 ordinary days (the
    middle of a vacation, a new meter) all 14 count: then being away is what is usual.
    """
    recent = sorted(uses, key=lambda use: use.date)[-WINDOW:]
    ordinary = [use.wh for use in recent if not use.away]
    figures = ordinary if len(ordinary) >= FEWEST else [use.wh for use in recent]
    return float(median(figures)) if figures else None


def days_left(balance_fen: int, price_fen: int, wh_a_day: float | None) -> float | None:
    """Days until the balance is used up; None where nothing is used, or nothing known of it."""
    if balance_fen <= 0:
        return 0.0
    if not wh_a_day or price_fen <= 0:
        return None
    return balance_fen / (price_fen * wh_a_day / 1000)


def level(state: State, balance_fen: int, left: float | None, limits: Limits) -> Level:
    """OFF without current or money; LOW from `limits` on."""
    if state is not State.NORMAL or balance_fen <= 0:
        return Level.OFF
    low = balance_fen < limits.fen if left is None else left <= limits.days
    return Level.LOW if low else Level.FINE


def say_tag(state: State, level: Level) -> str:
    """One word for a tag: 「正常」, 「快用完了」, 「欠费」, 「负载关断」."""
    if level is Level.LOW:
        return "快用完了"
    return State.ARREARS if level is Level.OFF and state is State.NORMAL else state


def say_left(left: float, level: Level) -> str:
    """「只够 2 天半」, 「还能用约 21 天」; halves rounded down, not to promise too much."""
    if left < 0.5:
        return "不到半天"
    halves = int(left * 2)
    if left < 1:
        span = "半天"
    elif left < FULL_DAYS:
        span = f" {halves // 2} 天{'半' if halves % 2 else ''}"
    else:
        span = f" {min(int(left), 999)} 天"
    return f"只够{span}" if level is Level.LOW else f"还能用约{span}"


def used_up(read_at: datetime, left: float) -> datetime:
    """When the balance of `read_at` ends. A century is for ever."""
    return read_at + timedelta(days=min(left, 36_500.0))


def say_day(then: datetime, now: datetime, part: bool = False) -> str:
    """「后天」, with `part` 「后天晚上」; 「10月14日」 further on. Both times in Shanghai."""
    days = (then.date() - now.date()).days
    if 0 <= days <= 2:
        return ("今天", "明天", "后天")[days] + (_part_of_day(then.hour) if part else "")
    year = f"{then.year}年" if then.year != now.year and days > 180 else ""
    return f"{year}{then.month}月{then.day}日"


def _part_of_day(hour: int) -> str:
    ends = ((6, "凌晨"), (11, "早上"), (13, "中午"), (18, "下午"), (24, "晚上"))
    return next(name for end, name in ends if hour < end)


def say_moment(at: datetime) -> str:
    """「9月28日 19:42」."""
    return f"{at.month}月{at.day}日 {at.hour}:{at.minute:02}"


def say_yuan(fen: int) -> str:
    """840 → 「8.40」."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


def say_kwh(wh: float) -> str:
    """6100 → 「6.1」, in 度."""
    return f"{wh / 1000:.1f}"
