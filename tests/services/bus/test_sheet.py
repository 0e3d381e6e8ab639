import pytest

from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Invalid
from app.kit.sheets import Column, write
from app.services.bus.imports import load
from app.services.bus.network import Network
from app.services.bus.sheet import read
from app.services.bus.timetable import load as load_network
from tests.services.bus.made import at

HEADER = "线路,日子,开始,结束,发车,途经,车辆,备注,临时,票价,电话"
COMMUTER = "通勤线,工作日,2026-08-31,2027-07-09,7:20,图书馆、东校区南门 7:38、行政楼 7:55,2,,,学生 1、教职工 免费、校外 3.5,8880 0126"  # noqa: E501 one row of a sheet
DIRECT = "直达线,周末,2026/8/31,2027年7月9日,8:00、8:40、9:20,图书馆、行政楼,,,,,"
RESTS = "通勤线,工作日,2026-10-12,2026-10-18,停运,,,,修路,,"


def sheet(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


async def take(database: Database, data: bytes, name: str = "班车.csv") -> tuple[str, Network]:
    async with database.session() as db:
        said = await load(db, data, name)
        return said, await load_network(db)


def valid(network: Network) -> list[tuple[str, str, int]]:
    return [(str(t.valid_from), str(t.valid_to), t.priority) for t in network.tables]


@pytest.mark.anyio
async def test_a_sheet_becomes_lines_runs_and_fares(database: Database) -> None:
    said, network = await take(database, sheet(COMMUTER, DIRECT))
    assert said == "2 条线路、4 班车换好了；新站点图书馆、东校区南门、行政楼还没有坐标"
    commuter, direct = network.tables
    assert [call.at for call in commuter.runs[0].calls] == [440, 458, 475]
    assert commuter.runs[0].vehicles == 2
    assert dict(commuter.line.fares) == {"学生": 100, "教职工": 0, "校外": 350}
    assert [run.departure for run in direct.runs] == [480, 520, 560]
    assert [call.at for call in direct.runs[0].calls] == [None, None]


@pytest.mark.anyio
async def test_a_line_that_rests_for_a_week_has_an_empty_temporary_table(
    database: Database,
) -> None:
    _, network = await take(database, sheet(COMMUTER, RESTS))
    assert valid(network) == [("2026-08-31", "2027-07-09", 0), ("2026-10-12", "2026-10-18", 1)]
    assert network.tables[1].runs == ()


@pytest.mark.anyio
async def test_a_new_file_ends_the_old_table_the_day_before(database: Database) -> None:
    await take(database, sheet(COMMUTER, DIRECT))
    later = COMMUTER.replace("2026-08-31", "2027-03-01").replace("7:20", "7:10")
    _, network = await take(database, sheet(later))
    assert valid(network) == [
        ("2026-08-31", "2027-02-28", 0),
        ("2027-03-01", "2027-07-09", 0),
        ("2026-08-31", "2027-07-09", 0),
    ]


@pytest.mark.anyio
async def test_the_same_file_twice_changes_nothing(database: Database) -> None:
    await take(database, sheet(COMMUTER, RESTS))
    _, network = await take(database, sheet(COMMUTER, RESTS))
    assert [len(table.runs) for table in network.tables] == [1, 0]


@pytest.mark.anyio
async def test_a_sheet_of_stops_places_them(database: Database) -> None:
    await take(database, sheet(COMMUTER))
    said, network = await take(
        database, "站点,校区,纬度,经度\n图书馆,南校区,35.19,113.265".encode()
    )
    assert said == "1 个站点的位置换好了"
    assert network.stops[0].campus == "南校区"
    assert network.stops[0].latitude == 35.19


@pytest.mark.anyio
async def test_a_wrong_file_leaves_the_old_tables(database: Database) -> None:
    await take(database, sheet(COMMUTER))
    with pytest.raises(Invalid):
        await take(
            database, sheet(COMMUTER.replace("7:20", "7:10"), DIRECT.replace("8:40", "八点"))
        )
    async with database.session() as db:
        assert (await load_network(db)).tables[0].runs[0].departure == 440


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (COMMUTER.replace("工作日", "上学日"), "第 2 行「日子」：「上学日」看不懂，可写：工作日、"),
        (COMMUTER.replace("2026-08-31", "2026-02-30"), "第 2 行「开始」：「2026-02-30」不是日期"),
        (COMMUTER.replace(",7:20,", ",七点,"), "第 2 行「发车」：「七点」不是时间，写成 7:30"),
        (COMMUTER.replace(",7:20,", ",,"), "第 2 行「发车」：没有填"),
        (COMMUTER.replace("7:55,2,", "7:55,5,"), "第 2 行「车辆」：写 1 到 4"),
        (COMMUTER.replace("免费", "随意"), "第 2 行「票价」"),
        (COMMUTER.replace("7:55", "7:35"), "通勤线 7:20：后一站比前一站早，过了零点写 24:10"),
        (COMMUTER.replace(",7:20,", ",7:20、7:40,"), "一行只能有一个发车时间"),
        (COMMUTER.replace("图书馆、", "图书馆 7:15、"), "第一站的时间和「发车」不一样"),
        (COMMUTER.replace("2027-07-09", "2026-07-09"), "「结束」比「开始」早"),
        (DIRECT.replace("图书馆、行政楼", "图书馆"), "第 2 行「途经」：至少写两站"),
        (DIRECT.replace("图书馆、行政楼", ""), "直达线 8:00、8:40、9:20：「途经」没有填"),
        (DIRECT.replace("图书馆", "很长" * 30), "最多 40 个字"),
    ],
)
def test_a_wrong_row_is_told(row: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(sheet(row), "班车.csv")
    assert why in str(refused.value)


def test_all_wrong_rows_are_told_at_once() -> None:
    rows = [COMMUTER.replace(",7:20,", ",七点,"), DIRECT.replace("周末", "啥时候")]
    with pytest.raises(Invalid, match=r"(?s)第 2 行.*第 3 行"):
        read(sheet(*rows), "班车.csv")


def test_two_tables_for_the_same_days_may_not_overlap() -> None:
    with pytest.raises(Invalid, match="通勤线：同样的日子有两张表，2026-09-30 起重叠"):
        read(sheet(COMMUTER, COMMUTER.replace("2026-08-31", "2026-09-30")), "班车.csv")


def test_a_sheet_without_rows_is_refused() -> None:
    with pytest.raises(Invalid, match="表里没有班次"):
        read(sheet(), "班车.csv")


def test_a_workbook_with_real_dates_and_times_is_read() -> None:
    titles = HEADER.split(",")
    columns = [Column(title, title) for title in titles]
    start = at("2026-08-31 00:00").replace(tzinfo=None)
    cells = [*COMMUTER.split(",")[:2], start, start.replace(year=2027)]
    cells += [clock.now().time().replace(hour=7, minute=20, second=0, microsecond=0)]
    row = dict(zip(titles, [*cells, *COMMUTER.split(",")[5:]], strict=True))
    table = read(write(columns, [row]), "班车.xlsx").lines["通勤线"].tables[0]
    assert (str(table.first), str(table.last)) == ("2026-08-31", "2027-08-31")
    assert table.runs[0].departure == 440
