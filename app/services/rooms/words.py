"""What pages and the chat say of rounds, rooms, beds and habits. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.kit.clock import SHANGHAI, WEEKDAYS
from app.services.rooms.rules import HABITS, RoundKind

KINDS = {
    RoundKind.REHEARSAL: "演练",
    RoundKind.FORMAL: "正式选房",
    RoundKind.SUPPLEMENTARY: "补选",
}
PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江",
    "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆",
    "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "香港", "澳门",
    "台湾",
)  # fmt: skip
_SHOWN = ("sleep", "noise", "smoke")  # what decides most, and fits one line
_ODD = 2  # steps apart at which a habit is worth a look


def moment(at: datetime, now: datetime) -> str:
    """「20:22」 today, else 「8月22日 周六 20:00」."""
    at, today = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    time = f"{at.hour}:{at.minute:02}"
    return time if at.date() == today else f"{day(at)} {time}"


def opening(at: datetime) -> str:
    """「8月22日 周六 20:00」."""
    at = at.astimezone(SHANGHAI)
    return f"{day(at)} {at.hour}:{at.minute:02}"


def day(at: datetime) -> str:
    return f"{at.month}月{at.day}日 {WEEKDAYS[at.weekday()]}"


def span(seconds: float) -> str:
    """「1 小时 42 分」, as the countdown writes it: 「12 分 36 秒」, 「8 秒」, 「3 天 4 小时」."""
    left = max(int(seconds), 0)
    days, hours = left // 86400, left // 3600 % 24
    minutes, rest = left // 60 % 60, left % 60
    if days:
        return f"{days} 天 {hours} 小时"
    if hours:
        return f"{hours} 小时 {minutes} 分"
    return f"{minutes} 分 {rest:02} 秒" if minutes else f"{rest} 秒"


def clock(seconds: float) -> str:
    """「04:32」, 「1:12:36」."""
    left = max(int(seconds), 0)
    hours, minutes = left // 3600, left // 60 % 60
    head = f"{hours:02}:" if hours else ""
    return f"{head}{minutes:02}:{left % 60:02}"


def yuan(fen: int) -> str:
    """「1200 元一年」, 「980.50 元一年」; empty if nobody said."""
    if not fen:
        return ""
    return f"{fen // 100} 元一年" if fen % 100 == 0 else f"{fen / 100:.2f} 元一年"


def short(label: str) -> str:
    """「4」 of 「4号床」: what stands large on the bed."""
    return label.removesuffix("号床").removesuffix("床")


def level(label: str, beds: int) -> str:
    """Where a bed is by its number: bunks from six beds on, odd ones above; else over a desk."""
    number = short(label)
    if beds <= 4 or not number.isdecimal():
        return "上床下桌" if beds <= 4 else ""
    return "上铺" if int(number) % 2 else "下铺"


def free_beds(beds: Sequence[tuple[int, str, str]]) -> str:
    """What is free in a room: 「整间空着」, 「1 上 1 下」, 「1、3 号」, 「已满」.

    `beds`: (id, label, letter) of the view. `static/rooms.js` says the same.
    """
    free = [short(label) for _, label, letter in beds if letter == "f"]
    if not free:
        return "已满"
    if len(free) == len(beds):
        return "整间空着"
    if len(beds) <= 4 or not all(label.isdecimal() for label in free):
        return f"{'、'.join(free)} 号"
    above = sum(int(label) % 2 for label in free)
    parts = ((above, "上"), (len(free) - above, "下"))
    if len(free) == 1:
        return f"1 {'上铺' if above else '下铺'}"
    return " ".join(f"{count} {where}" for count, where in parts if count)


def habit(key: str, choice: str) -> str:
    """A habit by itself: 「23:00 睡」, 「怕吵」."""
    return {"sleep": f"{choice} 睡", "rise": f"{choice} 起", "ac": f"空调{choice}"}.get(key, choice)


def habits(
    answers: Mapping[str, str], mine: Mapping[str, str] | None = None
) -> list[tuple[str, bool]]:
    """(words, whether that is far from mine) for what decides most."""
    found = []
    for question in HABITS:
        choice = answers.get(question.key)
        if question.key in _SHOWN and choice in question.choices:
            other = (mine or {}).get(question.key)
            found.append((habit(question.key, choice), _odd(question.choices, choice, other)))
    return found


def _odd(choices: Sequence[str], a: str, b: str | None) -> bool:
    if b not in choices:
        return False
    return abs(choices.index(a) - choices.index(b)) >= min(_ODD, len(choices) - 1)


def said(answers: Mapping[str, str]) -> str:
    """「23:30 睡、怕吵、不抽烟」; empty for who said nothing."""
    return "、".join(words for words, _ in habits(answers))


def known_as(name: str, label: str = "") -> tuple[str, str]:
    """A roommate as others see them: (initial, 「陈同学」), or by the bed until they agree."""
    if name:
        return name[:1], f"{name[:1]}同学"
    return short(label), f"{label}的同学" if label else "一位同学"


def listed(words: Iterable[str]) -> str:
    """The words that are not empty, with commas."""
    return "，".join(filter(None, words))
