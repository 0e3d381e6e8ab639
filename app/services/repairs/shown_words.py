"""What the page of an order says first, in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.campus.calendar import say_day, say_deadline
from app.kit.clock import SHANGHAI
from app.services.repairs.models import Order
from app.services.repairs.rules import OPEN, State, Wait
from app.services.repairs.words import LABELS, WAITS, say_promise

NEAR = 24 * 3600  # seconds before a promise from which they are counted down
STAGES = ("已提交", "已派单", "已接单", "维修中", "已完成", "已评价")
_AT = {
    State.SUBMITTED: 0, State.OFFERED: 1, State.ACCEPTED: 2, State.WORKING: 3, State.WAITING: 3,
    State.DONE: 4, State.CONFIRMED: 4, State.RATED: 5,
}  # fmt: skip
_OVER = {
    State.WITHDRAWN: ("这张单撤了", "还有问题就再报一张"),
    State.MERGED: ("并到另一张单，一起修", "同一件事有人先报了，有进展一起告诉你"),
    State.REJECTED: ("没有受理", "原因写在下面的经过里，有疑问打下面的电话"),
}
TONES = {
    State.DONE: "ok", State.CONFIRMED: "ok", State.RATED: "ok", State.WAITING: "warn",
    State.WITHDRAWN: "", State.MERGED: "", State.REJECTED: "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lead:
    """The head of an order's page: `title` is a date or what became of it.

    `left`: seconds until the promise, None where that is far or nothing runs. `late`: it is past.
    """

    title: str
    text: str
    left: int | None = None
    late: bool = False


def lead(order: Order, worker: str, now: datetime) -> Lead:
    """`worker` as people call them (「王师傅」), or empty."""
    state = State(order.state)
    if state in _OVER:
        return Lead(*_OVER[state])
    if state not in OPEN:
        return _closed(order, now)
    title = say_promise(order.finish_by, now) if order.finish_by else LABELS[state]
    if state is State.WAITING:
        return _waiting(order, title, now)
    doing = _doing(order, worker)
    if order.finish_by is None:
        return Lead(title, doing)
    left = int((order.finish_by - now).total_seconds())
    if left <= 0:
        return Lead(f"晚了 {say_span(now - order.finish_by)}", f"{doing}，班长在盯", late=True)
    return Lead(title, doing, left if left < NEAR else None)


def _doing(order: Order, worker: str) -> str:
    worker = worker or "师傅"
    match State(order.state):
        case State.SUBMITTED:
            return "师傅都在忙，班长在安排" if order.stuck_at else "正在找师傅"
        case State.OFFERED:
            return f"派给{worker}了，等他接单"
        case State.ACCEPTED:
            return f"{worker}接单了，会联系你"
    return f"{worker}正在修"


def _waiting(order: Order, title: str, now: datetime) -> Lead:
    if order.waiting_for == Wait.PROMISE:
        return Lead(title, f"这件难修，说好了日子：{order.promise}")
    why = WAITS[Wait(order.waiting_for)] if order.waiting_for else "先等等"
    until = f"，最晚等到{say_when(order.waiting_until, now)}" if order.waiting_until else ""
    return Lead(why, f"时限先停{until}" if until else "时限先停，好了就接着修")


def _closed(order: Order, now: datetime) -> Lead:
    done = order.done_at or order.closed_at or order.created_at
    took = f"从报修到修好 {say_span(done - order.created_at)}"
    again = f"，返修过 {order.rework} 次" if order.rework else ""
    return Lead(f"{say_past(done, now)} 修好了", took + again)


def stage(state: State) -> int | None:
    """Which of `STAGES` it has reached; None for what ended otherwise."""
    return _AT.get(state)


def say_span(gap: timedelta) -> str:
    """「54 分钟」, 「3 小时 20 分」, 「2 天」."""
    minutes = max(1, round(gap / timedelta(minutes=1)))
    if minutes < 60:
        return f"{minutes} 分钟"
    if minutes >= 48 * 60:
        return f"{round(minutes / 1440)} 天"
    return f"{minutes // 60} 小时" + (f" {minutes % 60} 分" if minutes % 60 else "")


def say_left(seconds: int) -> str:
    """「1 小时 18 分」, 「12 分 36 秒」: as the page's own countdown goes on."""
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if hours:
        return f"{hours} 小时 {minutes} 分"
    return f"{minutes} 分 {seconds % 60:02} 秒" if minutes else f"{seconds} 秒"


def say_minutes(minutes: int | None) -> str | None:
    """「54 分钟」; nothing of nothing."""
    return None if minutes is None else say_span(timedelta(minutes=minutes))


def split(minutes: int | None) -> tuple[str | None, str]:
    """「3.5」 and 「小时」: a number to print large, and its unit."""
    if minutes is None:
        return None, ""
    if minutes < 60:
        return str(minutes), "分钟"
    hours = minutes / 60
    return (f"{hours:.1f}", "小时") if hours < 48 else (f"{hours / 24:.1f}", "天")


def say_when(at: datetime, now: datetime) -> str:
    """「今天 20:00」, 「周四 9:30」."""
    return say_deadline(at, now).removesuffix(" 前")


def say_past(at: datetime, now: datetime) -> str:
    """「20:24」 of today, else 「10月9日 20:24」."""
    at, today = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    time = f"{at.hour}:{at.minute:02}"
    return time if at.date() == today else f"{at.month}月{at.day}日 {time}"


def say_date(at: datetime, now: datetime) -> str:
    """「10月10日 周六」; 「今天」 and 「昨天」 as that."""
    day, today = at.astimezone(SHANGHAI).date(), now.astimezone(SHANGHAI).date()
    if day == today - timedelta(days=1):
        return "昨天"
    return say_day(day, today)


def brief(order: Order, now: datetime) -> str:
    """An order in a list: when it will be mended, or what became of it."""
    said = lead(order, "", now)
    stands = order.state == State.WAITING and order.waiting_for != Wait.PROMISE
    return f"{said.title}，时限先停" if stands else said.title


def tone(order: Order, now: datetime) -> str:
    """The colour of its label: "ok", "warn", "bad", "info" or none."""
    state = State(order.state)
    if state in OPEN and order.finish_by and order.finish_by <= now and not order.stopped_at:
        return "bad"
    return TONES.get(state, "info")


def call(name: str) -> str:
    """「王建国师傅」."""
    return f"{name}师傅" if name else ""


def join(parts: Sequence[str]) -> str:
    """Signs and words as one sentence: 「漏水。洗手池下面，接头一直滴」."""
    return "。".join(part.rstrip("。") for part in parts if part)
