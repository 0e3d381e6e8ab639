"""How points, money, steps and times read. Pure."""

from datetime import date, datetime

from app.services.assess.explaining import say
from app.services.assess.language import Scheme
from app.services.assess.rules import SHANGHAI, Step

STEPS = {
    Step.COUNTING: "正在算", Step.COUNTED: "算好了，还没公布", Step.OPEN: "异议期",
    Step.DECIDED: "等主任批", Step.APPROVED: "批了，等锁定", Step.LOCKED: "锁定了",
}  # fmt: skip


def yuan(fen: int) -> str:
    """「12,345.60」, exactly."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02}"


def say_day(at: date | datetime) -> str:
    """「11月5日」 in Shanghai."""
    if isinstance(at, datetime):
        at = at.astimezone(SHANGHAI).date()
    return f"{at.month}月{at.day}日"


def last_day(until: datetime) -> str:
    """The day before `until`, midnight."""
    there = until.astimezone(SHANGHAI).date()
    return say_day(date.fromordinal(there.toordinal() - 1))


def say_points(points: int) -> str:
    """「108.50」."""
    return f"{points // 100}.{points % 100:02}"


def say_lines(points: int, scheme: Scheme) -> str:
    """Where one stands between the lines: 「再 1.5 分就有奖金」."""
    if points < scheme.full:
        return f"再 {say(scheme.full - points)} 分，基本工资就拿全"
    if points < scheme.bonus:
        return f"基本工资拿全了，再 {say(scheme.bonus - points)} 分就有奖金"
    return "基本工资拿全，有奖金"


def stage(step: str, until: datetime | None) -> str:
    """How far a month is, for whom it is about."""
    if step == Step.OPEN and until:
        return f"{last_day(until)}前可以提异议"
    return {Step.DECIDED: "等主任批", Step.APPROVED: "主任批了，等锁定",
            Step.LOCKED: "定了，不再改"}.get(Step(step), STEPS[Step(step)])  # fmt: skip
