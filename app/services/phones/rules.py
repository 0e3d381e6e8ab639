"""Office hours, and how numbers and names are shown. Pure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Works = Callable[[date], bool]  # is it a working day by the university's calendar?

WEEKDAYS = "一二三四五六日"
WORKING, RESTING, EVERY = "工作日", "休息日", "每天"
ROUND_THE_CLOCK = "24 小时"
DAY = 24 * 60
AHEAD = 70  # days to look for the next opening: longer than any vacation
HOW_TO = "看不懂，写成「工作日 8:00–12:00、14:30–18:00；休息日 9:00–16:00」或「24 小时」"

_TO = r"\s*[-–—~～至到]+\s*"
_RANGE = re.compile(rf"(\d{{1,2}})[:：]([0-5]\d){_TO}(次日|第二天)?\s*(\d{{1,2}})[:：]([0-5]\d)")
_DAYS = re.compile(rf"(?:周|星期)([一二三四五六日天])(?:{_TO}(?:周|星期)?([一二三四五六日天]))?")
_SAME = {"周末": "周六至周日", "节假日": RESTING, "天天": EVERY, "全年": EVERY}
_TWO_SIGNS = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "司徒",
    "东方",
    "夏侯",
    "尉迟",
    "皇甫",
    "慕容",
    "令狐",
)
_TITLES = re.compile(
    r"(师傅|老师|医生|大夫|护士长?|阿姨|叔叔|大爷|女士|先生|工程师|经理|班长|队长|组长|厨师长"
    r"|副?(?:主任|科长|处长|院长|园长|所长|部长|会长))$"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `start` to `end`, minutes after midnight; `end` is over 1440 past midnight.

    `days` is WORKING, RESTING, EVERY, or the numbers of weekdays (「012」: Monday to Wednesday).
    """

    days: str
    start: int
    end: int

    def on(self, day: date, works: Works) -> bool:
        if self.days == EVERY:
            return True
        if self.days in (WORKING, RESTING):
            return works(day) == (self.days == WORKING)
        return str(day.weekday()) in self.days


Hours = tuple[Span, ...]
ALWAYS: Hours = (Span(EVERY, 0, DAY),)


def parse_hours(text: str) -> Hours:
    """Hours as people write them; without a day they are those of working days.

    Raises ValueError with a Chinese reason.

    >>> parse_hours("工作日 8:00-12:00、14:30-18:00；周六 9:00-次日1:00")[2]
    Span(days='5', start=540, end=1500)
    """
    text = text.strip()
    if re.fullmatch(r"(?:每天|全天|全年)*\s*24\s*小时|全天|全年无休", text):
        return ALWAYS
    spans: list[Span] = []
    for group in re.split(r"[；;\n]", text):
        first = _RANGE.search(group)
        head, tail = (group[: first.start()], group[first.start() :]) if first else (group, "")
        if not first or re.sub(r"[、，,\s]|和", "", _RANGE.sub("", tail)):
            raise ValueError(HOW_TO)
        days = _parse_days(head.strip(" ：:，,"))
        spans += [_span(days, found) for found in _RANGE.finditer(tail)]
    return tuple(spans)


def _parse_days(text: str) -> str:
    text = _SAME.get(text, text) or WORKING
    if text in (WORKING, RESTING, EVERY):
        return text
    chosen: set[int] = set()
    for first, last in _DAYS.findall(text):
        begin = WEEKDAYS.index(first.replace("天", "日"))
        finish = WEEKDAYS.index(last.replace("天", "日")) if last else begin
        chosen.update((begin + step) % 7 for step in range((finish - begin) % 7 + 1))
    if not chosen or re.sub(r"[、，,\s]|和", "", _DAYS.sub("", text)):
        raise ValueError(HOW_TO)
    return "".join(str(day) for day in sorted(chosen))


def _span(days: str, found: re.Match[str]) -> Span:
    start, end = int(found[1]) * 60 + int(found[2]), int(found[4]) * 60 + int(found[5])
    if start >= DAY or end > DAY or start == end:
        raise ValueError(HOW_TO)
    return Span(days, start, end + DAY if found[3] or end < start else end)


def say_hours(hours: Hours) -> str:
    """Hours in one form, which `parse_hours` reads back: 「工作日 8:00–12:00、14:30–18:00」."""
    if hours == ALWAYS:
        return ROUND_THE_CLOCK
    groups: list[tuple[str, list[str]]] = []
    for span in hours:
        if not groups or groups[-1][0] != span.days:
            groups.append((span.days, []))
        groups[-1][1].append(f"{_clock(span.start)}–{_end(span)}")
    return "；".join(f"{_say_days(days)} {'、'.join(ranges)}" for days, ranges in groups)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _end(span: Span) -> str:
    return _clock(span.end) if span.end <= DAY else f"次日{_clock(span.end - DAY)}"


