"""Each answer of the platform, and what follows from it."""

from datetime import datetime, timedelta

import pytest

from app.campus.notify.models import State
from app.gateway.sending.outcomes import Channel, Try, Verdict, fate, given_up, judge
from app.kit.clock import SHANGHAI
from app.wechat.errors import TransportFailed, api_error

NOW = datetime(2026, 11, 21, 15, 1, 30, tzinfo=SHANGHAI)
MIDNIGHT = datetime(2026, 11, 22, tzinfo=SHANGHAI)
MINUTE = datetime(2026, 11, 21, 15, 2, tzinfo=SHANGHAI)


def what(code: int, *, doubt: bool = False, tries: int = 1) -> Verdict:
    return judge(api_error(code, "no"), Try(NOW, tries, doubt))


# errcode: (state, reason, goes on to the next channel, the channel stops until)
TABLE: dict[int, tuple[State, str, bool, datetime | None]] = {
    -1: (State.WAITING, "busy", False, None),
    40001: (State.WAITING, "config", False, None),
    42001: (State.WAITING, "config", False, None),
    40003: (State.FAILED, "gone", False, None),
    43004: (State.FAILED, "gone", False, None),
    50005: (State.FAILED, "gone", False, None),
    43019: (State.BLOCKED, "refuses", False, None),
    48002: (State.BLOCKED, "refuses", False, None),
    43101: (State.WAITING, "subscription", True, None),
    45015: (State.WAITING, "window", True, None),
    45047: (State.WAITING, "window", True, None),
    47003: (State.WAITING, "data", True, None),
    40249: (State.WAITING, "data", True, None),
    40037: (State.WAITING, "template", True, None),
    40036: (State.WAITING, "template", True, None),
    43116: (State.WAITING, "template", True, None),
    43117: (State.WAITING, "limit", False, None),
    45011: (State.WAITING, "limit", False, MINUTE),
    45009: (State.WAITING, "limit", False, MIDNIGHT),
    48001: (State.WAITING, "permission", True, NOW + timedelta(hours=1)),
    48004: (State.WAITING, "permission", True, NOW + timedelta(hours=1)),
    40164: (State.WAITING, "config", False, NOW + timedelta(minutes=10)),
    40243: (State.WAITING, "config", False, NOW + timedelta(minutes=10)),
    99999: (State.FAILED, "other:99999", False, None),
}


@pytest.mark.parametrize(("code", "expected"), TABLE.items())
def test_each_errcode_has_its_verdict(
    code: int, expected: tuple[State, str, bool, datetime | None]
) -> None:
    found = what(code)
    until = found.stop.until if found.stop else None
    assert (found.state, found.reason, found.onward, until) == expected


@pytest.mark.parametrize("code", [code for code, row in TABLE.items() if row[0] != State.WAITING])
def test_a_refusal_of_a_repeat_does_not_prove_that_the_first_was_not_told(code: int) -> None:
    assert what(code, doubt=True).state is State.UNSURE


@pytest.mark.parametrize("code", [code for code, row in TABLE.items() if row[2]])
def test_what_may_have_been_told_takes_no_other_channel(code: int) -> None:
    found = what(code, doubt=True)
    assert (found.state, found.onward) == (State.UNSURE, False)


@pytest.mark.parametrize("code", [45011, 45009, 40164, 42001, 43117])
def test_doubt_is_not_forgotten_while_it_waits(code: int) -> None:
    assert what(code, doubt=True).doubt
    assert not what(code).doubt


def test_a_busy_or_missing_answer_leaves_doubt_but_an_unreached_platform_does_not() -> None:
    assert what(-1).doubt
    assert judge(TransportFailed("ReadTimeout"), Try(NOW)).doubt
    assert not judge(TransportFailed("ConnectError", reached=False), Try(NOW)).doubt
    assert judge(TransportFailed("ConnectError", reached=False), Try(NOW, doubt=True)).doubt


@pytest.mark.parametrize(("tries", "seconds"), [(1, 1), (2, 2), (5, 16), (7, 60), (32000, 60)])
def test_it_waits_twice_as_long_each_time_up_to_a_minute(tries: int, seconds: int) -> None:
    assert what(-1, tries=tries).due_at == NOW + timedelta(seconds=seconds)
    spread = judge(api_error(-1, ""), Try(NOW, tries, jitter=1.0))
    assert spread.due_at == NOW + timedelta(seconds=seconds * 1.5)


@pytest.mark.parametrize(
    ("channel", "minutes", "over"),
    [(Channel.TEMPLATE, 8.9, False), (Channel.TEMPLATE, 9, True), (Channel.CUSTOM, 0, True),
     (Channel.SUBSCRIBE, 0, True), (Channel.MASS, 60, False), (Channel.MASS, 24 * 60, True)],
)  # fmt: skip
def test_it_is_asked_again_only_while_the_platform_remembers_the_key(
    channel: Channel, minutes: float, over: bool
) -> None:
    assert given_up(Try(NOW, doubt=True), NOW - timedelta(minutes=minutes), channel) is over


@pytest.mark.parametrize(
    ("status", "expected"),
    [("success", (State.DELIVERED, "")), ("failed:user block", (State.BLOCKED, "refuses")),
     ("failed: system failed", (State.FAILED, "platform")), ("", (State.FAILED, "platform"))],
)  # fmt: skip
def test_a_receipt_says_what_became_of_it(status: str, expected: tuple[State, str]) -> None:
    assert fate(status) == expected
