"""Timetables from a spreadsheet: one row for a run, or for several runs without times on the way.

| 线路 | 日子 | 开始 | 结束 | 发车 | 途经 | 车辆 | 备注 | 临时 | 票价 | 电话 |
|---|---|---|---|---|---|---|---|---|---|---|
| 通勤线 | 工作日 | 2026-08-31 | 2027-07-09 | 7:20 | 图书馆、东校区南门 7:38、行政楼 7:55 | 2 | | | 学生 1、教职工 0 | 8880 0126 |
| 直达线 | 周末 | 2026-08-31 | 2027-07-09 | 8:00、8:40、9:20 | 图书馆、行政楼 | | | | | |
| 通勤线 | 工作日 | 2026-10-12 | 2026-10-18 | 停运 | | | | 修路 | | |

A second kind of file places the stops: 站点, 校区, 纬度, 经度.
"""  # noqa: E501 a table reads better unbroken

import re
from collections.abc import Sequence
from datetime import date
from itertools import combinations, pairwise
from typing import Any

from app.kit import sheets
from app.kit.errors import Invalid
from app.kit.sheets import Column
from app.services.bus.feed import Feed, NewRun, NewStop, NewTable
from app.services.bus.rules import Days, parse_clock

RESTS = "停运"
LONGEST = 40
DAY_WORDS = {
    "工作日": Days.WORKDAY,
    "周末": Days.WEEKEND,
    "双休日": Days.WEEKEND,
    "节假日": Days.HOLIDAY,
    "寒暑假": Days.VACATION,
    "假期": Days.VACATION,
    "每天": Days.DAILY,
    **{f"周{name}": days for name, days in zip("一二三四五六日", list(Days)[5:12], strict=True)},
}
_SPLIT = re.compile(r"[、，,;；→\n]+")
_STOP = re.compile(r"(?P<name>.+?)\s*(?P<at>\d{1,2}[:：]\d{2})?")
_FARE = re.compile(r"(?P<rider>\D+?)\s*(?P<yuan>\d{1,3}(?:\.\d{1,2})?|免费)\s*元?")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")


def parse_name(text: str) -> str:
    if len(text) > LONGEST or not text.isprintable():
        raise ValueError(f"「{text[:10]}…」最多 {LONGEST} 个字，不能换行")
    return text


def parse_days(text: str) -> Days:
    if (days := DAY_WORDS.get(text)) is None:
        raise ValueError(f"「{text[:20]}」看不懂，可写：{'、'.join(DAY_WORDS)}")
    return days


def parse_date(text: str) -> date:
    try:
        if found := _DATE.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass  # such as 2月30日: the same sentence as for no date at all
    raise ValueError(f"「{text[:20]}」不是日期，写成 2026-08-31")


def parse_times(text: str) -> list[int]:
    """Departures in one cell; an empty list for 「停运」."""
    if text == RESTS:
        return []
    # A spreadsheet stores a bare time with the first day of its calendar before it.
    return [parse_clock(part.split()[-1]) for part in _SPLIT.split(text) if part.strip()]


def parse_calls(text: str) -> list[tuple[str, int | None]]:
    """「图书馆、东校区南门 7:38」 as (stop, minutes or None)."""
    calls: list[tuple[str, int | None]] = []
    for part in _SPLIT.split(text):
        if found := _STOP.fullmatch(part.strip()):
            calls.append((found["name"], parse_clock(found["at"]) if found["at"] else None))
    if len(calls) < 2:
        raise ValueError("至少写两站，用「、」隔开")
    for name, _ in calls:
        parse_name(name)
    return calls


def parse_vehicles(text: str) -> int:
    if text.removesuffix(".0") not in ("1", "2", "3", "4"):
        raise ValueError("写 1 到 4")
    return int(text[0])


def parse_fares(text: str) -> dict[str, int]:
    """「学生 1、教职工 免费、校外 3.5」 as rider → fen."""
    fares: dict[str, int] = {}
    for part in _SPLIT.split(text):
        if not (found := _FARE.fullmatch(part.strip())):
            raise ValueError(f"「{part[:20]}」看不懂，写成「学生 1、教职工 免费」")
        free = found["yuan"] == "免费"
        fares[found["rider"]] = 0 if free else round(float(found["yuan"]) * 100)
    return fares


def _degrees(most: int) -> Any:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise ValueError(f"「{text[:20]}」不是数") from None
        if not -most <= value <= most:
            raise ValueError(f"要在 -{most} 到 {most} 之间")
        return value

    return parse


