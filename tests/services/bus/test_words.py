"""Questions, places and phrases: what people write and what they read."""

from datetime import date

import pytest

from app.campus.calendar import Calendar
from app.campus.calendar.models import Period
from app.services.bus import phrases, places
from app.services.bus.chat import chat
from app.services.bus.network import Network, Stop, Table
from app.services.bus.questions import Edge, parse
from app.services.bus.rules import Days
from app.services.bus.timetable import board_of
from tests.services.bus.made import EAST, LIBRARY, LINE, NORTH, STATION, YEAR, network, run, table

TODAY = date(2026, 10, 10)
WHOLE = run((LIBRARY, "7:00"), (EAST, "7:20"), (NORTH, "7:40"), (STATION, "8:00"))
NET = network(table(WHOLE))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("班车", "", ""),
        ("班车 南校区", "南校区", ""),
        ("南校区的班车", "南校区", ""),
        ("班车时间表", "", ""),
        ("南校区到北校区", "南校区", "北校区"),
        ("从南校区去北校区几点有车", "南校区", "北校区"),
        ("从 图书馆 → 行政楼 的班车", "图书馆", "行政楼"),
        ("去火车站的校车", "", "火车站"),
        ("坐班车到东校区", "", "东校区"),
        ("明天南校区到北校区末班车", "南校区", "北校区"),
    ],
)
def test_start_and_end_are_found(text: str, start: str, end: str) -> None:
    question = parse(text, TODAY)
    assert (question.start, question.end) == (start, end)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("班车", None),
        ("今天班车", date(2026, 10, 10)),
        ("明天 班车", date(2026, 10, 11)),
        ("后天班车", date(2026, 10, 12)),
        ("大后天班车", date(2026, 10, 13)),
        ("周六 班车", date(2026, 10, 10)),
        ("星期天班车", date(2026, 10, 11)),
        ("下周一班车", date(2026, 10, 12)),
        ("下周六班车", date(2026, 10, 17)),
        ("10月1日 班车", date(2026, 10, 1)),
        ("10月31号班车", date(2026, 10, 31)),
        ("1月1日班车", date(2027, 1, 1)),
        ("班车 2月30日", None),
    ],
)
def test_the_day_is_found(text: str, day: date | None) -> None:
    assert parse(text, TODAY).day == day


@pytest.mark.parametrize(
    ("text", "edge"),
    [
        ("末班车", Edge.LAST),
        ("最后一班", Edge.LAST),
        ("首班车", Edge.FIRST),
        ("头班", Edge.FIRST),
        ("下一班车", None),
    ],
)
def test_first_and_last_are_found(text: str, edge: Edge | None) -> None:
    assert parse(text, TODAY).edge is edge


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("北校区", ["北校区"]),
        ("北校", ["北校区"]),
        ("北区", ["北校区"]),
        ("图书馆", ["图书馆"]),
        ("图书", ["图书馆"]),
        ("南校区图书馆", ["图书馆"]),
        ("南门", ["东校区南门"]),
        ("火车站", ["火车站"]),
        ("火车", ["火车站"]),
        ("行政楼站", ["行政楼"]),
        ("beixiaoqu", ["北校区"]),
        ("tushu", ["图书馆"]),
        ("tsg", ["图书馆"]),
        ("圖書館", ["图书馆"]),
        ("校区", ["南校区", "东校区", "北校区"]),
        ("月球", []),
        ("yueqiu", []),
        ("", []),
    ],
)
def test_a_place_is_found_by_what_people_write(text: str, found: list[str]) -> None:
    assert places.find(NET, text) == found


def test_an_unknown_place_is_answered_with_the_choices() -> None:
    assert str(places.unknown(NET, "月球")) == (
        "没有「月球」这一站，可选：南校区、东校区、北校区、火车站"
    )


def test_the_nearest_stops_come_first_and_those_without_a_point_never() -> None:
    stops = [Stop("远", "", 35.3, 113.3), Stop("近", "", 35.2, 113.2), Stop("无")]
    found = places.nearest(Network(stops, []), 35.2, 113.2, most=3)
    assert [stop.name for stop, _ in found] == ["近", "远"]


@pytest.mark.parametrize(
    ("metres", "said"), [(3, "10 米"), (148, "150 米"), (2440, "2.4 公里"), (22_300, "22 公里")]
)
def test_a_distance_is_said_roughly(metres: float, said: str) -> None:
    assert places.say_distance(metres) == said


@pytest.mark.parametrize(("at", "said"), [(450, "7:30"), (0, "0:00"), (1470, "次日 0:30")])
def test_a_time_is_said(at: int, said: str) -> None:
    assert phrases.say_time(at) == said


@pytest.mark.parametrize(
    ("left", "said"),
    [(59, "不到 1 分钟"), (756, "12 分钟"), (3600, "1 小时"), (3900, "1 小时 5 分")],
)
def test_what_is_left_is_said_in_whole_minutes(left: int, said: str) -> None:
    assert phrases.say_left(1000, 60_000 - left) == said


@pytest.mark.parametrize(("fen", "said"), [(0, "免费"), (100, "1 元"), (150, "1.50 元")])
def test_a_fare_is_said(fen: int, said: str) -> None:
    assert phrases.say_fare(fen) == said


WEEK = Table(
    LINE, Days.WORKDAY, date(2026, 11, 9), date(2026, 11, 15), (WHOLE,), priority=1, note="修路"
)
HOLIDAY = Table(LINE, Days.HOLIDAY, *YEAR, (WHOLE,))


@pytest.mark.parametrize(
    ("day", "more", "said"),
    [
        (date(2026, 11, 3), None, ""),
        (date(2026, 10, 31), None, ""),
        (date(2026, 10, 10), None, "今天周六，但国庆调休要上班，按工作日发车"),
        (date(2026, 10, 1), None, "10月1日 周四，国庆节放假，按周日班次发车"),
        (date(2026, 10, 1), HOLIDAY, "10月1日 周四，国庆节放假，按假期班次发车"),
        (date(2026, 12, 28), None, "12月28日 周一，寒假里，按周日班次发车"),
        (date(2026, 11, 10), WEEK, "修路，通勤线到 11月15日按临时班次发车"),
    ],
)
def test_why_a_day_runs_as_it_does(day: date, more: Table | None, said: str) -> None:
    vacation = Period(
        id=1, first=date(2026, 12, 26), last=date(2027, 1, 9), kind="vacation", name="寒假"
    )
    net = network(table(WHOLE), *([more] if more else []))
    board = board_of(net, Calendar([vacation]), day)
    assert "".join(phrases.why(board, TODAY)) == said


def test_every_handler_reads_memory_only() -> None:
    routes = {*chat.words.values(), *chat.patterns, *chat.kinds.values()}
    assert len(routes) == 6
    assert all(route.quick for route in routes)
