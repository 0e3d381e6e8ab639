from datetime import UTC, datetime

import pytest

from app.kit import clock
from app.kit.clock import SHANGHAI, say_age

NOW = datetime(2026, 10, 10, 17, 20, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("2026-10-10T17:19:30", "刚刚"),
        ("2026-10-10T17:25:00", "刚刚"),
        ("2026-10-10T17:19:00", "1 分钟前"),
        ("2026-10-10T16:20:30", "59 分钟前"),
        ("2026-10-10T16:20:00", "今天 16:20"),
        ("2026-10-10T06:00:00", "今早 6:00"),
        ("2026-10-10T09:59:00", "今早 9:59"),
        ("2026-10-10T10:00:00", "今天 10:00"),
        ("2026-10-09T18:05:00", "昨天 18:05"),
        ("2026-10-08T18:30:00", "10月8日 18:30"),
    ],
)
def test_the_age_of_a_figure_is_told_in_words(then: str, said: str) -> None:
    assert say_age(datetime.fromisoformat(then).replace(tzinfo=SHANGHAI), NOW) == said


def test_an_age_over_midnight_is_in_minutes() -> None:
    late = datetime(2026, 10, 10, 23, 50, tzinfo=SHANGHAI)
    assert say_age(late, datetime(2026, 10, 11, 0, 20, tzinfo=SHANGHAI)) == "30 分钟前"


def test_ages_are_told_in_shanghai_whatever_the_zone() -> None:
    then = datetime(2026, 10, 9, 22, 0, tzinfo=UTC)
    assert say_age(then, NOW) == "今早 6:00"
    assert say_age(then, NOW.astimezone(UTC)) == "今早 6:00"


def test_now_is_in_shanghai() -> None:
    assert clock.now().tzinfo is SHANGHAI
