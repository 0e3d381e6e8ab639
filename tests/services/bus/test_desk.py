"""Timetables at the desk: a run mended, a line stopped, a stop moved."""

import pytest
from sqlalchemy import select

from app.kit.db import Database
from app.services.bus.imports import load
from app.services.bus.models import Call, Stop, Table, Trip
from tests.desk.conftest import DeskOf
from tests.desk.hands import Hand, wrong

pytestmark = pytest.mark.anyio
SHEET = """线路,日子,开始,结束,发车,途经
通勤线,每天,2026-08-31,2027-07-09,7:20,图书馆、东门 7:38、行政楼 7:55
通勤线,每天,2026-08-31,2027-07-09,8:00、9:00,图书馆、行政楼
""".encode()


@pytest.fixture
async def line(database: Database) -> None:
    async with database.session() as db:
        await load(db, SHEET, "a.csv")


async def test_a_run_is_shown_and_mended_as_in_the_spreadsheet(
    desk_of: DeskOf, line: None, database: Database
) -> None:
    hand = Hand(await desk_of("operator"))
    assert "图书馆 7:20、东门 7:38、行政楼 7:55" in await hand.page("bus-trips/list")
    form = {"table_id": 1, "departure": "7:30", "vehicles": 2, "note": ""}
    answer = await hand.edit("bus-trips", 1, route="图书馆、行政楼 8:05", **form)
    assert answer.status_code == 303
    async with database.session() as db:
        trip = await db.get_one(Trip, 1)
        calls = select(Call.at).where(Call.trip_id == 1).order_by(Call.order)
        assert (trip.departure, trip.vehicles, list(await db.scalars(calls))) == (
            450,
            2,
            [450, 485],
        )


@pytest.mark.parametrize(
    ("route", "why"),
    [
        ("图书馆、月球", "没有「月球」这一站，先在站点里加上"),
        ("图书馆", "至少写两站，用「、」隔开"),
        ("图书馆、行政楼 7:00", "后一站比前一站早，过了零点写 24:10"),
    ],
)
async def test_a_route_that_cannot_be_is_told_at_its_field(
    desk_of: DeskOf, line: None, route: str, why: str
) -> None:
    hand = Hand(await desk_of("operator"))
    form = {"table_id": 1, "departure": "7:30", "vehicles": 1}
    assert wrong(await hand.create("bus-trips", route=route, **form)) == [why]


async def test_a_table_without_runs_stops_the_line(desk_of: DeskOf, line: None) -> None:
    hand = Hand(await desk_of("operator"))
    form = {"line_id": 1, "priority": 1, "days": "daily", "valid_to": "2026-10-18"}
    made = await hand.create("bus-tables", valid_from="2026-10-12", note="修路", **form)
    assert made.status_code == 303
    page = await hand.page("bus-tables/list")
    assert "停运" in page
    assert "3 班" in page
    without = await hand.create("bus-tables", valid_from="2026-10-12", note="", **form)
    assert wrong(without) == ["写一句原因，乘客看得到"]


async def test_two_tables_for_the_same_days_are_refused(desk_of: DeskOf, line: None) -> None:
    hand = Hand(await desk_of("operator"))
    form = {"line_id": 1, "priority": 0, "days": "daily", "valid_to": "2026-10-18", "note": ""}
    answer = await hand.create("bus-tables", valid_from="2026-10-12", **form)
    assert wrong(answer) == ["同样的日子已有一张表，2026-10-12 起重叠"]
    same = {**form, "valid_to": "2027-01-31"}
    assert (await hand.edit("bus-tables", 1, valid_from="2026-08-31", **same)).status_code == 303


async def test_a_stop_is_placed_whole_or_not_at_all(
    desk_of: DeskOf, line: None, database: Database
) -> None:
    hand = Hand(await desk_of("operator"))
    answer = await hand.edit(
        "bus-stops", 1, name="图书馆", campus="", latitude="35.1", longitude=""
    )
    assert wrong(answer) == ["纬度和经度要填就都填"]
    done = await hand.edit(
        "bus-stops", 1, name="图书馆", campus="南校区", latitude="35.1", longitude="113.2"
    )
    assert done.status_code == 303
    async with database.session() as db:
        assert (await db.get_one(Stop, 1)).longitude == 113.2


async def test_a_price_is_typed_in_yuan(desk_of: DeskOf, line: None) -> None:
    hand = Hand(await desk_of("operator"))
    assert (await hand.create("bus-fares", line_id=1, rider="学生", fen="1.5")).status_code == 303
    assert "1.50" in await hand.page("bus-fares/list")
    assert wrong(await hand.create("bus-fares", line_id=1, rider="校外", fen="三元")) == [
        "写成 1.50 这样，免费写 0"
    ]


async def test_a_line_goes_with_its_tables(desk_of: DeskOf, line: None, database: Database) -> None:
    hand = Hand(await desk_of("operator"))
    assert (await hand.press("bus-lines", 1, "delete")).status_code == 200
    async with database.session() as db:
        assert list(await db.scalars(select(Table.id))) == []
