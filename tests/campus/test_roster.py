"""The roster in and out."""

import io
import time
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from app.campus.people import roster
from app.campus.people.binding import Claim, Outcome, bind
from app.campus.people.lookup import person_of
from app.campus.people.models import Person, PersonKind
from app.campus.people.roster import Report
from app.campus.people.roster_columns import columns
from app.kit import clock, sheets
from app.kit.db import Database
from app.kit.errors import Conflict, Invalid
from tests.people import Somebody

pytestmark = pytest.mark.anyio
HEAD = "学号/工号,姓名,身份,性别,学院,年级,班级,手机,宿舍,有效期,身份证后六位"
LIN = "S1,林晓雨,学生,女,能源学院,2024,能源2401,13800000000,3号楼 501,2028-07-01,123456"


def sheet(*rows: str, head: str = HEAD, encoding: str = "utf-8") -> bytes:
    return "\n".join([head, *rows]).encode(encoding)


async def put(database: Database, *rows: str, sure: bool = True, **kind: Any) -> Report:
    async with database.session() as db:
        return await roster.put(db, sheet(*rows, **kind), "名册.csv", sure=sure)


async def find(database: Database, number: str) -> Person:
    async with database.session() as db:
        found = await db.scalar(select(Person).where(Person.number == number))
    assert found is not None
    return found


async def test_a_person_comes_in_with_all_that_the_row_says(
    database: Database, people: dict[str, Somebody]
) -> None:
    report = await put(database, LIN, "T1,何老师,教师,,,,,,,,")
    assert (report.new, report.leaving) == (2, 4)  # the fixture's students and teachers left
    lin = await find(database, "S1")
    assert (lin.name, lin.kind, lin.sex, lin.class_name) == ("林晓雨", "student", "女", "能源2401")
    assert (lin.room_id, lin.valid_until) == (people["alice"].room_id, date(2028, 7, 1))
    async with database.session() as db:
        claim = Claim("s1", "林晓雨", "123456")
        assert await bind(db, database, "o-charlie", claim, clock.now()) is Outcome.BOUND


async def test_a_second_file_updates_marks_leavers_of_its_kinds_and_brings_back(
    database: Database,
) -> None:
    await put(database, "S1,甲,学生,,,,,,,,", "S2,乙,学生,,,,,,,,", "T1,丙,教师,,,,,,,,")
    assert await put(database, "S1,甲甲,学生,,,,,,,,", "S3,丁,学生,,,,,,,,") == Report(1, 1, 1, 0)
    assert (await find(database, "S2")).gone_at is not None
    assert (await find(database, "T1")).gone_at is None
    assert (await find(database, "S1")).name == "甲甲"
    all_three = ("S1,甲甲,学生,,,,,,,,", "S2,乙,学生,,,,,,,,", "S3,丁,学生,,,,,,,,")
    again = await put(database, *all_three)
    assert again == Report(0, 1, 0, 2)
    assert (await find(database, "S2")).gone_at is None


async def test_an_administrator_whom_the_roster_forgot_stays(
    database: Database, people: dict[str, Somebody]
) -> None:
    report = await put(database, "20260009,operator,职工,,,,,,,,")
    assert (report.leaving, report.kept) == (4, 1)
    assert str(report).endswith("；表里没有的管理员 1 人留着，要走先收回角色")
    assert (await find(database, "20260010")).gone_at is None
    assert (await find(database, "20260004")).gone_at is not None


async def test_an_empty_cell_leaves_what_is_known_and_none_empties_it(
    database: Database, people: dict[str, Somebody]
) -> None:
    await put(database, LIN)
    assert await put(database, "S1,林晓雨,学生,,,,,,,,") == Report(0, 0, 0, 1)
    assert (await find(database, "S1")).secret is not None
    await put(database, "S1,林晓雨,学生,无,无,,,无,无,无,")
    lin = await find(database, "S1")
    assert (lin.sex, lin.college, lin.phone) == ("", "", "")
    assert (lin.room_id, lin.valid_until) == (None, None)
    assert (lin.grade, lin.secret is None) == ("2024", False)


async def test_a_preview_counts_and_writes_nothing(database: Database) -> None:
    await put(database, "S1,甲,学生,,,,,,,,")
    async with database.session() as db:
        report = await roster.preview(db, sheet("S2,乙,学生,,,,,,,,"), "名册.csv")
    assert report == Report(1, 0, 1, 0)
    async with database.session() as db:
        people = [(p.number, p.gone_at) for p in await db.scalars(select(Person))]
    assert people == [("S1", None)]


