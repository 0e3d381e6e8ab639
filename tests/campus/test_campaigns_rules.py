"""How far a campaign is, in numbers and words."""

from datetime import timedelta

import pytest

from app.campus.campaigns.models import Stage
from app.campus.campaigns.reasons import PASSING, STATES, WORDS, say
from app.campus.campaigns.rules import STAGES, Progress, progress, say_left, seal
from app.campus.notify.models import State
from app.kit import clock

NOW = clock.now()


@pytest.mark.parametrize(
    ("states", "recent", "ago", "shown"),
    [
        ({}, 0, 60, Progress(0, 0, 0, 0, 0, None)),
        ({"waiting": 10}, 0, 60, Progress(10, 0, 0, 0, 0, None)),
        ({"waiting": 90, "sent": 8, "delivered": 2}, 10, 300, Progress(100, 10, 10, 0, 10, 540)),
        ({"sending": 50, "failed": 50}, 50, 10, Progress(100, 50, 0, 0, 300, 10)),
        ({"kept": 5, "delivered": 3, "blocked": 1}, 0, 99, Progress(4, 4, 3, 5, 0, None)),
    ],
)
def test_progress_counts_phones_and_measures_the_last_minute(
    states: dict[str, int], recent: int, ago: int, shown: Progress
) -> None:
    assert progress(states, recent, NOW - timedelta(seconds=ago), NOW) == shown


def test_a_hundred_percent_is_said_only_at_the_end() -> None:
    assert progress({"sent": 99_999, "waiting": 1}, 0, None, NOW).percent == 99
    assert progress({"sent": 1}, 0, None, NOW).percent == 100
    assert progress({"kept": 1}, 0, None, NOW).percent == 100


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "还要 1 秒"), (89, "还要 89 秒"), (90, "还要 2 分钟"), (5340, "还要 89 分钟"),
     (5400, "还要 1 小时 30 分"), (7200, "还要 2 小时")],
)  # fmt: skip
def test_time_left_is_said_as_one_says_it(seconds: int, words: str) -> None:
    assert say_left(seconds) == words


def test_a_seal_follows_the_content_and_not_the_order_of_its_keys() -> None:
    assert seal({"a": 1, "b": [2]}) == seal({"b": [2], "a": 1}) != seal({"a": 1, "b": [3]})


def test_every_stage_and_state_has_its_words() -> None:
    assert STAGES.keys() == set(Stage)
    assert STATES.keys() == set(State)
    assert WORDS.keys() >= PASSING


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [("delivered", "", "收到了"), ("failed", "gone", "取消关注了"), ("failed", "", "没发出去"),
     ("failed", "other:40003", "微信没收，代码 40003"),
     ("kept", "muted", "关掉了这种通知，只进消息箱"),
     ("unsure", "busy", "说不准：微信没回话，再发怕重复"), ("failed", "moon", "moon")],
)  # fmt: skip
def test_what_came_of_it_is_said_with_its_reason(state: str, reason: str, words: str) -> None:
    assert say(state, reason) == words
