"""What users read of an order."""

from datetime import timedelta

import pytest

from app.services.repairs.rules import Event, Move
from app.services.repairs.words import say_fault, say_left, say_promise, say_slot, say_step
from tests.services.repairs.conftest import NOON, after


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (24, "还剩 24 分"), (84, "还剩 1 时 24 分"), (120, "还剩 2 时"), (-13, "超时 13 分"),
        (0, "超时 1 分"), (3 * 1440 + 5, "还剩 3 天"), (-90, "超时 1 时 30 分"),
    ],
)  # fmt: skip
def test_what_is_left_is_said_short(minutes: int, said: str) -> None:
    assert say_left(NOON + timedelta(minutes=minutes), NOON) == said


def test_a_promise_and_a_visit_are_said_with_the_day() -> None:
    assert say_promise(after(hours=5), NOON) == "今天 15:00 前修好"
    assert say_slot(after(hours=4), after(hours=5)) == "11月18日 14:00–15:00"


def test_a_fault_is_its_kind_and_its_sign() -> None:
    assert say_fault("水管", "漏水") == "水管漏水"
    assert say_fault("热水", "热水不热") == "热水不热"
    assert say_fault("灯", "") == "灯"


@pytest.mark.parametrize("what", [*Event, *Move])
def test_every_line_of_a_timeline_is_said(what: Event | Move) -> None:
    data = {"worker": "王建国师傅", "until": "周四 17:00", "why": "等材料", "into": "261118-1",
            "names": "李伟", "item": "阀芯", "yuan": "12.00"}  # fmt: skip
    said = say_step(what, "王建国师傅", data)
    assert said
    assert "{" not in said
    assert "{" not in say_step(what, "", {})


def test_a_line_names_who_did_it() -> None:
    assert say_step(Move.ACCEPT, "王建国师傅", {}) == "王建国师傅接单"
    assert say_step(Move.OFFER, "", {"worker": "王建国师傅"}) == "派给王建国师傅"
    assert say_step(Move.WAIT, "", {"why": "等材料"}) == "等材料，时限先停"
