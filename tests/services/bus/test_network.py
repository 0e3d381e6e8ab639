from datetime import date

import pytest

from app.services.bus.network import Line
from app.services.bus.rules import Days
from tests.services.bus.made import (
    EAST,
    LIBRARY,
    NORTH,
    SOUTH,
    STATION,
    board,
    network,
    run,
    table,
)

TO_NORTH = run((SOUTH, "7:00"), (LIBRARY, "7:05"), (EAST, "7:20"), (NORTH, "7:40"))


@pytest.mark.parametrize(
    ("start", "end", "leaves", "arrives"),
    [
        ("南校区", "北校区", 420, 460),
        ("图书馆", "行政楼", 425, 460),
        ("图书馆", "东校区", 425, 440),
        ("东校区", "北校区", 440, 460),
    ],
)
def test_a_leg_goes_between_campuses_or_stops(
    start: str, end: str, leaves: int, arrives: int
) -> None:
    (leg,) = board(network(table(TO_NORTH))).departures(start, end).legs
    assert (leg.at, leg.arrives) == (leaves, arrives)


@pytest.mark.parametrize(("start", "end"), [("北校区", "南校区"), ("火车站", "北校区")])
def test_no_leg_runs_backwards_or_from_elsewhere(start: str, end: str) -> None:
    assert not board(network(table(TO_NORTH))).departures(start, end).legs


def test_only_places_between_both_ends_are_on_the_way() -> None:
    (leg,) = board(network(table(TO_NORTH))).departures("南校区", "北校区").legs
    assert leg.via == ["东校区"]


def test_a_run_is_next_until_its_second() -> None:
    departures = board(network(table(TO_NORTH))).departures("南校区", "北校区")
    assert departures.next(7 * 3600 - 1) is not None
    assert departures.next(7 * 3600) is None


def test_a_direct_run_has_a_departure_and_no_arrival() -> None:
    direct = run((LIBRARY, None), (EAST, None), (NORTH, None), departure="8:00")
    net = network(table(direct))
    (whole,) = board(net).departures("图书馆", "北校区").legs
    (rough,) = board(net).departures("东校区", "北校区").legs
    assert (whole.at, whole.arrives, whole.rough) == (480, None, False)
    assert (rough.at, rough.rough) == (480, True)


def test_a_run_over_midnight_is_on_both_days() -> None:
    late = run((NORTH, "23:50"), (EAST, "24:10"), (SOUTH, "24:30"))
    net = network(table(late, days=Days.MONDAY))
    monday, tuesday = board(net), board(net, ahead=1)
    assert [leg.at for leg in monday.departures("北校区", "南校区").legs] == [1430]
    assert [leg.at for leg in monday.departures("东校区", "南校区").legs] == [1450]
    assert [leg.at for leg in tuesday.departures("东校区", "南校区").legs] == [10]
    assert not tuesday.departures("北校区", "南校区").legs


def test_a_run_that_begins_after_midnight_belongs_to_the_evening() -> None:
    net = network(table(run((NORTH, "24:30"), (SOUTH, "24:50")), days=Days.MONDAY))
    assert board(net, ahead=1).departures("北校区", "南校区").times == (30,)
    assert not board(net, ahead=2).runs


def test_a_loop_is_called_after_its_far_end() -> None:
    loop = run((SOUTH, "7:00"), (NORTH, "7:30"), (LIBRARY, "8:00"))
    within = run((SOUTH, "7:00"), (LIBRARY, "7:10"))
    assert (loop.direction, within.direction) == (("南校区", "北校区"), ("西门", "图书馆"))


def test_a_board_is_worked_out_once() -> None:
    net = network(table(TO_NORTH))
    assert board(net) is board(net)


def test_boards_are_not_kept_without_bound() -> None:
    net = network(table(TO_NORTH))
    first = board(net)
    for ahead in range(1, 200):
        board(net, ahead)
    assert board(net) is not first


def test_reachable_places_are_those_after_a_stop() -> None:
    net = network(
        table(TO_NORTH), table(run((NORTH, "9:00"), (STATION, "9:30")), line=Line("专线"))
    )
    assert net.joined("东校区", to=True) == {"行政楼", "北校区"}
    assert net.joined("西门", to=True) == {"图书馆", "东校区", "东校区南门", "行政楼", "北校区"}
    assert net.joined("火车站", to=False) == {"行政楼", "北校区"}


def test_a_day_outside_of_all_tables_is_not_published() -> None:
    net = network(table(TO_NORTH))
    assert board(net).published
    assert not board(net, ahead=(date(2027, 1, 4) - date(2026, 11, 2)).days).published
