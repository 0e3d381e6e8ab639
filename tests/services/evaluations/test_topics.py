"""What answers talk of: nouns with what is said of them, counted over many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.evaluations.topics import LONGEST, Mention, mentions, speaks_of, topics

# words: (topic, judged, tone) in the order in which they are said
SAID = [
    ("菜有点咸，但是价格实惠", [("饭菜", "咸", -1), ("价格", "实惠", 1)]),
    ("排队太久了", [("排队", "久", -1)]),
    ("太贵了！！", [("价格", "贵", -1)]),
    ("卫生不太好，桌子油腻", [("卫生", "不好", -1), ("桌子", "油腻", -1)]),
    ("餐具没洗干净", [("餐具", "不干净", -1)]),
    ("一点都不干净", [("卫生", "不干净", -1)]),
    ("浴室的水不热，喷头坏了三个", [("水", "不热", -1), ("浴室", "", 0), ("喷头", "坏", -1)]),
    ("空调不凉 洗衣机太少", [("空调", "不凉", -1), ("洗衣机", "少", -1)]),
    ("师傅修得又快又好", [("师傅", "快", 1), ("师傅", "好", 1)]),
    ("难吃的饭菜", [("饭菜", "难吃", -1)]),
    ("阿姨手抖", [("阿姨", "手抖", -1)]),
    ("司机开车很稳，就是老是晚点", [("司机", "稳", 1), ("准点", "晚点", -1)]),
]  # fmt: skip


@pytest.mark.parametrize(("words", "found"), SAID)
def test_a_clause_is_a_topic_and_what_is_said_of_it(
    words: str, found: list[tuple[str, str, int]]
) -> None:
    assert mentions(words) == tuple(Mention(*one) for one in found)


@pytest.mark.parametrize("words", ["", "无", "还可以吧", "没有什么不满意的", "。。。", "😀", "6"])
def test_words_that_say_nothing_are_no_topic(words: str) -> None:
    assert mentions(words) == ()


def test_a_wish_is_a_topic_and_judges_nothing() -> None:
    assert mentions("希望饭菜便宜点") == (Mention("饭菜"),)


def test_one_answer_counts_once_however_often_it_says_it() -> None:
    [only] = topics([(7, "饭菜咸，菜咸，饭太咸")])
    assert (only.word, only.ids, only.judged) == ("饭菜", (7,), (("咸", 1),))


def test_topics_are_counted_over_answers_most_talked_of_first() -> None:
    said = [(1, "排队太久"), (2, "饭菜很咸"), (3, "菜不错"), (4, "伙食太咸")]
    first, second = topics(said)
    assert (first.word, first.ids, first.good, first.bad) == ("饭菜", (2, 3, 4), 1, 2)
    assert first.judged == (("咸", 2), ("不错", 1))
    assert (second.word, second.count) == ("排队", 1)


def test_behind_each_number_are_its_answers() -> None:
    said = {1: "饭菜很咸", 2: "菜不错", 3: "排队太久"}
    assert [id for id, words in said.items() if speaks_of(words, "饭菜")] == [1, 2]
    assert [id for id, words in said.items() if speaks_of(words, "饭菜", "咸")] == [1]


@given(st.lists(st.text(max_size=80), max_size=12))
def test_any_words_can_be_counted(words: list[str]) -> None:
    found = topics(enumerate(words))
    for topic in found:
        assert 0 < topic.count <= len(words)
        assert all(speaks_of(words[id], topic.word) for id in topic.ids)


def test_an_endless_answer_is_read_to_its_bound() -> None:
    assert mentions("好" * LONGEST + "，饭菜咸") == ()
