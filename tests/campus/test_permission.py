"""Who may do what: the rules, by tables of cases and by any case at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campus.permission import Action, Right, Role, Where, may
from app.campus.permission.rules import (
    GIVEN_BY_ADMINISTRATORS,
    GIVEN_BY_OPERATORS,
    ROSTER,
    may_give,
)
from app.campus.permission.where import where_of
from app.campus.places import Building, Room

FIX = Action("repairs.fix", frozenset({Role.WORKER, Role.LEADER}))
READ = Action("repairs.read", frozenset({Role.LEADER}), own=True)
AREA, ELSEWHERE, HALL, OTHER_HALL, CANTEEN = 1, 2, 3, 4, "饮食中心"
ROOM = Where(AREA, HALL)

# Areas 1 and 2; buildings 3 and 5 lie in area 1, building 4 in area 2, building 6 in none.
LIES_IN = {3: 1, 4: 2, 5: 1, 6: None}
units = st.sampled_from([None, CANTEEN, "维修中心"])
buildings = st.builds(
    lambda building, unit: Where(LIES_IN[building], building, unit),
    st.sampled_from(sorted(LIES_IN)),
    units,
)
areas = st.builds(Where, st.sampled_from([None, 1, 2]), st.none(), units)
places = areas | buildings
roles = st.sampled_from(Role)
rights = st.builds(
    Right,
    roles,
    st.sampled_from([None, 1, 2]),
    st.sampled_from([None, *LIES_IN]),
    units,
)
actions = st.builds(Action, st.just("any.thing"), st.frozensets(roles), st.booleans())


@pytest.mark.parametrize(
    ("right", "where", "reaches"),
    [
        (Right(Role.WORKER), Where(), True),
        (Right(Role.WORKER), ROOM, True),
        (Right(Role.WORKER, area_id=AREA), ROOM, True),
        (Right(Role.WORKER, area_id=AREA), Where(AREA), True),
        (Right(Role.WORKER, area_id=AREA), Where(ELSEWHERE, OTHER_HALL), False),
        (Right(Role.WORKER, area_id=AREA), Where(), False),
        (Right(Role.WORKER, building_id=HALL), ROOM, True),
        (Right(Role.WORKER, building_id=HALL), Where(None, HALL), True),
        (Right(Role.WORKER, building_id=HALL), Where(AREA), False),
        (Right(Role.WORKER, building_id=HALL), Where(AREA, OTHER_HALL), False),
        (Right(Role.HEAD, unit=CANTEEN), Where(unit=CANTEEN), True),
        (Right(Role.HEAD, unit=CANTEEN), Where(AREA, HALL, CANTEEN), True),
        (Right(Role.HEAD, unit=CANTEEN), ROOM, False),
        (Right(Role.HEAD, area_id=AREA, unit=CANTEEN), Where(AREA, HALL, CANTEEN), True),
        (Right(Role.HEAD, area_id=ELSEWHERE, unit=CANTEEN), Where(AREA, HALL, CANTEEN), False),
    ],
)
def test_a_right_reaches_what_lies_within_all_its_limits(
    right: Right, where: Where, reaches: bool
) -> None:
    assert right.reaches(where) is reaches


@pytest.mark.parametrize(
    ("rights", "action", "owner", "allowed"),
    [
        ([], FIX, False, False),
        ([Right(Role.STUDENT)], FIX, False, False),
        ([Right(Role.WORKER)], FIX, False, True),
        ([Right(Role.WORKER, area_id=AREA)], FIX, False, True),
        ([Right(Role.WORKER, area_id=ELSEWHERE)], FIX, False, False),
        ([Right(Role.WORKER, area_id=ELSEWHERE), Right(Role.LEADER)], FIX, False, True),
        ([Right(Role.STUDENT)], FIX, True, False),
        ([Right(Role.STUDENT)], READ, True, True),
        ([], READ, True, True),
        ([Right(Role.OPERATOR)], FIX, False, False),
        ([Right(Role.ADMINISTRATOR)], FIX, False, True),
    ],
)
def test_a_role_that_reaches_the_place_may_and_an_owner_where_the_action_says_so(
    rights: list[Right], action: Action, owner: bool, allowed: bool
) -> None:
    assert may(rights, action, ROOM, owner=owner) is allowed


@given(rights, actions, places, st.booleans())
def test_a_limited_right_never_reaches_more_than_the_same_right_unlimited(
    right: Right, action: Action, where: Where, owner: bool
) -> None:
    if may([right], action, where, owner=owner):
        assert may([Right(right.role)], action, where, owner=owner)


@given(actions, places)
def test_administrators_may_do_everything(action: Action, where: Where) -> None:
    assert may([Right(Role.ADMINISTRATOR)], action, where)


@given(st.lists(rights), rights, actions, places)
def test_one_more_right_never_takes_anything_away(
    held: list[Right], more: Right, action: Action, where: Where
) -> None:
    assert may([*held, more], action, where) >= may(held, action, where)


@pytest.mark.parametrize("role", sorted(Role))
def test_what_each_role_may_give(role: Role) -> None:
    given = {other for other in Role if may_give([Right(role)], other, Where())}
    expected = {
        Role.ADMINISTRATOR: GIVEN_BY_ADMINISTRATORS,
        Role.OPERATOR: GIVEN_BY_OPERATORS,
    }
    assert given == expected.get(role, frozenset())
    assert not given & ROSTER
    assert role is Role.ADMINISTRATOR or role not in given


@given(rights, roles, places, places)
def test_nobody_gives_what_reaches_further_than_their_own_right(
    held: Right, role: Role, limits: Where, place: Where
) -> None:
    gift = Right(role, limits.area_id, limits.building_id, limits.unit)
    if may_give([held], role, limits) and gift.reaches(place):
        assert held.reaches(place)


def test_a_room_lies_in_its_building_and_the_building_in_its_area() -> None:
    hall = Building(id=HALL, name="3号楼", campus="南校区", area_id=AREA)
    room = Room(id=7, building_id=HALL, number="501", floor=5, building=hall)
    assert where_of(room) == where_of(hall) == ROOM
    assert where_of(room, CANTEEN) == Where(AREA, HALL, CANTEEN)
