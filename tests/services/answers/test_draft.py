"""The form of a rule: what comes back is kept as written, or told what is wrong."""

from typing import Any

import pytest

from app.kit.answers import Card, Say, load
from app.services.answers.demo import RULES
from app.services.answers.draft import read, shown
from app.services.answers.models import Row

GOOD = {"kind": "exact", "words": "放假、校曆\n放假！", "text": "10月1日起", "enabled": "on"}


def test_words_are_normalised_and_each_kept_once() -> None:
    draft = read(GOOD)
    assert draft.errors == {}
    assert draft.values["words"] == ["放假", "校历"]
    assert load(draft.values["answer"]) == (Say("10月1日起"),)


def test_cards_with_a_picture_alone_open_the_picture() -> None:
    picture = "https://example.edu.cn/calendar.png"
    fields = {**GOOD, "text": "", "card1_title": "校历", "card1_picture": picture,
              "card2_title": "通知", "card2_url": "/h5/bus"}  # fmt: skip
    cards = load(read(fields).values["answer"])
    assert cards == (Card("校历", picture, "", picture), Card("通知", "/h5/bus"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "regex"}, "kind"), ({"words": " ，"}, "words"), ({"words": "7"}, "words"),
        ({"words": "字" * 41}, "words"), ({"kind": "contains", "words": "水"}, "words"),
        ({"kind": "pattern", "words": "(a+)+"}, "words"),
        ({"kind": "pattern", "words": ".+"}, "words"),
        ({"text": ""}, "text"), ({"text": "长" * 601}, "text"),
        ({"card1_url": "/h5/bus"}, "card1_title"), ({"card1_title": "通知"}, "card1_url"),
        ({"card1_title": "通知", "card1_url": "javascript:alert(1)"}, "card1_url"),
        ({"card1_title": "通知", "card1_url": "//evil.example"}, "card1_url"),
        ({"card1_title": "通知", "card1_url": '/h5/"><a'}, "card1_url"),
        ({"priority": "100"}, "priority"), ({"priority": "一"}, "priority"),
        ({"starts": "2026-13-01"}, "starts"), ({"opens": "25:00"}, "opens"),
        ({"starts": "2026-10-02", "ends": "2026-10-01"}, "ends"),
        ({"opens": "22:00"}, "closes"), ({"opens": "08:00", "closes": "08:00"}, "closes"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_named_by_its_field(change: dict[str, str], field: str) -> None:
    assert field in read({**GOOD, **change}).errors


def test_what_is_shown_again_reads_as_it_was() -> None:
    fields = {**GOOD, "opens": "22:00", "closes": "06:00", "starts": "2026-10-01", "day4": "on",
              "priority": "-3", "first": "on", "card1_title": "图", "note": "国庆",
              "card1_picture": "/static/x.png"}  # fmt: skip
    values: dict[str, Any] = read(fields).values
    again = read(shown(Row(**values)).fields)
    assert again.values == values


def test_the_demo_campus_has_rules_that_can_be_kept() -> None:
    assert [read({"enabled": "on", **fields}).errors for fields in RULES] == [{}] * len(RULES)