def _say_days(days: str) -> str:
    if not days.isdecimal():
        return days
    numbers = [int(day) for day in days]
    if len(numbers) > 1 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"周{WEEKDAYS[numbers[0]]}至周{WEEKDAYS[numbers[-1]]}"
    return "、".join(f"周{WEEKDAYS[number]}" for number in numbers)


def windows(hours: Hours, day: date, works: Works) -> Iterator[tuple[datetime, datetime]]:
    """When it is open on shifts that begin on `day`, as local times without a zone."""
    midnight = datetime.combine(day, time())
    for span in hours:
        if span.on(day, works):
            yield (
                midnight + timedelta(minutes=span.start),
                midnight + timedelta(minutes=span.end),
            )


def is_open(hours: Hours, now: datetime, works: Works) -> bool:
    """Whether somebody answers at `now` (local time)."""
    now = now.replace(tzinfo=None)
    days = (now.date() - timedelta(days=1), now.date())
    return any(a <= now < b for day in days for a, b in windows(hours, day, works))


def say_state(hours: Hours, now: datetime, works: Works) -> str:
    """「现在有人，到 18:00」, 「现在下班了，明早 8:00 上班」; `now` is local time."""
    if ALWAYS[0] in hours:
        return "24 小时有人"
    now = now.replace(tzinfo=None)
    today = now.date()
    if is_open(hours, now, works):
        days = (today - timedelta(days=1), today)
        end = max(b for day in days for a, b in windows(hours, day, works) if a <= now < b)
        return f"现在有人，到 {_time(end)}" if _tonight(end, today) else f"现在有人，到{_soon(end)}"
    for ahead in range(AHEAD):
        day = today + timedelta(days=ahead)
        if starts := [a for a, _ in windows(hours, day, works) if a > now]:
            return _closed(hours, now, min(starts), works)
    return "最近不上班"


def _closed(hours: Hours, now: datetime, start: datetime, works: Works) -> str:
    days = (start.date() - now.date()).days
    if days == 0:
        begun = any(b <= now for _, b in windows(hours, now.date(), works))
        return f"{'现在休息' if begun else '还没上班'}，{_time(start)} 上班"
    if days == 1:
        when = _soon(start)
    else:
        weekday = f"周{WEEKDAYS[start.weekday()]}"
        when = weekday if days < 7 else f"{start.month}月{start.day}日 {weekday}"
        when += f" {_time(start)}"
    worked = any(True for _ in windows(hours, now.date(), works))
    return f"{'现在下班了' if worked else '今天不上班'}，{when} 上班"


def _tonight(end: datetime, today: date) -> bool:
    return end.date() == today or end == datetime.combine(today, time()) + timedelta(days=1)


def _soon(moment: datetime) -> str:
    """A moment of tomorrow: 「明早 8:00」."""
    return f"{'明早' if moment.hour < 10 else '明天'} {_time(moment)}"


def _time(moment: datetime) -> str:
    return "24:00" if moment.time() == time() else f"{moment.hour}:{moment.minute:02}"


def parse_number(text: str) -> str:
    """Digits of a number written with spaces, hyphens or brackets; ValueError if it is none."""
    digits = re.sub(r"[\s\-–()（）]", "", text)
    if not re.fullmatch(r"[0-9]{3,12}", digits):
        raise ValueError("不像电话号码，只写数字、空格和「-」")
    return digits


def say_number(digits: str) -> str:
    """A number in groups for the eye: 「8880 0110」, 「138 0013 8000」, 「0391 8880 0110」."""
    if len(digits) <= 6:
        return digits
    if digits.startswith(("400", "800")) and len(digits) == 10:
        return f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    head = len(digits) % 4 or 4
    groups = [digits[:head], *(digits[i : i + 4] for i in range(head, len(digits), 4))]
    return " ".join(groups)


def public_name(person: str) -> str:
    """Surname and title, all that the public sees: 「王建国师傅」 → 「王师傅」; else 「王老师」."""
    person = re.sub(r"[\s·]", "", person)
    if not person:
        return ""
    title = _TITLES.search(person)
    surname = person[:2] if person.startswith(_TWO_SIGNS) else person[:1]
    return surname + (title[0] if title else "老师")
