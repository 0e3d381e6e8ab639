"""Who is sent, and the reasons that are shown."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.clock import SHANGHAI
from app.services.repairs.rank import Worker, metres, rank

HERE = (35.19, 113.265)
NEAR, FAR = (35.1915, 113.265), (35.232, 113.265)
WANG = Worker(1, "王建国", "水电")
WORKERS = st.builds(
    Worker,
    person_id=st.integers(1, 10**6),
    name=st.just("师傅"),
    trade=st.just("水电"),
    area=st.sampled_from(["", "3号楼片区"]),
    load=st.integers(0, 12),
    most=st.integers(1, 8),
    near=st.none() | st.tuples(st.floats(35, 36), st.floats(113, 114)),
    building_id=st.none() | st.integers(1, 3),
    again=st.booleans(),
    slot=st.booleans(),
    idle_since=st.none() | st.datetimes(timezones=st.just(SHANGHAI), min_value=datetime(2026, 1, 1),
                                        max_value=datetime(2027, 1, 1)),
)  # fmt: skip
SOME = st.lists(WORKERS, max_size=8, unique_by=lambda worker: worker.person_id)


def best(*workers: Worker) -> int:
    return rank(workers, place=HERE, building_id=1)[0].worker_id


def test_the_reasons_read_like_what_a_leader_would_say() -> None:
    worker = replace(WANG, area="3号楼片区", load=1, near=NEAR)
    (found,) = rank([worker], place=HERE, building_id=1)
    assert found.reasons == ("他管 3号楼片区", "会水电", "手上只有 1 单", "离这里 150 米")


@pytest.mark.parametrize(
    ("worker", "reason"),
    [
        (replace(WANG, again=True), "上次就是他修的"), (replace(WANG, load=5), "手上满了，5 单"),
        (replace(WANG, load=3), "手上有 3 单"), (WANG, "手上空着"),
        (replace(WANG, building_id=1), "就在这栋楼"),
        (replace(WANG, slot=False), "约的时间他不在班"),
    ],
)  # fmt: skip
def test_every_reason_is_said(worker: Worker, reason: str) -> None:
    assert reason in rank([worker], place=HERE, building_id=1)[0].reasons


def test_what_comes_back_goes_to_who_mended_it_however_busy() -> None:
    again = replace(WANG, person_id=2, again=True, load=9)
    assert best(replace(WANG, area="3号楼片区"), again) == 2


def test_own_area_beats_a_short_way_and_two_orders_more() -> None:
    own = replace(WANG, person_id=2, area="3号楼片区", load=1, near=FAR)
    assert best(replace(WANG, building_id=1), own) == 2
    assert best(WANG, replace(own, load=4)) == 1


def test_the_nearer_of_two_equals_goes() -> None:
    assert best(replace(WANG, near=FAR), replace(WANG, person_id=2, near=NEAR)) == 2


def test_of_equals_who_has_been_idle_longest_goes() -> None:
    at = datetime(2026, 11, 18, 9, tzinfo=SHANGHAI)
    early = replace(WANG, person_id=2, idle_since=at - timedelta(hours=1))
    assert best(replace(WANG, idle_since=at), early) == 2


def test_metres_are_metres() -> None:
    assert metres(HERE, HERE) == 0
    assert round(metres(HERE, (35.2, 113.265))) == 1112  # a hundredth of a degree of latitude
    assert round(metres(HERE, (35.19, 113.275))) == 909  # of longitude, times cos 35.19°


@given(SOME, st.integers())
def test_the_order_in_which_they_are_found_decides_nothing(
    workers: list[Worker], seed: int
) -> None:
    mixed = workers.copy()
    Random(seed).shuffle(mixed)
    assert rank(mixed, place=HERE, building_id=1) == rank(workers, place=HERE, building_id=1)


@given(SOME)
def test_everybody_is_ranked_once_best_first(workers: list[Worker]) -> None:
    found = rank(workers, place=HERE, building_id=1)
    assert sorted(one.worker_id for one in found) == sorted(one.person_id for one in workers)
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(one.reasons for one in found)


@given(WORKERS, st.integers(1, 5))
def test_more_orders_never_help(worker: Worker, more: int) -> None:
    busier = replace(worker, load=worker.load + more)
    one, other = (rank([w], place=HERE, building_id=1)[0].score for w in (worker, busier))
    assert other < one


@given(SOME)
def test_who_is_full_only_goes_when_everybody_is(workers: list[Worker]) -> None:
    fresh = [replace(worker, again=False) for worker in workers]
    loads = {worker.person_id: worker.load >= worker.most for worker in fresh}
    full = [loads[one.worker_id] for one in rank(fresh, place=HERE, building_id=1)]
    assert full == sorted(full)
