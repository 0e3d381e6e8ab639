"""The builder's buttons: add, copy, move, drop; and what is typed becomes questions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.errors import Invalid
from app.services.evaluations import desk_builder as builder
from app.services.evaluations import questions
from app.services.evaluations.desk_builder import Asked
from app.services.evaluations.desk_words import when_typed
from app.services.evaluations.rules import MOST_QUESTIONS, Kind, Op

DEEDS = st.one_of(
    st.sampled_from([f"add:{kind}" for kind in Kind]),
    st.builds("{}:{}".format, st.sampled_from(["up", "down", "copy", "drop"]), st.integers(0, 9)),
    st.builds("move:{}:{}".format, st.integers(0, 9), st.integers(0, 9)),
)


def pressed(*deeds: str) -> list[Asked]:
    asked: list[Asked] = []
    for deed in deeds:
        asked = builder.press(asked, deed)
    return asked


def names(asked: list[Asked]) -> list[str]:
    return [one.name for one in asked]


@pytest.mark.parametrize(
    ("deed", "order"),
    [("up:1", ["q2", "q1", "q3"]), ("down:1", ["q1", "q3", "q2"]), ("move:2:0", ["q3", "q1", "q2"]),
     ("drop:1", ["q1", "q3"]), ("copy:0", ["q1", "q4", "q2", "q3"]), ("up:0", ["q1", "q2", "q3"]),
     ("down:2", ["q1", "q2", "q3"]), ("drop:9", ["q1", "q2", "q3"]), ("what", ["q1", "q2", "q3"]),
     ("add:nothing", ["q1", "q2", "q3"]), ("move:0", ["q1", "q2", "q3"])],
)  # fmt: skip
def test_a_button_moves_copies_or_drops_a_question(deed: str, order: list[str]) -> None:
    asked = pressed("add:stars", "add:one", "add:words")
    assert names(builder.press(asked, deed)) == order


@pytest.mark.parametrize("kind", list(Kind))
def test_a_new_question_needs_a_title_at_most(kind: Kind) -> None:
    [only] = pressed(f"add:{kind}")
    asked = Asked({**only.fields, "title": "怎么样"})
    [read] = questions.read(builder.plain([asked]))
    assert read.kind is kind


def test_a_name_that_was_used_once_is_never_given_again() -> None:
    asked = pressed("add:stars", "add:one")
    left = builder.press(asked, "drop:1")
    assert names(builder.press(left, "add:words", used=builder.highest(asked))) == ["q1", "q3"]


def test_what_hung_on_a_dropped_question_is_asked_of_everybody() -> None:
    asked = pressed("add:stars", "add:words")
    asked[1] = Asked({**asked[1].fields, "when": "q1", "op": "le", "value": "2"})
    assert builder.press(asked, "drop:0")[0].when == ""


def test_a_condition_compares_numbers_with_numbers_and_choices_with_choices() -> None:
    asked = pressed("add:stars", "add:one", "add:words", "add:words")
    asked[1] = Asked({**asked[1].fields, "title": "吃的什么"})
    asked[2] = Asked({**asked[2].fields, "when": "q1", "op": "le", "value": "2"})
    asked[3] = Asked({**asked[3].fields, "when": "q2", "op": "le", "value": "一般"})
    third, fourth = questions.read(builder.plain(asked))[2:]
    assert third.when
    assert (third.when.op, third.when.value) == (Op.LE, 2)
    assert fourth.when
    assert (fourth.when.op, fourth.when.value) == (Op.IS, "一般")
    assert when_typed(asked[2], asked[0]) == "「总的来说怎么样」最多 2 星才问"


def test_a_condition_on_a_later_question_is_refused_with_its_number() -> None:
    asked = pressed("add:stars", "add:words")
    asked[1] = Asked({**asked[1].fields, "when": "q1", "op": "le", "value": "2"})
    with pytest.raises(Invalid) as refused:
        questions.read(builder.plain(builder.press(asked, "up:1")))
    assert builder.wrong_at(str(refused.value)) == 0


def test_a_form_that_there_is_comes_back_as_it_was() -> None:
    asked = [Asked({**one.fields, "title": "题"}) for one in
             pressed(*(f"add:{kind}" for kind in Kind))]  # fmt: skip
    read = questions.read(builder.plain(asked))
    assert questions.read(builder.plain(builder.of(read))) == read


@given(st.lists(DEEDS, max_size=60))
def test_whatever_is_pressed_names_stay_unique_and_few_enough(deeds: list[str]) -> None:
    asked = pressed(*deeds)
    assert len(asked) <= MOST_QUESTIONS
    assert len(set(names(asked))) == len(asked)


@given(st.dictionaries(st.from_regex(r"q[0-9]{1,3}-[a-z_]{1,12}", fullmatch=True), st.text()))
def test_any_form_can_be_read_as_questions(form: dict[str, str]) -> None:
    for one in builder.typed(form):
        assert one.kind in set(Kind)
    builder.plain(builder.typed(form))
