"""Buildings on a plan: always inside it, north up, never on top of each other."""

from hypothesis import given
from hypothesis import strategies as st

from app.services.repairs.desk_map import HEIGHT, WIDTH, Spot, plans, shade, shades

DEGREES = st.floats(-80, 80, allow_nan=False, allow_subnormal=False)


def spot(id: int, latitude: float | None, longitude: float | None, campus: str = "南") -> Spot:
    return Spot(id, f"{id}号楼", campus, latitude, longitude)


def test_each_campus_has_a_plan_and_a_building_without_a_place_stands_beside() -> None:
    south, north = plans([spot(1, 35.1, 113.2), spot(2, None, None), spot(3, 35.2, 113.2, "北")])
    assert [at.spot.id for at in south.drawn] == [1]
    assert [one.id for one in south.loose] == [2]
    assert north.name == "北"


def test_north_is_up_and_east_is_right() -> None:
    [plan] = plans([spot(1, 35.10, 113.20), spot(2, 35.11, 113.21)])
    south, north = plan.drawn
    assert north.y < south.y
    assert north.x > south.x


@given(st.lists(st.tuples(DEGREES, DEGREES), min_size=1, max_size=12))
def test_every_building_is_inside(places: list[tuple[float, float]]) -> None:
    [plan] = plans([spot(n, *place) for n, place in enumerate(places)])
    for at in plan.drawn:
        assert 0 <= at.x <= WIDTH
        assert 0 <= at.y <= HEIGHT


def test_boxes_shrink_until_they_do_not_touch() -> None:
    [plan] = plans([spot(n, 35 + n % 6 * 0.0006, 113 + n // 6 * 0.0007) for n in range(18)])
    wide, tall = plan.box
    for one in plan.drawn:
        for other in plan.drawn:
            apart = abs(one.x - other.x) >= wide or abs(one.y - other.y) >= tall
            assert one is other or apart


def test_more_is_never_paler() -> None:
    found = [shade(count, 40) for count in range(60)]
    assert found == sorted(found)
    assert (found[0], found[1], found[40]) == (0, 1, 5)
    assert shades({1: 0, 2: 1, 3: 9}) == {1: 0, 2: 1, 3: 5}
