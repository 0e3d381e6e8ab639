from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.kit.clock import SHANGHAI
from app.services.bath import rules
from app.services.bath.rules import Closure, Hours, status


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of October 2026; the 15th is a Thursday."""
    return datetime(2026, 10, day, hour, minute, tzinfo=SHANGHAI)


EVENING = [Hours(time(14), time(22))]
TWICE = [Hours(time(11), time(13)), Hours(time(17), time(22))]
NIGHT = [Hours(time(18), time(1, 30))]
TO_MIDNIGHT = [Hours(time(18), time(0))]
PUMP = Closure(at(15, 20), at(16, 16), "换水泵")
FOREVER = Closure(at(15, 8), None, "锅炉坏了")


def never_on_weekends(day: date) -> Sequence[Hours]:
    return EVENING if day.weekday() < 5 else ()


@pytest.mark.parametrize(
    ("hours", "now", "words"),
    [
        (EVENING, at(15, 13, 59), "还没开，今天 14:00 开"),
        (EVENING, at(15, 14), "开到 22:00"),
        (EVENING, at(15, 21, 59), "开到 22:00"),
        (EVENING, at(15, 22), "关了，明天 14:00 开"),
        (TWICE, at(15, 12), "开到 13:00"),
        (TWICE, at(15, 14), "还没开，今天 17:00 开"),
        (NIGHT, at(15, 23, 59), "开到 1:30"),
        (NIGHT, at(16, 1, 29), "开到 1:30"),
        (NIGHT, at(16, 1, 30), "还没开，今天 18:00 开"),
        (TO_MIDNIGHT, at(15, 19), "开到 24:00"),
        (TO_MIDNIGHT, at(16, 0), "还没开，今天 18:00 开"),
        ([], at(15, 12), "停了，哪天开还没定"),
    ],
)
def test_it_is_open_within_its_hours_also_over_midnight(
    hours: list[Hours], now: datetime, words: str
) -> None:
    assert rules.say_status(status(now, lambda day: hours, []), now) == words


@pytest.mark.parametrize(
    ("closures", "now", "words"),
    [
        ([PUMP], at(15, 19), "开到 20:00"),
        ([PUMP], at(15, 20), "换水泵，明天 16:00 再开"),
        ([PUMP], at(16, 15), "换水泵，今天 16:00 再开"),
        ([PUMP], at(16, 16), "开到 22:00"),
        ([Closure(at(15, 12), at(15, 23), "停电")], at(15, 13), "停电，明天 14:00 再开"),
        ([Closure(at(15, 16), at(15, 17), "停水")], at(15, 16, 30), "停水，今天 17:00 再开"),
        ([FOREVER], at(15, 9), "锅炉坏了，哪天开还没定"),
        ([PUMP, Closure(at(16, 15), at(17, 15), "消毒")], at(15, 21), "换水泵，周六 15:00 再开"),
    ],
)
def test_a_closure_outranks_the_hours_and_says_why(
    closures: list[Closure], now: datetime, words: str
) -> None:
    assert rules.say_status(status(now, lambda day: EVENING, closures), now) == words


def test_days_without_hours_are_skipped() -> None:
    friday_night = at(16, 22, 30)
    found = status(friday_night, never_on_weekends, [])
    assert rules.say_status(found, friday_night) == "关了，周一 14:00 开"


def test_a_vacation_of_two_months_still_finds_the_next_opening() -> None:
    closed = Closure(at(1, 0), at(1, 0) + timedelta(days=60), "暑假")
    found = status(at(2, 12), lambda day: EVENING, [closed])
    assert rules.say_status(found, at(2, 12)) == "暑假，11月30日 周一 14:00 再开"


moments = some.integers(0, 20 * 24 * 60).map(lambda minute: at(5, 0) + timedelta(minutes=minute))
hours = some.lists(some.builds(Hours, some.times(), some.times()), max_size=3)
closures = some.lists(
    some.tuples(moments, some.integers(1, 5000)).map(
        lambda pair: Closure(pair[0], pair[0] + timedelta(minutes=pair[1]), "停")
    ),
    max_size=3,
)


@given(moments, hours, closures)
def test_open_and_shut_never_contradict_themselves(
    now: datetime, hours: list[Hours], closures: list[Closure]
) -> None:
    found = status(now, lambda day: hours, closures)
    shut = any(c.start <= now < (c.end or now) for c in closures)
    if found.until is not None:
        assert found.since is not None
        assert found.since <= now < found.until
        assert not shut
    else:
        assert found.opens is None or found.opens > now
        assert bool(found.reason) is shut


@pytest.mark.parametrize(
    ("gap", "weight"),
    [(None, 1.0), (timedelta(0), 0.0), (timedelta(minutes=10), 0.04), (timedelta(days=1), 0.04)],
)
def test_a_figure_weighs_as_long_as_was_watched(gap: timedelta | None, weight: float) -> None:
    assert rules.weight(gap) == pytest.approx(weight)


@pytest.mark.parametrize(
    ("shares", "hour"),
    [
        ({14: 20, 20: 90, 21: 70, 22: 30}, 22),
        ({14: 20, 20: 30}, None),
        ({14: 20, 22: 90}, None),
        ({22: 80, 23: 50, 0: 10}, 23),
    ],
)
def test_it_tells_from_when_on_it_is_quiet(shares: dict[int, float], hour: int | None) -> None:
    assert rules.quiet_after(shares) == hour
