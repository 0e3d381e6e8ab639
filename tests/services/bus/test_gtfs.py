import io
from contextlib import suppress
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campus.calendar import Calendar
from app.kit.db import Database
from app.kit.errors import Invalid
from app.services.bus.archive import MOST_UNPACKED
from app.services.bus.gtfs import kinds_of, parse_date, parse_price, read
from app.services.bus.imports import load
from app.services.bus.rules import WEEK, Days
from app.services.bus.timetable import board_of
from app.services.bus.timetable import load as load_network

FILES = {
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n"
    "A,图书馆,35.19,113.265\nB,行政楼,35.232,113.265\n",
    "routes.txt": "route_id,route_short_name,route_long_name,route_type\nR,1,通勤线,3\n",
    "trips.txt": "route_id,service_id,trip_id\nR,wd,T1\nR,we,T2\nR,fr,T3\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "T1,7:25:00,7:20:00,A,1\nT1,7:55:00,7:55:00,B,10\n"
    "T2,24:30:00,24:30:00,B,2\nT2,23:50:00,23:50:30,A,1\n"
    "T3,12:00:00,12:00:00,A,1\nT3,,,B,2\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"  # noqa: E501 the header of the format
    "wd,1,1,1,1,1,0,0,20260831,20270709\nwe,0,0,0,0,0,1,1,20260831,20270709\n",
    "calendar_dates.txt": "service_id,date,exception_type\nwd,20261102,2\nfr,20261106,1\n",
    "fare_attributes.txt": "fare_id,price,currency_type\nF,1.50,CNY\n",
}


def packed(changes: dict[str, str | None] | None = None, folder: str = "") -> bytes:
    """The feed as a zip; `changes` replaces files, None leaves one out."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in {**FILES, **(changes or {})}.items():
            if text is not None:
                archive.writestr(folder + name, text)
    return out.getvalue()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("day", "departures"),
    [
        ("2026-11-03", (440,)),  # a Tuesday
        ("2026-11-02", ()),  # a Monday taken out
        ("2026-11-06", (440, 720)),  # a Friday with a run of its own
        ("2026-11-07", (1430,)),  # a Saturday
        ("2026-10-10", (440,)),  # a Saturday that is worked
        ("2026-10-01", (1430,)),  # 国庆
    ],
)
async def test_a_feed_runs_by_its_dates_and_by_our_calendar(
    database: Database, day: str, departures: tuple[int, ...]
) -> None:
    async with database.session() as db:
        assert await load(db, packed(), "gtfs.zip") == "1 条线路、3 班车换好了"
        network = await load_network(db)
    board = board_of(network, Calendar(), parse_date(day.replace("-", "")))
    assert board.departures("图书馆", "行政楼").times == departures


def test_times_fares_and_places_are_read() -> None:
    feed = read(packed(folder="feed/"))
    line = feed.lines["通勤线"]
    runs = {run.departure: run.calls for table in line.tables for run in table.runs}
    assert runs[1430] == (("图书馆", 1430), ("行政楼", 1470))
    assert runs[720] == (("图书馆", 720), ("行政楼", None))
    assert line.fares == {"票价": 150}
    assert feed.stops["图书馆"].latitude == 35.19


def test_a_fare_rule_binds_a_fare_to_its_route() -> None:
    rules = "fare_id,route_id\nF,nowhere\n"
    assert read(packed({"fare_rules.txt": rules})).lines["通勤线"].fares is None


TRIPS = "route_id,service_id,trip_id\n"


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        (["stops.txt"], "压缩包里缺少 stops.txt"),
        (["trips.txt", "stop_times.txt"], "缺少 trips.txt、stop_times.txt"),
        (["calendar.txt", "calendar_dates.txt"], "要有 calendar.txt 或 calendar_dates.txt"),
    ],
)
def test_a_missing_file_is_named(missing: list[str], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read(packed(dict.fromkeys(missing)))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("X,wd,T1", "trips.txt 第 2 行：routes.txt 里没有这条线路：X"),
        ("R,x,T1", "trips.txt 第 2 行：日历里没有这个 service_id：x"),
        ("R,wd,T9", "压缩包里没有一班能开的车"),
        ("R,,T1", "trips.txt 第 2 行：「service_id」没有填"),
    ],
)
def test_a_wrong_trip_says_where(row: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read(packed({"trips.txt": TRIPS + row}))


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("stop_times", "7:20:00", "7点", "txt 第 2 行 departure_time：「7点」不是时间"),
        ("stop_times", ",B,10", ",Z,10", "第 3 行：stops.txt 里没有这一站：Z"),
        ("stop_times", "7:55", "6:55", "T1 的后一站比前一站早"),
        ("stop_times", "12:00:00,12:00:00", ",", "T3 的第一站没有发车时间"),
        ("stop_times", "B,10", "B,ten", "stop_sequence：「ten」看不懂"),
        ("calendar", "20260831", "2026-8-3", "start_date：「2026-8-3」不是日期"),
        ("calendar", "20270709", "20250709", "end_date 比 start_date 早"),
        ("calendar_dates", ",2\n", ",3\n", "exception_type 只能是 1 或 2"),
        ("fare_attributes", "1.50", "nan", "price：「nan」不是票价"),
        ("stops", "35.19", "nan", "坐标超出范围"),
        ("routes", "R,", '"R,', "引号"),
    ],
)
def test_a_wrong_cell_says_where(file: str, old: str, new: str, why: str) -> None:
    changed = FILES[f"{file}.txt"].replace(old, new)
    with pytest.raises(Invalid, match=why):
        read(packed({f"{file}.txt": changed}))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a zip at all", packed()[:200]])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="打不开这个压缩包"):
        read(data)


def test_a_zip_bomb_is_not_unpacked() -> None:
    with pytest.raises(Invalid, match="解开超过 64 MB"):
        read(packed({"stops.txt": "a" * (MOST_UNPACKED + 1)}))


def test_a_file_in_another_encoding_is_refused() -> None:
    out = io.BytesIO(packed({"stops.txt": None}))
    with ZipFile(out, "a") as archive:
        archive.writestr("stops.txt", FILES["stops.txt"].encode("gb18030"))
    with pytest.raises(Invalid, match=r"stops.txt 不是 UTF-8 编码"):
        read(out.getvalue())


@given(st.data())
def test_a_damaged_zip_is_read_or_refused(data: st.DataObject) -> None:
    feed = bytearray(packed())
    feed[data.draw(st.integers(0, len(feed) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(Invalid):
        assert read(bytes(feed)).runs > 0


@given(st.sets(st.sampled_from(WEEK), min_size=1))
def test_kinds_of_days_cover_exactly_the_weekdays(week: set[Days]) -> None:
    whole = {Days.WORKDAY: WEEK[:5], Days.WEEKEND: WEEK[5:], Days.DAILY: WEEK}
    kinds = kinds_of([day for day in WEEK if day in week])
    covered = [day for kind in kinds for day in whole.get(kind, (kind,))]
    assert sorted(covered) == sorted(week)


@given(st.text(max_size=10))
def test_any_text_is_a_date_and_a_price_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert parse_date(text).strftime("%Y%m%d").lstrip("0") == text.lstrip("0")
    with suppress(ValueError):
        assert 0 <= parse_price(text) <= 100_000
