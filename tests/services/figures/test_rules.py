"""Periods, what they are held against, what is said of numbers, and what may be said in public."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campus.figures import Measure, Shape
from app.services.figures.draw import FOOT, HEIGHT, LEFT, TOP, WIDTH, draw
from app.services.figures.rules import (
    FEWEST,
    LONGEST,
    Against,
    Period,
    against,
    asked,
    month_of,
    months,
    public,
    starts,
    year_of,
)
from app.services.figures.sums import Sum
from app.services.figures.words import change, number, say

TODAY = date(2026, 11, 21)
DATES = st.dates(date(2001, 1, 1), TODAY)
COUNT = Measure("x.count", "报修", unit="单")
SHARE = Measure("x.share", "按时", Shape.SHARE, better=1)
MEAN = Measure("x.mean", "几星", Shape.MEAN, better=1)
MIDDLE = Measure("x.middle", "多久", Shape.MIDDLE, better=-1)


@pytest.mark.parametrize(
    ("address", "first", "last", "name"),
    [
        ({}, "2026-11-01", "2026-11-21", "2026 年 11 月"),
        ({"month": "2026-02"}, "2026-02-01", "2026-02-28", "2026 年 2 月"),
        ({"year": "2025"}, "2025-01-01", "2025-12-31", "2025 年"),
        ({"year": "2026"}, "2026-01-01", "2026-11-21", "2026 年"),
        ({"since": "2026-11-01", "until": "2026-11-09"}, "2026-11-01", "2026-11-09",
         "11月1日–11月9日"),
        ({"since": "2026-11-09", "until": "2026-11-01"}, "2026-11-01", "2026-11-01", "11月1日"),
        ({"month": "2027-01"}, "2026-11-01", "2026-11-21", "2026 年 11 月"),
        ({"month": "月球", "year": "0", "since": "x"}, "2026-11-01", "2026-11-21",
         "2026 年 11 月"),
    ],
)  # fmt: skip
def test_an_address_asks_for_a_period(
    address: dict[str, str], first: str, last: str, name: str
) -> None:
    found = asked(address, TODAY)
    assert (str(found.first), str(found.last), found.name) == (first, last, name)


@pytest.mark.parametrize(
    ("period", "how", "first", "last"),
    [
        (month_of(TODAY, TODAY), Against.BEFORE, "2026-10-01", "2026-10-21"),
        (month_of(TODAY, TODAY), Against.YEAR, "2025-11-01", "2025-11-21"),
        (month_of(date(2026, 10, 5), TODAY), Against.BEFORE, "2026-09-01", "2026-09-30"),
        (Period(date(2026, 3, 1), date(2026, 3, 31), "month", True), Against.BEFORE,
         "2026-02-01", "2026-02-28"),
        (month_of(date(2024, 2, 3), TODAY), Against.YEAR, "2023-02-01", "2023-02-28"),
        (year_of(2026, TODAY), Against.BEFORE, "2025-01-01", "2025-11-21"),
        (Period(date(2026, 11, 8), date(2026, 11, 14)), Against.BEFORE, "2026-11-01", "2026-11-07"),
    ],
)  # fmt: skip
def test_a_period_is_held_against_its_like(
    period: Period, how: Against, first: str, last: str
) -> None:
    found = against(period, how)
    assert (str(found.first), str(found.last)) == (first, last)


@given(DATES, DATES)
def test_steps_cover_a_period_and_none_is_outside(one: date, other: date) -> None:
    period = asked({"since": str(one), "until": str(other)}, TODAY)
    assert period.first <= period.last <= TODAY
    assert (period.last - period.first).days < LONGEST
    firsts = starts(period)
    assert firsts == sorted(set(firsts))
    assert firsts[0] <= period.first
    assert firsts[-1] <= period.last
    assert len(firsts) <= 46


@given(DATES, st.integers(0, 4000))
def test_a_span_is_cut_into_months_without_gap_or_overlap(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    found = months(first, last)
    every = [a + timedelta(days=n) for a, b in found for n in range((b - a).days + 1)]
    assert every == [first + timedelta(days=n) for n in range(days + 1)]
    assert all(a.month == b.month for a, b in found)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 40), max_size=8))
def test_nothing_of_few_is_public_and_nothing_can_be_subtracted(counts: dict[str, int]) -> None:
    shown = public(counts)
    assert all(counts[name] >= FEWEST for name in shown)
    hidden = [n for name, n in counts.items() if n and name not in shown]
    assert not shown or len(hidden) != 1


@pytest.mark.parametrize(
    ("measure", "of", "said"),
    [
        (COUNT, Sum(1204, 1204), "1,204 单"), (COUNT, Sum(), "0 单"), (SHARE, Sum(), "—"),
        (SHARE, Sum(949, 1000), "94.9%"), (SHARE, Sum(3, 3), "100%"), (MEAN, Sum(481, 100), "4.81"),
        (MIDDLE, Sum(200, 9), "3 时 20 分"), (MIDDLE, Sum(3600, 9), "2.5 天"),
    ],
)  # fmt: skip
def test_a_sum_is_said_as_its_shape_wants(measure: Measure, of: Sum, said: str) -> None:
    assert say(measure, number(measure, of)) == said


def test_of_too_few_and_of_more_than_all_there_is_no_share() -> None:
    stars = Measure("x.stars", "几星", Shape.MEAN, few=5)
    assert number(stars, Sum(16, 4)) is None
    assert number(stars, Sum(20, 5)) == 4
    assert number(SHARE, Sum(9, 8)) is None
    assert number(Measure("x.many", "份", few=5), Sum(2, 2)) == 2


@pytest.mark.parametrize(
    ("measure", "this", "before", "words"),
    [
        (COUNT, 108, 100, ("多 8%", 0)), (COUNT, 3, 5, ("少 2 单", 0)), (COUNT, 5, 5, ("一样", 0)),
        (SHARE, 94.9, 93.7, ("高 1.2 个点", 1)), (SHARE, 90, 91, ("低 1 个点", -1)),
        (SHARE, 90, 90.01, ("一样", 0)), (MEAN, 4.9, 4.78, ("高 0.12", 1)),
        (MIDDLE, 180, 202, ("快 22 分", 1)), (MIDDLE, None, 202, ("", 0)),
    ],
)  # fmt: skip
def test_a_change_is_said_and_known_for_better_or_worse(
    measure: Measure, this: float | None, before: float | None, words: tuple[str, int]
) -> None:
    assert change(measure, this, before) == words


SERIES = st.lists(st.none() | st.floats(0, 1e7), min_size=1, max_size=46)


@given(st.sampled_from((COUNT, MEAN, MIDDLE)), SERIES, SERIES)
def test_a_picture_stays_in_its_frame(
    measure: Measure, values: list[float | None], before: list[float | None]
) -> None:
    drawn = draw(measure, [str(n) for n in range(len(values))], values, before)
    points = [point for line in (*drawn.lines, *drawn.before) for point in line]
    points += [(bar.x, bar.y) for _, bar in drawn.bars] + [(x, y) for _, x, y, _ in drawn.dots]
    assert all(LEFT <= x <= WIDTH and TOP - 1 <= y <= HEIGHT - FOOT + 1 for x, y in points)
    assert 2 <= len(drawn.grid) <= 7
    assert len(drawn.labels) <= 12
