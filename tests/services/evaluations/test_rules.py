"""Questions, their conditions, and what an answer may be."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kit.clock import SHANGHAI
from app.kit.errors import Invalid
from app.services.evaluations import questions as wording
from app.services.evaluations.checking import FIELD, as_sent, check, fits
from app.services.evaluations.rules import (
    Kind,
    Period,
    Phase,
    Question,
    Stage,
    period_key,
    phase,
    shown,
    stars_of,
    words_of,
)

STARS = {"name": "stars", "kind": "stars", "title": "怎么样", "required": True}
WHY = {"name": "why", "kind": "words", "title": "为什么", "required": True,
       "when": {"question": "stars", "op": "le", "value": 2}}  # fmt: skip
MATRIX = {"name": "parts", "kind": "matrix", "title": "分开说", "required": True,
          "rows": ["卫生", "服务"], "choices": ["好", "差"]}  # fmt: skip
CHOICES = ("甲", "乙", "丙")


def sent(**fields: str | list[str]) -> dict[str, list[str]]:
    return {FIELD + name: [v] if isinstance(v, str) else v for name, v in fields.items()}


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ([], "加上第一道题再存"),
        ([{**STARS, "kind": "magic"}], "第 1 题：没有这种题型"),
        ([{**STARS, "title": " "}], "第 1 题：写上问什么"),
        ([STARS, STARS], "第 2 题：和前面的题编号一样，删掉重新加一次"),
        ([{"name": "q", "kind": "one", "title": "选", "choices": ["甲"]}],
         "第 1 题：至少写两个选项"),
        ([{"name": "q", "kind": "one", "title": "选", "choices": ["甲", "甲"]}],
         "第 1 题：有两个选项一样，改掉一个"),
        ([WHY], "第 1 题：显示条件要看前面的题：星、打分或选择"),
        ([STARS, {**WHY, "when": {"question": "stars", "op": "le", "value": 6}}],
         "第 2 题：显示条件的数在 1 到 5 之间"),
        ([{"name": "q", "kind": "scale", "title": "分", "least": 5, "most": 5}],
         "第 1 题：打分从小到大，在 0 到 100 之间"),
        ([{**STARS, "name": "Q 1"}], "第 1 题：少了编号，删掉重新加一次"),
        (["stars"], "第 1 题：读不出来，重新加一次"),
        ("stars", "加上第一道题再存"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_is_refused_with_its_question(raw: Any, sentence: str) -> None:
    with pytest.raises(Invalid, match=f"^{sentence}$"):
        wording.read(raw)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"stars": "点一颗星", "parts": "「卫生」这一行还没选"}),
        ({"stars": "6"}, {"stars": "点 1 到 5 颗星", "parts": "「卫生」这一行还没选"}),
        ({"stars": "2", "parts-0": "好", "parts-1": "差"}, {"why": "写几个字"}),
        ({"stars": "3", "parts-0": "好"}, {"parts": "「服务」这一行还没选"}),
        ({"stars": "3", "parts-0": "好", "parts-1": "中"}, {"parts": "选列出来的"}),
        ({"stars": "2", "why": "咸" * 501, "parts-0": "好", "parts-1": "差"},
         {"why": "最多 500 个字，现在 501 个"}),
        ({"stars": "²", "parts-0": "好", "parts-1": "差"}, {"stars": "点 1 到 5 颗星"}),
    ],
)  # fmt: skip
def test_each_question_says_what_is_wrong_with_it(
    fields: dict[str, str], wrong: dict[str, str]
) -> None:
    assert check(wording.read([STARS, WHY, MATRIX]), sent(**fields), {}).wrong == wrong


def test_what_a_condition_hides_counts_for_nothing() -> None:
    read = wording.read([STARS, WHY])
    assert check(read, sent(stars="4", why="没看见的题"), {}).given == {"stars": 4}
    assert check(read, sent(stars="2", why="太咸"), {}).given == {"stars": 2, "why": "太咸"}


def test_a_question_that_asks_of_a_hidden_one_is_hidden_too() -> None:
    more = {"name": "more", "kind": "one", "title": "哪种", "choices": ["甲", "乙"],
            "when": {"question": "stars", "op": "le", "value": 2}}  # fmt: skip
    last = {"name": "last", "kind": "words", "title": "还有",
            "when": {"question": "more", "op": "is", "value": "甲"}}  # fmt: skip
    read = wording.read([STARS, more, last])
    names = [q.name for q in shown(read, {"stars": 5, "more": "甲"})]
    assert names == ["stars"]


@pytest.mark.parametrize(
    ("period", "first", "second", "same"),
    [
        (Period.ONCE, date(2026, 1, 1), date(2027, 1, 1), True),
        (Period.DAY, date(2026, 11, 21), date(2026, 11, 22), False),
        (Period.WEEK, date(2026, 12, 31), date(2027, 1, 3), True),
        (Period.WEEK, date(2027, 1, 3), date(2027, 1, 4), False),
        (Period.MONTH, date(2026, 11, 1), date(2026, 11, 30), True),
        (Period.MONTH, date(2026, 11, 30), date(2026, 12, 1), False),
        (Period.TERM, date(2026, 9, 1), date(2026, 12, 1), True),
    ],
)
def test_a_period_is_the_same_as_long_as_it_lasts(
    period: Period, first: date, second: date, same: bool
) -> None:
    term = "2026–2027 学年第一学期"
    assert (period_key(period, first, term) == period_key(period, second, term)) is same


def test_without_an_invitation_there_is_no_occasion() -> None:
    with pytest.raises(Invalid, match="收到邀请"):
        period_key(Period.OCCASION, date(2026, 11, 21), "")


def test_a_form_is_open_between_its_times() -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)
    day = timedelta(days=1)
    found = [
        phase(Stage.DRAFT, None, None, now), phase(Stage.OPEN, None, None, now),
        phase(Stage.OPEN, now + day, None, now), phase(Stage.OPEN, None, now, now),
        phase(Stage.CLOSED, None, None, now), phase(Stage.OPEN, now, now + day, now),
    ]  # fmt: skip
    assert found == [Phase.DRAFT, Phase.OPEN, Phase.EARLY, Phase.OVER, Phase.OVER, Phase.OPEN]


KINDS = st.sampled_from([kind for kind in Kind if kind is not Kind.PHOTO])


@st.composite
def a_question(draw: st.DrawFn, name: str, earlier: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    kind = draw(KINDS)
    question: dict[str, Any] = {
        "name": name, "kind": str(kind), "title": "问", "required": draw(st.booleans()),
    }  # fmt: skip
    if kind in (Kind.ONE, Kind.MANY, Kind.TAGS, Kind.MATRIX):
        question["choices"] = list(CHOICES)
    if kind is Kind.MATRIX:
        question["rows"] = ["子", "丑"]
    asked = [one for one in earlier if one["kind"] in ("stars", "scale")]
    if asked and draw(st.booleans()):
        op = draw(st.sampled_from(["is", "not", "le", "ge"]))
        question["when"] = {"question": draw(st.sampled_from(asked))["name"], "op": op,
                            "value": draw(st.integers(1, 5))}  # fmt: skip
    return question


@st.composite
def a_form(draw: st.DrawFn) -> tuple[Question, ...]:
    raw: list[dict[str, Any]] = []
    for at in range(draw(st.integers(1, 6))):
        raw.append(draw(a_question(f"q{at}", tuple(raw))))
    return wording.read(raw)


VALUES = st.lists(
    st.one_of(
        st.sampled_from([*CHOICES, "", "0", "3", "5", "11", "-1", "无"]), st.text(max_size=9)
    ),
    max_size=4,
)


@st.composite
def form_and_sent(draw: st.DrawFn) -> tuple[tuple[Question, ...], dict[str, list[str]]]:
    form = draw(a_form())
    names = [FIELD + q.name for q in form] + [
        f"{FIELD}{q.name}-{at}" for q in form for at in (0, 1)
    ]
    return form, {name: draw(VALUES) for name in names}


@given(form_and_sent())
@settings(max_examples=150, deadline=None)
def test_what_is_given_is_a_valid_answer_whatever_was_sent(
    case: tuple[tuple[Question, ...], dict[str, list[str]]],
) -> None:
    form, fields = case
    found = check(form, fields, {})
    asked = {question.name: question for question in shown(form, found.given)}
    assert set(found.given) <= set(asked)
    assert set(found.wrong).isdisjoint(found.given)
    for name, question in asked.items():
        assert name in found.given or name in found.wrong or not question.required
    assert check(form, as_sent(form, found.given), {}).given == found.given
    assert stars_of(form, found.given) in (None, 1, 2, 3, 4, 5)
    assert isinstance(words_of(form, found.given), str)


@given(form_and_sent())
@settings(max_examples=60, deadline=None)
def test_a_complete_answer_fits_the_version_it_was_given_to(
    case: tuple[tuple[Question, ...], dict[str, list[str]]],
) -> None:
    form, fields = case
    found = check(form, fields, {})
    assert found.wrong or fits(form, form, found.given)
    assert wording.read(wording.plain(form)) == form


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["name", "kind", "title", "choices", "when"]),
                                      inner, max_size=4), max_leaves=12))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_any_json_is_read_or_refused_in_words(raw: Any) -> None:
    try:
        read = wording.read(raw)
    except Invalid:
        return
    assert wording.read(wording.plain(read)) == read
