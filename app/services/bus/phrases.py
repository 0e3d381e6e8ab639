"""How times, days and runs are said. Pure."""

from collections.abc import Iterable
from datetime import date

from app.services.bus.network import Board, Leg
from app.services.bus.rules import MIDNIGHT, Days

WEEKDAYS = "一二三四五六日"
NEAR = ("今天", "明天", "后天")
SHORT = {"劳动节": "五一"}


def say_time(at: int) -> str:
    """「7:30」; after midnight of the day of service 「次日 0:30」."""
    days, minutes = divmod(at, MIDNIGHT)
    words = f"{minutes // 60}:{minutes % 60:02}"
    return words if days <= 0 else f"次日 {words}"


def say_left(at: int, seconds: int) -> str:
    """How long until `at` (minutes): 「12 分钟」, 「1 小时 5 分」."""
    minutes = (at * 60 - seconds) // 60
    if minutes < 1:
        return "不到 1 分钟"
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, rest = divmod(minutes, 60)
    return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"


def say_day(day: date, today: date) -> str:
    """「今天」, 「明天」, 「后天」, later 「10月1日 周四」."""
    ahead = (day - today).days
    if 0 <= ahead < len(NEAR):
        return NEAR[ahead]
    return f"{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def say_full(day: date, today: date) -> str:
    """「今天 10月10日 周六」, 「10月17日 周六」."""
    near = say_day(day, today)
    written = f"{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"
    return f"{near} {written}" if near in NEAR else written


def _named(day: date, today: date) -> str:
    near = say_day(day, today)
    return f"{near}周{WEEKDAYS[day.weekday()]}" if near in NEAR else near


def why(board: Board, today: date) -> tuple[str, str]:
    """Why this day runs as it does, in two halves: the reason and what follows (the bold one).

    Both are empty on an ordinary day.
    """
    day, named = board.day, _named(board.day.date, today)
    if board.changes:
        table = board.changes[0]
        until = f"{table.valid_to.month}月{table.valid_to.day}日"
        return f"{table.note or '临时调整'}，", f"{table.line.name}到 {until}按临时班次发车"
    if day.swapped:
        holiday = SHORT.get(
            day.name, day.name.removesuffix("节") if len(day.name) > 2 else day.name
        )
        return f"{named}，但{holiday}调休要上班，", "按工作日发车"
    if day.kind not in ("holiday", "vacation") or not board.runs:
        return "", ""
    name = f"{day.name}放假" if day.kind == "holiday" else f"{day.name}里"
    if board.days & {Days.HOLIDAY, Days.VACATION}:
        return f"{named}，{name}，", "按假期班次发车"
    return f"{named}，{name}，", "按周日班次发车"


def route(leg: Leg) -> str:
    """「经东校区，18:05 到」, 「直达」; of more than two places on the way the first two."""
    via = leg.via
    words = (
        f"经{'、'.join(via[:2])}{f'等 {len(via)} 处' if len(via) > 2 else ''}" if via else "直达"
    )
    if leg.arrives is not None:
        words += f"，{say_time(leg.arrives)} 到"
    return f"{words}，这是始发时间" if leg.rough else words


def remarks(leg: Leg) -> list[str]:
    """What else is to be known of this run: 「3 辆车」, its note."""
    cars = [f"{leg.run.vehicles} 辆车"] if leg.run.vehicles > 1 else []
    return cars + ([leg.run.note] if leg.run.note else [])


def say_fare(fen: int) -> str:
    """「免费」, 「1 元」, 「1.50 元」."""
    if fen == 0:
        return "免费"
    return f"{fen // 100} 元" if fen % 100 == 0 else f"{fen / 100:.2f} 元"


def times(legs: Iterable[Leg]) -> str:
    """「7:40、8:10」; two lines that leave at once are one time."""
    return "、".join(dict.fromkeys(say_time(leg.at) for leg in legs))
