"""Which rule answers, and when."""

from datetime import date, datetime, time

import pytest

from app.kit.answers import Say
from app.kit.clock import SHANGHAI
from app.services.answers.patterns import compile_safely
from app.services.answers.rules import Matcher, MatchKind, Rule, When
from app.services.answers.wording import clashes, say_when

NIGHT = When(opens=time(22), closes=time(6))
DAY = When(opens=time(8), closes=time(18))
FRIDAY_NIGHT = When(opens=time(22), closes=time(6), days="4")
HOLIDAY = When(starts=date(2026, 10, 1), ends=date(2026, 10, 7))
HOLIDAY_NIGHTS = When(date(2026, 10, 1), date(2026, 10, 7), time(22), time(6))
UNTIL_MIDNIGHT = When(opens=time(18), closes=time(0))


def works(day: date) -> bool:
    return day.weekday() < 5 or day == date(2026, 10, 10)  # a Saturday worked for 国庆


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("when", "at", "covered"),
    [
        (When(), "2026-10-10 03:00", True),
        (NIGHT, "2026-10-10 21:59", False), (NIGHT, "2026-10-10 22:00", True),
        (NIGHT, "2026-10-11 00:00", True), (NIGHT, "2026-10-11 05:59", True),
        (NIGHT, "2026-10-11 06:00", False), (NIGHT, "2026-10-11 12:00", False),
        (DAY, "2026-10-10 08:00", True), (DAY, "2026-10-10 07:59", False),
        (DAY, "2026-10-10 18:00", False),
        (UNTIL_MIDNIGHT, "2026-10-10 23:59", True), (UNTIL_MIDNIGHT, "2026-10-11 00:00", False),
        (FRIDAY_NIGHT, "2026-10-09 23:00", True), (FRIDAY_NIGHT, "2026-10-10 02:00", True),
        (FRIDAY_NIGHT, "2026-10-09 02:00", False), (FRIDAY_NIGHT, "2026-10-10 23:00", False),
        (HOLIDAY, "2026-09-30 23:59", False), (HOLIDAY, "2026-10-01 00:00", True),
        (HOLIDAY, "2026-10-07 23:59", True), (HOLIDAY, "2026-10-08 00:00", False),
        (HOLIDAY_NIGHTS, "2026-10-01 01:00", False), (HOLIDAY_NIGHTS, "2026-10-08 05:00", True),
        (HOLIDAY_NIGHTS, "2026-10-08 22:30", False),
        (When(days="workday"), "2026-10-10 12:00", True),
        (When(days="restday"), "2026-10-10 12:00", False),
        (When(days="restday"), "2026-10-11 12:00", True),
        (When(days="56"), "2026-10-10 12:00", True), (When(days="56"), "2026-10-09 12:00", False),
    ],
)  # fmt: skip
def test_a_window_covers_its_days_and_hours_past_midnight_too(
    when: When, at: str, covered: bool
) -> None:
    assert when.covers(moment(at), works) is covered


def test_a_moment_of_another_zone_is_taken_to_shanghai() -> None:
    utc = datetime.fromisoformat("2026-10-10T14:30:00+00:00")
    assert NIGHT.covers(utc, works)


def rule(number: int, kind: str, words: str, **more: object) -> Rule:
    pattern = compile_safely(words) if kind == "pattern" else None
    return Rule(number, MatchKind(kind), (words,), (Say(words),), pattern, **more)  # type: ignore[arg-type]  # priority, first, when


EXACT, CONTAINS, PATTERN = (
    rule(1, "exact", "停水"),
    rule(2, "contains", "停水"),
    rule(3, "pattern", "停水.*"),
)


@pytest.mark.parametrize(
    ("rules", "text", "number"),
    [
        ([PATTERN, CONTAINS, EXACT], "停水", 1),
        ([PATTERN, CONTAINS, EXACT], "停水吗", 2),
        ([PATTERN, rule(4, "contains", "断电")], "停水到几点", 3),
        ([EXACT, rule(4, "contains", "水", priority=1)], "停水", 4),
        ([EXACT, rule(4, "exact", "停水")], "停水", 4),
        ([EXACT, rule(4, "exact", "停水", priority=-1)], "停水", 1),
        ([EXACT, rule(4, "exact", "停水", when=NIGHT)], "停水", 1),
        ([rule(4, "contains", "停水", when=NIGHT), PATTERN], "停水", 3),
        ([EXACT], "停水吗", None),
        ([rule(3, "pattern", "停水.*")], "停水" + "啊" * 39, None),
    ],
)
def test_one_rule_answers_by_priority_then_closeness_then_newness(
    rules: list[Rule], text: str, number: int | None
) -> None:
    best = Matcher(rules).best(text, moment("2026-10-10 12:00"), works)
    assert (best.number if best else None) == number


def test_all_that_match_are_listed_in_the_order_in_which_they_answer() -> None:
    high = rule(9, "pattern", "停.", priority=5)
    matcher = Matcher([PATTERN, CONTAINS, high, EXACT])
    assert [found.number for found in matcher.matching("停水")] == [9, 1, 2, 3]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (When(), "一直"), (NIGHT, "22:00–次日 6:00"), (DAY, "8:00–18:00"),
        (HOLIDAY_NIGHTS, "10月1日–10月7日 22:00–次日 6:00"),
        (When(starts=date(2026, 3, 1), days="01234"), "3月1日起 周一至周五"),
        (When(ends=date(2026, 3, 1), days="135"), "到3月1日 周二、周四、周六"),
        (When(days="restday"), "休息日"),
    ],
)  # fmt: skip
def test_a_window_is_said_in_words(when: When, said: str) -> None:
    assert say_when(when) == said


def test_words_of_a_service_are_warned_of_either_way() -> None:
    claimed = {"班车": "班车", "校车": "班车", "菜单": ""}
    assert clashes(rule(1, "exact", "放假"), claimed) == []
    [late] = clashes(rule(1, "contains", "车"), claimed)
    assert late.startswith("「校车」（班车）、「班车」（班车）已有服务回答")
    [early] = clashes(rule(1, "pattern", "班.", first=True), claimed)
    assert early == "「班车」（班车）本来由服务回答，这条会抢在前面"
    assert clashes(rule(1, "exact", "菜单"), claimed) == ["「菜单」是账号自己的词，规则答不到"]
