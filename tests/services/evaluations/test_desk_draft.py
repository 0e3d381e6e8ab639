"""The settings of a form: what is typed, and what is wrong with it."""

import pytest

from app.services.evaluations import desk_draft
from app.services.evaluations.rules import Period
from tests.people import UNIT

GOOD = {"title": "二食堂", "kind": "rating", "unit": UNIT, "period": "day", "low": "2"}


def test_what_is_typed_becomes_a_form() -> None:
    form = {**GOOD, "anonymous": "on", "colleges": "能源学院 20\n土木学院：30", "most": "100",
            "opens": "2026-11-21T08:00", "closes": "2026-11-28T08:00"}  # fmt: skip
    draft = desk_draft.read(form, ["", UNIT])
    assert draft.errors == {}
    assert draft.values["period"] is Period.DAY
    assert draft.values["anonymous"]
    assert not draft.values["listed"]
    assert draft.values["colleges"] == {"能源学院": 20, "土木学院": 30}
    assert draft.values["opens_at"].isoformat() == "2026-11-21T08:00:00+08:00"


@pytest.mark.parametrize(
    ("name", "value"),
    [("title", ""), ("title", "长" * 41), ("kind", "other"), ("unit", "别的单位"),
     ("period", "hour"), ("low", "9"), ("most", "很多"), ("most", "0"), ("opens", "明天"),
     ("colleges", "能源学院"), ("colleges", "能源学院 1\n能源学院 2"), ("about", "长" * 301)],
)  # fmt: skip
def test_a_mistake_stands_at_its_field(name: str, value: str) -> None:
    assert set(desk_draft.read({**GOOD, name: value}, ["", UNIT]).errors) == {name}


def test_a_form_cannot_close_before_it_opens() -> None:
    form = {**GOOD, "opens": "2026-11-28T08:00", "closes": "2026-11-21T08:00"}
    assert desk_draft.read(form, [UNIT]).errors == {"closes": "截止要比开始晚"}