RUNS = (
    Column("线路", "line", parse_name),
    Column("日子", "days", parse_days),
    Column("开始", "first", parse_date),
    Column("结束", "last", parse_date),
    Column("发车", "departures", parse_times),
    Column("途经", "calls", parse_calls, required=False),
    Column("车辆", "vehicles", parse_vehicles, required=False),
    Column("备注", "note", parse_name, required=False),
    Column("临时", "change", parse_name, required=False),
    Column("票价", "fares", parse_fares, required=False),
    Column("电话", "contact", parse_name, required=False),
)
STOPS = (
    Column("站点", "name", parse_name),
    Column("校区", "campus", parse_name, required=False),
    Column("纬度", "latitude", _degrees(90)),
    Column("经度", "longitude", _degrees(180)),
)
PROBE = (Column("站点", "name", required=False),)


def read(data: bytes, filename: str) -> Feed:
    """The feed in a spreadsheet. Raises Invalid that lists what is wrong."""
    if any(row["name"] for row in sheets.read(data, filename, PROBE)):
        return _stops(sheets.read(data, filename, STOPS))
    rows = sheets.read(data, filename, RUNS)
    if not rows:
        raise Invalid("表里没有班次，从第 2 行开始一行写一班")
    feed, wrong = Feed(), []
    for row in rows:
        try:
            _add(feed, row)
        except ValueError as error:
            times = "、".join(f"{at // 60}:{at % 60:02}" for at in row["departures"][:3])
            wrong.append(f"{row['line']} {times or RESTS}：{error}")
    wrong += _overlaps(feed)
    if wrong:
        raise Invalid("\n".join(wrong[: sheets.MOST_ERRORS]))
    return feed


def _stops(rows: list[dict[str, Any]]) -> Feed:
    stops = [
        NewStop(row["name"], row["campus"] or "", row["latitude"], row["longitude"]) for row in rows
    ]
    return Feed(stops={stop.name: stop for stop in stops})


def _add(feed: Feed, row: dict[str, Any]) -> None:
    """One row into its line's table. Raises ValueError if its cells contradict each other."""
    if row["first"] > row["last"]:
        raise ValueError("「结束」比「开始」早")
    line = feed.line(row["line"])
    line.fares = row["fares"] if row["fares"] is not None else line.fares
    line.contact = row["contact"] or line.contact
    table = _table(line.tables, row)
    if row["departures"] and not row["calls"]:
        raise ValueError("「途经」没有填")
    for departure in row["departures"]:
        calls = timed(row["calls"], departure, len(row["departures"]))
        table.runs.append(NewRun(departure, calls, row["vehicles"] or 1, row["note"] or ""))
    for name, _ in row["calls"] or ():
        feed.stops.setdefault(name, NewStop(name))


def _table(tables: list[NewTable], row: dict[str, Any]) -> NewTable:
    change = row["change"] or ""
    for table in tables:
        key = (table.days, table.first, table.last, table.note)
        if key == (row["days"], row["first"], row["last"], change):
            return table
    tables.append(
        NewTable(row["days"], row["first"], row["last"], priority=int(bool(change)), note=change)
    )
    return tables[-1]


def timed(
    calls: Sequence[tuple[str, int | None]], departure: int, runs: int
) -> tuple[tuple[str, int | None], ...]:
    """The calls of one run, its first one at `departure` if any has a time.

    Raises ValueError with a Chinese reason if they contradict it or each other.
    """
    if all(at is None for _, at in calls):
        return tuple(calls)
    if runs > 1:
        raise ValueError("途经站写了时间，一行只能有一个发车时间")
    name, at = calls[0]
    if at not in (None, departure):
        raise ValueError("第一站的时间和「发车」不一样")
    known = [departure, *(at for _, at in calls[1:] if at is not None)]
    if any(later < earlier for earlier, later in pairwise(known)):
        raise ValueError("后一站比前一站早，过了零点写 24:10")
    return ((name, departure), *calls[1:])


def _overlaps(feed: Feed) -> list[str]:
    """Tables of one line for the same days that are both valid on some date."""
    return [
        f"{line.name}：同样的日子有两张表，{max(a.first, b.first)} 起重叠"
        for line in feed.lines.values()
        for a, b in combinations(line.tables, 2)
        if (a.days, a.priority) == (b.days, b.priority) and a.first <= b.last and b.first <= a.last
    ]
