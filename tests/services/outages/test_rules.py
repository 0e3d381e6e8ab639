"""When a cut is what, how its time is said, and which places are meant."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campus.places import Campus, Door, House
from app.kit.clock import SHANGHAI
from app.services.outages.places import as_text, read_places, rooms_of, say_places, tidy
from app.services.outages.rules import (
    OFF,
    Cut,
    Kind,
    Phase,
    Place,
    headline,
    say_left,
    say_span,
    urgent,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)


def house(id: int, name: str) -> House:
    floors = {
        floor: tuple(
            Door(id * 1000 + floor * 100 + n, f"{floor}0{n}", f"{name} {floor}0{n}", floor, 4)
            for n in range(1, 5)
        )
        for floor in (1, 2)
    }
    return House(id, name, "南校区", "dormitory", 1, floors)


CAMPUS = Campus(
    (house(3, "3号楼"), house(4, "4号楼"), House(9, "一教", "南校区", "teaching", 2, {}))
)


def cut(starts: float, ends: float, **more: object) -> Cut:
    """From and to in hours from noon."""
    hours = [NOON + timedelta(hours=hours) for hours in (starts, ends)]
    return Cut(1, Kind.WATER, *hours, "换水表", "8880 0110", (Place(3),), **more)  # type: ignore[arg-type]  # two times


@pytest.mark.parametrize(
    ("one", "phase", "said"),
    [
        (cut(1, 5), Phase.SOON, "今天 13:00 停水"),
        (cut(20, 26), Phase.SOON, "明天 8:00 停水"),
        (cut(-1, 5), Phase.NOW, "预计今天 17:00 来水"),
        (cut(-5, 0), Phase.LATE, "过了今天 12:00，还没来水"),
        (cut(-20, -12), Phase.OVER, "今天 0:00 该来水了"),
        (cut(-5, 1, over_at=NOON - timedelta(minutes=20)), Phase.OVER, "今天 11:40 已经来水"),
        (cut(3, 9, withdrawn_at=NOON), Phase.OVER, "不停水了"),
        (cut(72, 80), Phase.SOON, "11月26日 周四 12:00 停水"),
    ],
)
def test_a_cut_says_the_time_that_matters(one: Cut, phase: Phase, said: str) -> None:
    assert one.phase(NOON) is phase
    assert headline(one, NOON) == said


def test_a_span_names_its_second_day_only_if_it_has_one() -> None:
    assert say_span(NOON, NOON + timedelta(hours=6), NOON) == "今天 12:00–18:00"
    assert say_span(NOON, NOON + timedelta(hours=14), NOON) == "今天 12:00–明天 2:00"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "1 分钟"), (59, "59 分钟"), (60, "1 小时"), (47 * 60, "47 小时"), (48 * 60, "2 天")],
)
def test_what_is_left_is_said_in_the_unit_that_fits(minutes: int, said: str) -> None:
    assert say_left(timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(("hours", "now"), [(-1, True), (0, True), (9, True), (9.5, False)])
def test_only_what_begins_before_the_morning_wakes_people(hours: float, now: bool) -> None:
    assert urgent(NOON + timedelta(hours=hours), NOON) is now


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3号楼", "3号楼"),
        ("3号楼 2层", "3号楼 2层"),
        ("3号楼2楼、4号楼 101", "3号楼 2层、4号楼 101"),
        ("3号楼 101-103\n一教", "3号楼 101、102、103、一教"),
        ("３号楼　１０１至１０２", "3号楼 101、102"),
        ("3号楼, 3号楼 101", "3号楼"),
        ("", "已经没有的地方"),
    ],
)
def test_places_are_read_as_they_are_written(text: str, said: str) -> None:
    places, wrong = read_places(text, CAMPUS)
    assert wrong == []
    assert say_places(tidy(places), CAMPUS) == said


@pytest.mark.parametrize("text", ["5号楼", "3号楼 7层", "3号楼 109", "3号楼 104-101", "随便"])
def test_places_that_are_not_there_are_named(text: str) -> None:
    assert read_places(text, CAMPUS) == (set(), [text])


floors = st.sampled_from([1, 2, None])
doors = st.sampled_from([door for one in CAMPUS.houses for door in one.doors])
anywhere = st.one_of(
    st.builds(Place, st.sampled_from([3, 4, 9])),
    st.builds(Place, st.sampled_from([3, 4]), st.sampled_from([1, 2])),
    doors.map(lambda door: Place(door.id // 1000, door.floor, door.id)),
)


@given(st.sets(anywhere, max_size=12))
def test_tidy_places_reach_the_same_rooms(places: set[Place]) -> None:
    kept = tidy(places)
    assert set(kept) <= places
    for one in CAMPUS.houses:
        for door in one.doors:
            room = (one.id, door.floor, door.id)
            assert any(p.holds(*room) for p in places) == any(p.holds(*room) for p in kept)


@given(st.sets(anywhere, max_size=12))
def test_floors_and_rooms_are_read_back_from_what_the_form_shows(places: set[Place]) -> None:
    kept = tidy(places)
    again, wrong = read_places(as_text(kept, CAMPUS), CAMPUS)
    assert (again, wrong) == ({place for place in kept if place.floor is not None}, [])
    assert all(any(p.holds(r // 1000, None, r) for p in again) for r in rooms_of(kept, CAMPUS))


@given(st.text(max_size=60))
def test_any_text_is_read_or_named_as_wrong(text: str) -> None:
    places, wrong = read_places(text, CAMPUS)
    assert all(CAMPUS.house(place.building_id) for place in places)
    assert all(part.strip() for part in wrong)


def test_every_kind_has_its_words() -> None:
    assert set(OFF) == set(Kind)
