"""What is wrong with a scheme is said with its line; what is read is what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.assess.example import KINDS, TEXT
from app.services.assess.language import Problem, Unreadable
from app.services.assess.reading import read

PART = "部分 质量 权重 100%\n"


def refused(text: str) -> str:
    with pytest.raises(Unreadable) as found:
        read(text, KINDS.values())
    return str(found.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (PART + "甲 = 合计(repairs.ontime)", "「repairs.ontime」这一项，是不是 repairs.on_time"),
        (PART + "甲 = 合计(按时修好)", "是不是 repairs.on_time（按时修好）"),
        (PART + "甲 = 1 / 0", "第 2 行：除以 0 了"),
        (PART + "甲 = 合计(repairs.late) / (2 - 2)", "第 2 行：除以 0 了"),
        (PART + "甲 = 1 / 次数(repairs.late)", "第 2 行：没有单的月份会除以 0，行末"),
        (PART + "甲 = 平均(repairs.stars)", "第 2 行：一个都没有的月份算不出平均"),
        (PART + "甲 = 打分(0 到 10)", "第 2 行：没人打分的月份没有数"),
        (PART + "甲 = 打分(10 到 0) 没有就 5", "第 2 行：「打分」的分要从小到大写"),
        ("部分 甲 权重 60%\n乙 = 1\n部分 丙 权重 30%\n丁 = 2",
         "第 3 行：权重加起来是 90%（甲 60%、丙 30%），要正好 100%"),
        ("部分 甲 权重 33.3%\n乙 = 1\n部分 丙 权重 66.6%\n丁 = 2", "第 3 行：权重加起来是 99.9%"),
        ("部分 甲 权重 120%\n乙 = 1", "第 1 行：权重在 0 到 100% 之间"),
        ("部分 甲 权重 三成\n乙 = 1", "第 1 行：权重写成「权重 30%」"),
        (PART + "甲 = 1\n甲 = 2", "第 3 行：「甲」写了两次"),
        (PART, "第 1 行：「质量」下面还没有写项"),
        ("甲 = 1", "第 1 行：先写一行「部分 名称」"),
        ("", "还没有写项"),
        (PART + "甲 = 1 上限 2 下限 3", "第 2 行：上限比下限还低"),
        (PART + "甲 = 1 上限 2 上限 3", "第 2 行：「上限」写了两次"),
        (PART + "甲 = 1 +", "第 2 行：式子没写完"),
        (PART + "甲 = (1", "第 2 行：这里少了「)」"),
        (PART + "甲 = 1 2", "第 2 行：看不懂「2」"),
        (PART + "甲 = repairs.late", "第 2 行：repairs.late 前面写上 合计、次数 或 平均"),
        (PART + "甲 = 总和(repairs.late)", "第 2 行：看不懂「总和」，能用的有 合计、次数"),
        (PART + "甲 = 1 @", "第 2 行：看不懂「@」"),
        (PART + "甲 = 记录(-5 到 0) + 打分(0 到 1) 没有就 0", "第 2 行：一项里只能有一个打分"),
        (PART + "说点什么", "第 2 行：看不懂「说点什么」"),
        ("基础分 五十\n" + PART + "甲 = 1", "第 1 行：「五十」要写成数"),
        ("异议 30 天\n" + PART + "甲 = 1", "第 1 行：异议期写成「异议 3 天」"),
        ("奖金线 90\n" + PART + "甲 = 1", "奖金线要比全薪线高"),
        (PART + "甲 = " + "(" * 30 + "1" + ")" * 30, "第 2 行：括号套得太深"),
        (PART + "甲 = " + "-" * 50 + "1", "第 2 行：负号套得太深"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_the_line(text: str, why: str) -> None:
    assert why in refused(text)


def test_all_lines_that_are_wrong_are_told_at_once() -> None:
    said = refused(PART + "甲 = 1 / 0\n# 说明\n乙 = 合计(没有.这个)\n丙 = 2").splitlines()
    assert [line.split("：")[0] for line in said] == ["第 2 行", "第 4 行"]


def test_wide_signs_and_comments_are_read_like_narrow_ones() -> None:
    wide = "部分 质量 权重 １００％　# 都在这\n甲 ＝ ５ × 合计（repairs.late）÷ ２"
    assert read(wide, KINDS.values()).items[0].name == "甲"


def test_an_item_that_divides_by_a_number_needs_no_default() -> None:
    found = read(PART + "甲 = 合计(repairs.late) / 60 * 2 - -1", KINDS.values())
    assert found.items[0].default is None


LETTERS = "部分权重质量上下限没有就合计次数平均记录到甲 =+-*/()0123456789.%#\nrepairs.late<>"


def problems(text: str) -> list[Problem]:
    """What is wrong with it; none if it can be read."""
    try:
        assert read(text, KINDS.values()).items
    except Unreadable as wrong:
        return wrong.problems
    return []


@given(st.text(alphabet=LETTERS, max_size=120))
def test_any_text_is_read_or_refused_with_lines(text: str) -> None:
    lines = len(text.splitlines())
    assert all(0 <= problem.line <= lines and problem.words for problem in problems(text))


@given(st.integers(0, len(TEXT) - 1), st.sampled_from("()/=没 0\n%"))
def test_a_slip_of_the_pen_never_breaks_the_reader(at: int, sign: str) -> None:
    slipped = TEXT[:at] + sign + TEXT[at + 1 :]
    assert all(problem.line <= len(slipped.splitlines()) for problem in problems(slipped))
