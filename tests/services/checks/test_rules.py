"""When a list is due, and what a check comes to."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.services.checks.rules import (
    MOVES,
    VITAL_AT_MOST,
    WHOLE,
    Item,
    Move,
    Period,
    Rhythm,
    Seen,
    State,
    Who,
    may,
    period,
    score,
    takes,
)

Marks = dict[str, int | None]


@some.composite
def checks(draw: some.DrawFn) -> tuple[list[Item], Marks]:
    """Points with any weights, some vital, and marks for each, some not applicable."""
    items, marks = [], Marks()
    for n in range(draw(some.integers(1, 8))):
        points = draw(some.integers(1, 100))
        below = draw(some.integers(0, points))
        items.append(Item(str(n), f"第 {n} 项", points, below, 8, draw(some.booleans())))
        marks[str(n)] = draw(some.none() | some.integers(0, points))
    return items, marks


@given(checks())
def test_a_score_is_between_nothing_and_a_hundred_and_only_none_if_nothing_applies(
    check: tuple[list[Item], Marks],
) -> None:
    items, marks = check
    found = score(items, marks)
    assert (found is None) == all(mark is None for mark in marks.values())
    assert found is None or 0 <= found <= WHOLE


@given(checks())
def test_what_does_not_apply_counts_neither_for_nor_against(
    check: tuple[list[Item], Marks],
) -> None:
    items, marks = check
    applies = [item for item in items if marks[item.key] is not None]
    assert score(items, marks) == score(applies, marks)


@given(checks(), some.randoms())
def test_the_order_of_the_points_does_not_matter(
    check: tuple[list[Item], Marks], dice: Random
) -> None:
    items, marks = check
    assert score(dice.sample(items, len(items)), marks) == score(items, marks)


@given(checks(), some.data())
def test_a_better_mark_never_makes_a_worse_score(
    check: tuple[list[Item], Marks], data: some.DataObject
) -> None:
    items, marks = check
    item = data.draw(some.sampled_from(items))
    had = marks[item.key]
    if had is not None:
        better = {**marks, item.key: data.draw(some.integers(had, item.points))}
        assert (score(items, better) or 0) >= (score(items, marks) or 0)


@given(checks())
def test_full_marks_are_a_hundred_and_a_vital_fault_is_never_a_pass(
    check: tuple[list[Item], Marks],
) -> None:
    items, marks = check
    assert score(items, {item.key: item.points for item in items}) == WHOLE
    found = score(items, marks)
    if any(item.vital and item.at_fault(marks[item.key]) for item in items):
        assert found is not None
        assert found <= VITAL_AT_MOST


def test_marks_beyond_the_point_are_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="地面"):
        score([Item("1", "地面", 10, 8, 8)], {"1": 11})


@given(checks())
def test_the_marks_that_are_offered_go_from_full_to_none(check: tuple[list[Item], Marks]) -> None:
    for item in check[0]:
        assert item.steps[0] == item.points
        assert item.steps[-1] == 0
        assert list(item.steps) == sorted(set(item.steps), reverse=True)


def weekdays(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("rhythm", "day", "found"),
    [
        (Rhythm.DAY, date(2026, 11, 18), (date(2026, 11, 18),) * 3),
        (Rhythm.DAY, date(2026, 11, 21), None),  # a Saturday
        (Rhythm.WEEK, date(2026, 11, 21),
         (date(2026, 11, 16), date(2026, 11, 20), date(2026, 11, 22))),
        (Rhythm.MONTH, date(2026, 2, 3),
         (date(2026, 2, 1), date(2026, 2, 27), date(2026, 2, 28))),
        (Rhythm.MONTH, date(2026, 12, 31),
         (date(2026, 12, 1), date(2026, 12, 31), date(2026, 12, 31))),
        (Rhythm.YEAR, date(2028, 2, 29),
         (date(2028, 1, 1), date(2028, 12, 29), date(2028, 12, 31))),
    ],
)  # fmt: skip
def test_a_list_is_due_on_the_last_working_day_of_its_period(
    rhythm: Rhythm, day: date, found: tuple[date, date, date] | None
) -> None:
    assert period(rhythm, day, weekdays) == (Period(*found) if found else None)


def test_a_week_without_a_working_day_has_nothing_due() -> None:
    assert period(Rhythm.WEEK, date(2026, 11, 18), lambda day: False) is None


@given(some.sampled_from(Rhythm), some.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_periods_follow_each_other_without_a_gap(rhythm: Rhythm, day: date) -> None:
    this = period(rhythm, day, lambda _: True)
    assert this
    following = period(rhythm, this.last + timedelta(days=1), lambda _: True)
    assert following
    assert this.first <= day <= this.due == this.last
    assert following.first == this.last + timedelta(days=1)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("who", Who)
def test_each_move_is_for_its_states_and_its_people(state: State, move: Move, who: Who) -> None:
    allowed = {
        Move.FIX: ({"open", "failed"}, {"owner", "head"}),
        Move.PASS: ({"fixed"}, {"checker", "head"}),
        Move.FAIL: ({"fixed"}, {"checker", "head"}),
        Move.DROP: ({"open", "failed"}, {"head"}),
        Move.HAND: ({"open", "failed"}, {"checker", "head"}),
        Move.LATER: ({"open", "failed"}, {"head"}),
    }
    states, people = allowed[move]
    assert may(move, state, frozenset({who})) == (state in states and who in people)
    judges = move in (Move.PASS, Move.FAIL)
    assert may(move, state, frozenset({who}), mended=True) == (
        not judges and state in states and who in people
    )


def test_what_is_closed_stays_closed() -> None:
    closed = {State.PASSED, State.DROPPED}
    assert not any(states & closed for states, _, _ in MOVES.values())


@pytest.mark.parametrize(
    ("state", "entered", "found"),
    [
        (Seen.TODO, 20, True), (Seen.DOING, 18, True), (Seen.DONE, 18, False),
        (Seen.MISSED, 18, True), (Seen.MISSED, 19, False),
    ],
)  # fmt: skip
def test_a_visit_that_was_missed_takes_only_what_was_entered_in_time(
    state: Seen, entered: int, found: bool
) -> None:
    assert takes(state, date(2026, 11, 18), date(2026, 11, entered)) is found
