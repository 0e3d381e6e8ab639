from datetime import date, datetime, timedelta

import pytest

from app.kit.clock import SHANGHAI
from app.services.electricity import rules
from app.services.electricity.rules import Level, Limits, State, Use

NOW = datetime(2026, 10, 10, 19, 36, tzinfo=SHANGHAI)
FIRST = date(2026, 9, 26)


def uses(*figures: int, away: range = range(0)) -> list[Use]:
    return [
        Use(FIRST + timedelta(days=n), wh, "国庆节" if n in away else "")
        for n, wh in enumerate(figures)
    ]


@pytest.mark.parametrize(
    ("days", "usual"),
    [
        ([], None),
        (uses(5000), 5000),
        (uses(5000, 6000, 100, 100, 100, 7000, away=range(2, 5)), 6000),
        (uses(6000, 6100, 6200, 30_000), 6150),  # one evening of guests
        (uses(5000, 6000, 200, 200, 200, away=range(2, 5)), 200),  # two ordinary days say nothing
        (uses(*[9000] * 10, *[5000] * 14), 5000),  # what was three weeks ago does not count
        (uses(0, 0, 0), 0),
    ],
)
def test_what_is_usual_is_the_middle_of_recent_ordinary_days(
    days: list[Use], usual: float | None
) -> None:
    assert rules.usual(days) == usual


@pytest.mark.parametrize(
    ("fen", "price", "wh", "left"),
    [
        (840, 55, 5900, 2.588),
        (4620, 55, 4000, 21.0),
        (0, 55, 5900, 0.0),
        (-320, 55, None, 0.0),
        (840, 55, None, None),
        (840, 55, 0, None),
        (840, 0, 5900, None),
    ],
)
def test_days_left_follow_from_balance_price_and_use(
    fen: int, price: int, wh: float | None, left: float | None
) -> None:
    assert rules.days_left(fen, price, wh) == pytest.approx(left, abs=0.001)


@pytest.mark.parametrize(
    ("state", "fen", "left", "level", "tag"),
    [
        (State.NORMAL, 4620, 21.0, Level.FINE, "正常"),
        (State.NORMAL, 840, 2.59, Level.LOW, "快用完了"),
        (State.NORMAL, 840, 20.0, Level.FINE, "正常"),  # little money, but it lasts
        (State.NORMAL, 999, None, Level.LOW, "快用完了"),
        (State.NORMAL, 1000, None, Level.FINE, "正常"),
        (State.NORMAL, 0, 0.0, Level.OFF, "欠费"),
        (State.ARREARS, -320, 0.0, Level.OFF, "欠费"),
        (State.OVERLOAD, 4620, 21.0, Level.OFF, "负载关断"),
    ],
)
def test_a_level_says_how_urgent_it_is(
    state: State, fen: int, left: float | None, level: Level, tag: str
) -> None:
    assert rules.level(state, fen, left, Limits()) is level
    assert rules.say_tag(state, level) == tag


@pytest.mark.parametrize(
    ("left", "level", "words"),
    [
        (2.59, Level.LOW, "只够 2 天半"),
        (2.0, Level.LOW, "只够 2 天"),
        (0.7, Level.LOW, "只够半天"),
        (0.2, Level.LOW, "不到半天"),
        (21.9, Level.FINE, "还能用约 21 天"),
        (4.6, Level.FINE, "还能用约 4 天半"),
        (1e9, Level.FINE, "还能用约 999 天"),
    ],
)
def test_the_days_left_are_said_in_words(left: float, level: Level, words: str) -> None:
    assert rules.say_left(left, level) == words


@pytest.mark.parametrize(
    ("days", "hour", "words"),
    [
        (0, 23, "今天晚上"),
        (1, 3, "明天凌晨"),
        (2, 10, "后天早上"),
        (2, 12, "后天中午"),
        (2, 15, "后天下午"),
        (3, 15, "10月13日"),
        (400, 15, "2027年11月14日"),
    ],
)
def test_an_end_is_said_as_a_day(days: int, hour: int, words: str) -> None:
    then = (NOW + timedelta(days=days)).replace(hour=hour)
    assert rules.say_day(then, NOW, part=True) == words


@pytest.mark.parametrize(("fen", "yuan"), [(840, "8.40"), (5, "0.05"), (-320, "-3.20")])
def test_fen_are_said_as_yuan(fen: int, yuan: str) -> None:
    assert rules.say_yuan(fen) == yuan


def test_a_century_is_for_ever() -> None:
    assert rules.used_up(NOW, 1e12) == NOW + timedelta(days=36_500)
