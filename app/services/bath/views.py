"""What the page shows of one half of a bathhouse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.campus.calendar import Day, DayKind
from app.services.bath.houses import Figure, Side
from app.services.bath.rules import (
    Hours,
    Status,
    Water,
    quiet_after,
    say_end,
    say_status,
    say_when,
)
from app.services.bath.words import NOBODY_COUNTS, age

NOTICE = timedelta(days=14)  # how long ahead a closure is announced
KINDS = {
    DayKind.WORKDAY: "工作日",
    DayKind.WEEKEND: "周末",
    DayKind.HOLIDAY: "节假日",
    DayKind.VACATION: "寒暑假",
}


@dataclass(frozen=True, slots=True)
class State:
    """What stands largest. `free` and `total` are None where nobody counts, or shut.

    `kind`: ok, warn or bad, of the water.
    """

    open: bool
    says: str
    reason: str = ""
    free: int | None = None
    total: int | None = None
    age: str = ""
    stale: bool = False
    water: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Arguments of the `bars` macro, percent by hour, and the sentence above them."""

    says: str
    values: list[int]
    labels: list[str]
    title: str
    on: int | None
    notes: dict[int, str] = field(default_factory=dict)


def state(status: Status, figure: Figure | None, now: datetime, stale: timedelta) -> State:
    if status.until is None:
        if status.opens is None or not status.reason:
            return State(open=False, says=say_status(status, now))
        again = f"{say_when(status.opens, now)} 再开"
        return State(open=False, says=again, reason=status.reason)
    says = f"开着，到 {say_end(status.until)}"
    if figure is None:
        return State(open=True, says=says, age=NOBODY_COUNTS)
    return State(
        open=True,
        says=says,
        free=figure.free,
        total=figure.total,
        age=age(figure.at, now),
        stale=now - figure.at > stale,
        water=figure.water.label,
        kind={Water.HOT: "ok", Water.WARM: "warn", Water.OFF: "bad"}[figure.water],
    )


def load(side: Side, day: Day, now: datetime) -> Chart | None:
    """How full it usually is on such a day; None while nothing is known."""
    shares = side.usual(day.kind)
    if not shares:
        return None
    hours = list(shares)
    busiest = max(shares, key=lambda hour: shares[hour])
    return Chart(
        says=_advice(shares, busiest),
        values=[round(share) for share in shares.values()],
        labels=[f"{hour} 点" for hour in hours],
        title=f"{KINDS[day.kind]}平时有多挤：{busiest} 点最满，约 {round(shares[busiest])}%",
        on=hours.index(now.hour) if now.hour in shares else None,
    )


def _advice(shares: Mapping[int, float], busiest: int) -> str:
    if shares[busiest] < 60:
        return "平时都不挤"
    if (quiet := quiet_after(shares)) is not None:
        return f"平时 {busiest} 点最挤，{quiet} 点以后松快"
    return f"平时 {busiest} 点最挤，早点去"


def closures(side: Side, now: datetime) -> list[str]:
    """「11月24日 周二 8:00 到 18:00 不开：检修锅炉」 for those of the next two weeks."""
    return [
        f"{say_when(closure.start, now)} 起不开：{closure.reason}"
        + (f"，{say_when(closure.end, now)} 再开" if closure.end else "")
        for closure in side.closures
        if now < closure.start <= now + NOTICE
    ]


def hours(side: Side) -> list[tuple[str, str]]:
    """[(「工作日」, 「14:00–22:00」)], kinds with the same hours in one row."""
    rows: dict[str, list[str]] = {}
    for kind, name in KINDS.items():
        rows.setdefault(_say_hours(side.hours.get(kind, ())), []).append(name)
    return [("、".join(names), said) for said, names in rows.items()]


def _say_hours(hours: Sequence[Hours]) -> str:
    spans = []
    for one in hours:
        ends = say_end(datetime.combine(datetime.min, one.closes))
        tomorrow = "次日 " if one.closes < one.opens and ends != "24:00" else ""
        spans.append(f"{one.opens.hour}:{one.opens.minute:02}–{tomorrow}{ends}")
    return "，".join(spans) or "不开"
