"""The arithmetic: shares add up to the fen, lines to their item, items to the whole."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.assess import rules
from app.services.assess.example import KINDS, TEXT
from app.services.assess.explaining import MOST_LINES, spread
from app.services.assess.language import Scheme
from app.services.assess.material import Heard, Marked, Material, hundredths
from app.services.assess.reading import read
from app.services.assess.reckoning import Result, reckon
from app.services.assess.rules import Stay

AT = datetime(2026, 10, 5, 8, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)
POINTS = st.dictionaries(st.integers(1, 500), st.integers(0, 60_000), max_size=40)
FRACTIONS = st.fractions(min_value=-50, max_value=50, max_denominator=997)


def scheme(*lines: str) -> Scheme:
    return read("\n".join(lines), KINDS.values())


def facts(kind: str, *values: Fraction | int) -> Material:
    heard = [Heard(n, Fraction(v), f"单 {n}", AT) for n, v in enumerate(values, start=1)]
    return Material(facts={kind: heard})


def points(found: Result) -> int:
    return found.parts[0].points


@given(st.integers(0, 10**10), POINTS)
def test_shares_add_up_to_the_fen(total: int, of: dict[int, int]) -> None:
    given_ = rules.shares(total, of)
    assert sum(given_.values()) == (total if sum(of.values()) else 0)
    assert given_.keys() == of.keys()
    assert all(fen >= 0 for fen in given_.values())


@given(st.integers(0, 10**9), POINTS)
def test_who_has_more_points_never_gets_less(total: int, of: dict[int, int]) -> None:
    given_ = rules.shares(total, of)
    for one, own in of.items():
        exact = Fraction(total * own, sum(of.values()) or 1)
        assert abs(given_[one] - exact) < 1
        assert all(given_[one] <= given_[two] + 1 for two, other in of.items() if other >= own)


@given(st.integers(0, 10**9), POINTS)
def test_below_the_line_there_is_no_bonus_and_above_it_all(total: int, of: dict[int, int]) -> None:
    given_ = rules.bonuses(total, of, 11_000)
    assert all(given_[one] == 0 for one, own in of.items() if own < 11_000)
    anybody = any(own >= 11_000 for own in of.values())
    assert sum(given_.values()) == (total if anybody else 0)


@pytest.mark.parametrize(
    ("had", "days", "pay"),
    [(10_000, 30, 300_000), (12_500, 30, 300_000), (9_999, 30, 299_970), (5_000, 30, 150_000),
     (0, 30, 0), (10_000, 15, 150_000), (3_333, 7, 23_331)],
)  # fmt: skip
def test_base_pay_shrinks_in_proportion_below_the_line(had: int, days: int, pay: int) -> None:
    assert rules.base_pay(300_000, had, 10_000, days, 30) == pay


@given(st.lists(FRACTIONS, min_size=1, max_size=30))
def test_lines_add_up_to_what_they_explain(shares: list[Fraction]) -> None:
    total = hundredths(sum(shares, Fraction(0)))
    found = spread(total, shares)
    assert sum(found) == total
    assert all(abs(line - share * 100) <= 1 for line, share in zip(found, shares, strict=True))


@given(st.lists(st.integers(0, 3000), max_size=60))
def test_every_item_is_explained_to_the_hundredth(late: list[int]) -> None:
    found = reckon(scheme("部分 质量 权重 100%", "超时 = 20 - 合计(repairs.late) / 7"), KINDS,
                   facts("repairs.late", *late))  # fmt: skip
    [item] = found.parts[0].items
    assert sum(line.points or 0 for line in item.lines) == item.points == points(found)
    assert len(item.lines) <= MOST_LINES
    assert found.points == max(5000 + points(found), 0)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_ratings_are_told_as_sums_only(stars: list[int]) -> None:
    found = reckon(scheme("部分 质量", "满意 = 10 * 平均(repairs.stars) 没有就 0"), KINDS,
                   facts("repairs.stars", *stars))  # fmt: skip
    [item] = found.parts[0].items
    assert item.points == hundredths(Fraction(10 * sum(stars), len(stars)))
    assert (item.lines, item.private) == ((), True)


def test_halves_are_rounded_up_and_alike_below_zero() -> None:
    assert [hundredths(Fraction(n, 1000)) for n in (5, 15, 14, -5, -15, -14)] == [
        1, 2, 1, -1, -2, -1,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "values", "had"),
    [
        ("按时 = 100 * 合计(repairs.on_time) / 次数(repairs.on_time) 没有就 60", (), 6000),
        ("按时 = 100 * 合计(repairs.on_time) / 次数(repairs.on_time) 没有就 60", (1, 0, 1), 6667),
        ("按时 = 合计(repairs.on_time) * 4 上限 10", (1, 1, 1), 1000),
        ("按时 = -合计(repairs.on_time) * 4 下限 -10", (1, 1, 1), -1000),
        ("按时 = 次数(repairs.on_time = 0) * -2", (1, 0, 0), -400),
        ("按时 = (1 + 次数(repairs.on_time >= 1)) / 3 * 1.5", (1, 0, 0), 100),
    ],
)
def test_a_formula_comes_to(line: str, values: tuple[int, ...], had: int) -> None:
    assert points(reckon(scheme("部分 质量", line), KINDS,
                         facts("repairs.on_time", *values))) == had  # fmt: skip


def test_a_parts_ceiling_cuts_what_its_items_are_together() -> None:
    text = ("部分 质量 权重 100% 上限 10", "甲 = 合计(repairs.on_time) * 8",
            "乙 = 次数(repairs.on_time)")  # fmt: skip
    found = reckon(scheme(*text), KINDS, facts("repairs.on_time", 1, 1))
    assert (found.parts[0].points, found.parts[0].cut) == (1000, -800)


def test_marks_of_several_are_averaged_and_noted_ones_added() -> None:
    marks = {"互相": [Marked(Fraction(6), "", AT), Marked(Fraction(9), "", AT)],
             "迟到": [Marked(Fraction(-2), "晚到", AT), Marked(Fraction(-1), "", AT)]}  # fmt: skip
    text = ("部分 质量", "互相 = 互评(0 到 10) 没有就 5", "迟到 = 记录(-5 到 0)")
    found = reckon(scheme(*text), KINDS, Material(marks=marks))
    assert [item.points for item in found.parts[0].items] == [750, -300]
    assert [line.points for line in found.parts[0].items[1].lines] == [-200, -100]


def test_an_item_of_points_below_zero_leaves_nobody_below_nothing() -> None:
    found = reckon(scheme("基础分 1", "部分 甲", "乙 = -合计(repairs.late)"), KINDS,
                   facts("repairs.late", 500))  # fmt: skip
    assert found.points == 0


STAYS = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 29), st.integers(1, 30)), max_size=6
)  # fmt: skip


@given(STAYS)
def test_everybody_is_placed_once_and_their_shares_are_a_whole(
    drawn: list[tuple[int, int, int]],
) -> None:
    stays, day = [], date(2026, 10, 20)
    for team, gap, long in drawn:
        since = date.fromordinal(day.toordinal() + gap % 3)
        day = date.fromordinal(since.toordinal() + long)
        stays.append(Stay(7, team, since, day))
    for place in rules.placed(stays, NOVEMBER):
        assert sum(place.shares.values()) == 1
        assert place.shares[place.team_id] == max(place.shares.values())
        assert 0 < place.days <= place.of == 30


def test_the_month_counts_where_most_of_it_was_spent() -> None:
    moved = [Stay(7, 1, date(2026, 1, 1), date(2026, 11, 21)), Stay(7, 2, date(2026, 11, 21))]
    [place] = rules.placed(moved, NOVEMBER)
    assert (place.team_id, place.days, place.shares[2]) == (1, 30, Fraction(1, 3))
    half = [Stay(7, 1, date(2026, 11, 1), date(2026, 11, 11)),
            Stay(7, 2, date(2026, 11, 11), date(2026, 11, 21))]  # fmt: skip
    [place] = rules.placed(half, NOVEMBER)
    assert (place.team_id, place.days) == (2, 20)


def test_the_scheme_that_ships_has_four_parts_and_twenty_items() -> None:
    found = read(TEXT, KINDS.values())
    assert [len(part.items) for part in found.parts] == [5, 9, 4, 2]
    assert (found.base, found.full, found.bonus) == (5000, 10_000, 11_000)
    assert reckon(found, KINDS, Material()).points > 5000
