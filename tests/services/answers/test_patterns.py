"""Patterns of operators: what is allowed is quick on any text, and means what `re` means."""

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.services.answers.patterns import LONGEST_TEXT, compile_safely

PIECES = st.sampled_from(
    ["a", "b", "水", ".", ".*", "a*", "a+", "a?", "b{0,9}", "{", "}", "(", ")", "(?:", "(?=", "|",
     "[ab]", "[^a]*", "[", "]", "\\d", "\\w+", "\\", "\\1", "\\.", "*", "+", "?", "^", "$", ")?",
     ")*", "{2}", "&&", "--", "[a--b]"]
)  # fmt: skip
WORST = ["a" * LONGEST_TEXT, "a" * (LONGEST_TEXT - 1) + "!", "ab" * (LONGEST_TEXT // 2),
         "水" * (LONGEST_TEXT - 1) + "!", "a1" * (LONGEST_TEXT // 2 - 1) + "!"]  # fmt: skip


@given(st.lists(PIECES, min_size=1, max_size=14).map("".join))
@example("(a|a)?" * 8)
@example(".*.*")
@example("[^a]*\\w+")
@settings(max_examples=400, deadline=None)
def test_whatever_is_allowed_is_quick_on_the_worst_texts(pattern: str) -> None:
    try:
        compiled = compile_safely(pattern)
    except ValueError:
        return
    began = time.perf_counter()
    for text in WORST:
        compiled.fullmatch(text)
    assert time.perf_counter() - began < 0.25


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+", "(a*)*b", "(a|aa)+", "(a|a)*", "a?" * 25, "(?:a|a)" * 16, ".*.*.*x", "(.*)\\1",
     "(?=a)a", "a**", "a*?", "(((((((a)))))))", "[a", "(a", "a)", "{2}", "a{3,1}", "^a", "a$",
     "[z-a]", "[a&&b]", "\\b", "\\Z", "", "水" * 121, "(a?){9}"],
)  # fmt: skip
def test_what_could_run_away_or_is_written_wrong_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
        compile_safely(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("(快递|包裹).*几点", "快递到几点", True), ("(快递|包裹).*几点", "几点", False),
        (r"\d{1,2}号楼(停水|停电)?", "3号楼停水", True),
        (r"\d{1,2}号楼(停水|停电)?", "123号楼", False),
        ("(?:请问)?校历", "校历", True), ("wifi.?密码", "WIFI密码", True), (r"c\+\+", "c++", True),
        ("[abc]{2,}", "abca", True), ("水(卡|)", "水", True), ("[^0-9]+", "停水", True),
    ],
)  # fmt: skip
def test_what_is_allowed_matches_whole_texts_as_re_does(
    pattern: str, text: str, found: bool
) -> None:
    matched = compile_safely(pattern).fullmatch(text) is not None
    assert matched is found is (re.fullmatch(pattern, text, re.IGNORECASE) is not None)