async def test_every_wrong_cell_is_told_by_its_row(
    database: Database, people: dict[str, Somebody]
) -> None:
    rows = [
        "S1,甲,学生,,,,,,,,", ",乙,学生,,,,,,,,", "S1,丙,学生,,,,,,,,", "S4,,学生,,,,,,,,",
        "S5,戊,校长,X,,,,abc,3号楼 999,明天,12", "s1,己,学生,,,,,,,,",
    ]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        await put(database, *rows)
    told = str(refused.value).splitlines()
    assert told[0] == "第 3 行「学号/工号」：没有填"
    assert told[1] == "第 4 行「学号/工号」：「S1」前面已经有一行"
    assert told[2] == "第 5 行「姓名」：没有填"
    assert [line.split("「")[1].split("」")[0] for line in told[3:9]] == [
        "身份", "性别", "手机", "宿舍", "有效期", "身份证后六位",
    ]  # fmt: skip
    assert told[9] == "第 7 行「学号/工号」：「S1」前面已经有一行"


@pytest.mark.parametrize("written", ["2026-09-01", "2026/9/1", "20260901", "2026年9月1日", "46266"])
async def test_a_day_is_read_however_it_is_written(database: Database, written: str) -> None:
    await put(database, f"S1,甲,学生,,,,,,,{written},")
    assert (await find(database, "S1")).valid_until == date(2026, 9, 1)


async def test_a_sheet_gives_dates_numbers_and_formulas_as_they_are(database: Database) -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.append(HEAD.split(","))
    page.append([20240136, "林晓雨", "学生", None, "能源", 2024, None, 13800000000, None,
                 datetime(2026, 9, 1), 12345])  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    async with database.session() as db:
        await roster.load(db, out.getvalue(), "名册.xlsx")
    lin = await find(database, "20240136")
    assert (lin.grade, lin.phone, lin.valid_until) == ("2024", "13800000000", date(2026, 9, 1))


async def test_a_formula_stays_text_in_and_is_quoted_out(database: Database) -> None:
    await put(database, "S1,=cmd|' /C calc'!A0,学生,,,,,,,,")
    assert (await find(database, "S1")).name == "=cmd|' /C calc'!A0"
    async with database.session() as db:
        rows = sheets.read(await roster.export(db), "x.xlsx", columns({}))
    assert rows[0]["name"] == "=cmd|' /C calc'!A0"


async def test_a_file_from_an_old_spreadsheet_is_read(database: Database) -> None:
    await put(database, "S1,林晓雨,学生,女,,,,,,,", encoding="gb18030")
    assert (await find(database, "S1")).name == "林晓雨"


async def test_more_than_ten_megabytes_are_refused(database: Database) -> None:
    with pytest.raises(Invalid, match="10 MB"):
        await put(database, "S1,甲,学生,,,,,,,," + " " * 10_500_000)


async def test_a_part_of_a_file_does_not_send_everybody_away(database: Database) -> None:
    await put(database, *(f"S{n},某人,学生,,,,,,,," for n in range(50)))
    with pytest.raises(Conflict, match="有 49 人要离校"):
        await put(database, "S1,某人,学生,,,,,,,,", sure=False)
    assert (await find(database, "S2")).gone_at is None
    assert (await put(database, "S1,某人,学生,,,,,,,,")).leaving == 49


async def test_what_went_out_comes_in_again_unchanged(
    database: Database, people: dict[str, Somebody]
) -> None:
    await put(database, LIN, "F1,周子墨,新生,,,,,,,,")
    async with database.session() as db:
        data = await roster.export(db)
    assert b"123456" not in data
    async with database.session() as db:
        report = await roster.preview(db, data, "名册.xlsx")
    assert (report.new, report.changed, report.leaving) == (0, 0, 0)
    assert report.unchanged > 2


async def test_the_template_has_the_columns() -> None:
    with pytest.raises(Invalid, match="没有人"):
        await roster.load(_nobody(), roster.template(), "名册.xlsx")


def _nobody() -> Any:
    """A session that knows no rooms."""

    class Session:
        async def execute(self, query: object) -> list[Any]:
            return []

    return Session()


@pytest.mark.slow
async def test_twenty_thousand_come_in_with_progress_and_again_as_nothing_new(
    database: Database,
) -> None:
    rows = [f"{n},某人,学生,女,能源学院,2024,,,,2028-07-01,{n % 10**6:06}" for n in range(20_000)]
    data, steps = sheet(*rows).replace(b"\n", b"\nN"), list[tuple[int, int]]()
    for number, expected in ((1, Report(20_000, 0, 0, 0)), (2, Report(0, 0, 0, 20_000))):
        begun = time.monotonic()
        async with database.session() as db:
            report = await roster.put(
                db, data, "n.csv", progress=lambda done, of: steps.append((done, of))
            )
        print(f"import {number} of 20,000: {time.monotonic() - begun:.1f} s")  # noqa: T201 a figure to read
        assert report == expected
    assert steps[0] == (1000, 20_000)
    assert steps[-1] == (20_000, 20_000)


async def test_a_leaver_keeps_the_binding_but_has_no_rights_and_no_room(
    database: Database, people: dict[str, Somebody]
) -> None:
    async with database.session() as db:
        await roster.put(db, sheet("S9,某人,学生,,,,,,,,"), "名册.csv", sure=True)
        me = await person_of(db, "o-alice", clock.now())
    assert (me.person_id, me.rights, me.room_id) == (people["alice"].person_id, (), None)
    assert PersonKind(me.kind) is PersonKind.STUDENT
