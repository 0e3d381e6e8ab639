"""Every transition × every state × every part; parts from rights; what may be made public."""

import pytest

from app.campus.permission.rules import Right, Role
from app.services.feedback.rules import (
    MOVES,
    OPEN,
    Move,
    Seen,
    State,
    Who,
    may,
    may_publish,
    parts,
    personal,
)

N, T, A, R, C = State.NEW, State.TAKEN, State.ANSWERED, State.REOPENED, State.CLOSED
STAFF = {Who.OWNER, Who.HEAD, Who.OFFICE}
# What is allowed, written out a second time: from which states, to which, by whom.
ALLOWED = {
    Move.TAKE: ({N, R}, T, STAFF),
    Move.ANSWER: ({N, T, R}, A, STAFF),
    Move.HAND: ({N, T, R}, N, STAFF),
    Move.MERGE: ({N, T, R}, State.MERGED, {Who.HEAD, Who.OFFICE}),
    Move.WITHDRAW: ({N, T}, State.WITHDRAWN, {Who.ASKER}),
    Move.RATE: ({A, C}, C, {Who.ASKER}),
    Move.CLOSE: ({A}, C, {Who.SYSTEM}),
    Move.REOPEN: ({A, C}, R, {Who.ASKER}),
}


@pytest.mark.parametrize("move", list(Move))
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("who", list(Who))
def test_who_may_make_which_move_in_which_state(move: Move, state: State, who: Who) -> None:
    states, target, allowed = ALLOWED[move]
    assert may({who}, move, state) == (state in states and who in allowed)
    assert MOVES[move][1] == target


def test_nothing_leads_out_of_what_was_merged_or_withdrawn() -> None:
    ended = {State.MERGED, State.WITHDRAWN}
    assert not any(sources & ended for sources, _, _ in MOVES.values())
    assert frozenset({N, T, R}) == OPEN


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        (Right(Role.HEAD, unit="饮食中心"), {Who.HEAD}),
        (Right(Role.HEAD), {Who.HEAD}),
        (Right(Role.HEAD, unit="公寓中心"), set()),
        (Right(Role.LEADER, unit="饮食中心"), {Who.HEAD}),
        (Right(Role.LEADER), set()),  # leads repairs everywhere, answers for no unit
        (Right(Role.LEADER, area_id=1), set()),
        (Right(Role.OPERATOR), {Who.OFFICE}),
        (Right(Role.OPERATOR, unit="公寓中心"), set()),
        (Right(Role.ADMINISTRATOR), {Who.OFFICE}),
        (Right(Role.SUPERVISOR), {Who.WATCHER}),
        (Right(Role.SUPERVISOR, area_id=1), set()),
        (Right(Role.STUDENT), set()),
    ],
)
def test_which_part_a_right_gives_in_a_case_of_the_canteens(
    right: Right, expected: set[Who]
) -> None:
    assert parts(7, [right], Seen("饮食中心")) == expected


def test_who_asked_and_who_owns_are_known_by_themselves() -> None:
    assert parts(7, [], Seen("饮食中心", owner_id=7)) == {Who.OWNER}
    assert parts(7, [], Seen("饮食中心", by_me=True)) == {Who.ASKER}
    assert parts(None, [], Seen("饮食中心", owner_id=None, by_me=False)) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("打 13805160000 找我", "13805160000"), ("学号 20240136 的同学", "20240136"),
        ("320302199901011234", "320302199901011234"), ("我住 3号楼 501", "3号楼 501"),
        ("写到 a.b@cumt.edu.cn", "a.b@cumt.edu.cn"), ("林晓雨说饭咸", "林晓雨"),
        ("24 小时值班 8880 0163，二食堂 22:00 关", ""), ("每度 0.56 元", ""),
    ],
)  # fmt: skip
def test_what_tells_of_a_person_is_found_before_it_is_public(text: str, found: str) -> None:
    assert personal(text, ["林晓雨", "王"]) == found


@pytest.mark.parametrize(
    ("anonymous", "somebody", "consent", "allowed"),
    [
        (True, False, False, True), (False, True, True, True),
        (False, True, False, False), (False, False, False, True),
    ],
)  # fmt: skip
def test_what_may_be_made_public(
    anonymous: bool, somebody: bool, consent: bool, allowed: bool
) -> None:
    assert may_publish(
        anonymous=anonymous, asked_by_somebody=somebody, consent=consent
    ) == allowed  # fmt: skip
