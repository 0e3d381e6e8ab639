"""What a sentence about buses asks: from where, to where, on what day, first or last. Pure."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_BUS = re.compile(r"班车|校车|班次|时刻表")
_LAST = re.compile(r"末班车?|最后一班车?|最后一趟车?|最晚")
_FIRST = re.compile(r"首班车?|头班车?|第一班车?|最早")
_NEAR = {"今天": 0, "今日": 0, "今晚": 0, "明天": 1, "明日": 1, "大后天": 3, "后天": 2}
_NEAR_DAY = re.compile("|".join(_NEAR))
_WEEKDAY = re.compile(r"(?P<next>下)?(?:个)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末])")
_DATE = re.compile(r"(?P<month>\d{1,2})\s*(?:月|-|/|\.)\s*(?P<day>\d{1,2})\s*[日号]?")
_WAY = re.compile(r"(?P<start>.*?)\s*(?:开往|→|->|=>|到|去|往|至)\s*(?P<end>.+)")
_BEFORE = re.compile(r"^(?:从|在|查一下|查|看|坐|搭|请问|我要|我想|的|\s)+")
_AFTER = re.compile(
    r"(?:的|几点有?|开|发车|有没有|有吗|吗|呢|时间表?|怎么坐|什么时候|下一|还有|车|出发|\s)+$"
)
_WEEKDAYS = "一二三四五六日"


class Edge(StrEnum):
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Question:
    """`start` and `end` are as written, empty where not said. `named`: begins with 「班车」."""

    start: str = ""
    end: str = ""
    edge: Edge | None = None
    day: date | None = None
    named: bool = False


def parse(text: str, today: date) -> Question:
    """The question in a normalised `text`.

    >>> parse("明天南校区到北校区的末班车", date(2026, 10, 10)).start
    '南校区'
    """
    named = text.startswith(("班车", "校车"))
    day, rest = _day(text, today)
    edge, rest = _edge(rest)
    rest = _trim(_BUS.sub(" ", rest))
    way = _WAY.fullmatch(rest)
    start, end = (_trim(way["start"]), _trim(way["end"])) if way else (rest, "")
    return Question(start, end, edge, day, named)


def _trim(text: str) -> str:
    return _AFTER.sub("", _BEFORE.sub("", text.strip())).strip()


def _edge(text: str) -> tuple[Edge | None, str]:
    for edge, pattern in ((Edge.LAST, _LAST), (Edge.FIRST, _FIRST)):
        rest, found = pattern.subn(" ", text, count=1)
        if found:
            return edge, rest
    return None, text


def _day(text: str, today: date) -> tuple[date | None, str]:
    """The day that is meant, and the text without it."""
    if found := _NEAR_DAY.search(text):
        return today + timedelta(days=_NEAR[found[0]]), _without(text, found)
    if found := _WEEKDAY.search(text):
        return _weekday(found["day"], bool(found["next"]), today), _without(text, found)
    if (found := _DATE.search(text)) and (day := _date(found, today)):
        return day, _without(text, found)
    return None, text


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _weekday(name: str, next_week: bool, today: date) -> date:
    """This week's or the coming one; 「下周三」 is in the week that begins next Monday."""
    wanted = 5 if name == "末" else 6 if name == "天" else _WEEKDAYS.index(name)
    if next_week:
        return today + timedelta(days=7 - today.weekday() + wanted)
    return today + timedelta(days=(wanted - today.weekday()) % 7)


def _date(found: re.Match[str], today: date) -> date | None:
    """Month and day in this year; half a year ago or longer means the next."""
    for year in (today.year, today.year + 1):
        try:
            day = date(year, int(found["month"]), int(found["day"]))
        except ValueError:
            continue
        if (today - day).days < 180:
            return day
    return None
