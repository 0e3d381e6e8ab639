"""What the page shows of one circuit: its tile, the forecast, the bars."""

from dataclasses import dataclass, field
from datetime import date, datetime

from app.services.electricity.rooms import Supply
from app.services.electricity.rules import (
    Level,
    State,
    Use,
    say_day,
    say_kwh,
    say_left,
    say_tag,
    say_yuan,
)
from app.services.electricity.words import CALL

NO_DAYS = "还没有每天的用量，电表报上来就能算"


@dataclass(frozen=True, slots=True)
class Tile:
    """One circuit at a glance. `kind`: ok, warn or bad."""

    circuit: str
    label: str
    tag: str
    kind: str
    yuan: str
    says: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Arguments of the `bars` macro, kWh."""

    values: list[float]
    labels: list[str]
    title: str
    mean: float | None
    mean_label: str
    on_label: str
    notes: dict[int, str] = field(default_factory=dict)


def tile(supply: Supply, now: datetime) -> Tile:
    says = "还没算出能用几天"
    if supply.state is State.OVERLOAD:
        says = "拔掉大功率电器"
    elif supply.level is Level.OFF:
        says = "停了，充值后来电" if supply.state is State.ARREARS else "随时会停，早点充值"
    elif supply.ends is not None and supply.ends <= now:
        says = "可能已经用完"
    elif supply.left is not None:
        says = say_left(supply.left, supply.level)
    elif supply.uses:
        says = "最近没用电"
    return Tile(
        supply.circuit,
        supply.circuit.label,
        say_tag(supply.state, supply.level),
        supply.level,
        say_yuan(supply.balance_fen),
        says,
    )


def forecast(supply: Supply, now: datetime) -> tuple[str, str]:
    """The sentence that matters, and what it rests on."""
    name, price = supply.circuit.label, f"{say_yuan(supply.price_fen)} 元一度"
    if supply.state is State.OVERLOAD:
        return f"{name}负载太高，断开了", CALL
    if supply.level is Level.OFF:
        owed = f"，欠 {say_yuan(-supply.balance_fen)} 元" if supply.balance_fen < 0 else ""
        stopped = supply.state is State.ARREARS
        return (
            f"{name}{'欠费停了' if stopped else '没钱了，随时会停'}{owed}",
            f"充值后来电，{price}",
        )
    if supply.usual is None:
        return f"{name}还剩 {say_yuan(supply.balance_fen)} 元", f"{NO_DAYS}，{price}"
    return name + _lasts(supply, now), f"照平时每天 {say_kwh(supply.usual)} 度、{price}算"


def _lasts(supply: Supply, now: datetime) -> str:
    if supply.ends is None:
        return "最近没怎么用，够用很久"
    if supply.ends <= now:
        return "这会儿可能已经用完"
    if (supply.left or 0) > 365:
        return "够用一年以上"
    return f"大约用到{_at(say_day(supply.ends, now, part=True))}"


def _at(day: str) -> str:
    """A space before a digit, as the guide has it."""
    return f" {day}" if day[0].isdecimal() else day


def chart(supply: Supply, today: date) -> Chart | None:
    """The last 14 days as bars; None without any."""
    if not (uses := supply.uses):
        return None
    last = uses[-1]
    name = "昨天" if (today - last.date).days == 1 else _short(last.date)
    usual = None if supply.usual is None else say_kwh(supply.usual)
    title = f"{supply.circuit.label}近 {len(uses)} 天用电：平时每天约 {usual} 度"
    if holidays := _holidays(uses):
        title += f"，{'、'.join(holidays.values())}"
    return Chart(
        values=[round(use.wh / 1000, 1) for use in uses],
        labels=[_short(use.date) for use in uses],
        title=f"{title}，{name} {say_kwh(last.wh)} 度",
        mean=None if supply.usual is None else supply.usual / 1000,
        mean_label=f"平时 {usual}",
        on_label=f"{name} {say_kwh(last.wh)} 度",
        notes=holidays,
    )


def _short(day: date) -> str:
    return f"{day.month}/{day.day}"


def _holidays(uses: list[Use]) -> dict[int, str]:
    """{index of its middle day: 「国庆放假」} for each holiday, away from both ends' labels.

    A day or two that lies in the picture says nothing about its shape, and stays unnamed.
    """
    runs: dict[str, list[int]] = {}
    for index, use in enumerate(uses):
        if use.away:
            runs.setdefault(use.away, []).append(index)
    return {
        min(max(run[len(run) // 2], 3), max(len(uses) - 4, 0)): f"{away.removesuffix('节')}放假"
        for away, run in runs.items()
        if len(run) > 2
    }
