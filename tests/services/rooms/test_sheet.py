"""Beds, freshmen and rooms out of spreadsheets, with what is wrong beside its row."""

from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from app.campus.people.models import Person
from app.kit import sheets
from app.kit.db import Database
from app.kit.errors import Invalid
from app.kit.sheets import Column
from app.services.rooms import sheet, sheet_facts, sheet_people
from app.services.rooms.models import Bed, Eligible, Pool, RoomFacts
from tests.services.rooms.dorm import CHIEF, Dorm, build

pytestmark = pytest.mark.anyio


def written(columns: Sequence[Column], *rows: Sequence[str]) -> bytes:
    """A file with these cells, in the order of `columns`."""
    names = [column.name for column in columns]
    return sheets.write(columns, [dict(zip(names, row, strict=False)) for row in rows])


async def beds(dorm: Dorm, *rows: Sequence[str], mine: frozenset[int] | None = None) -> str:
    async with dorm.database.session() as db:
        data = written(sheet.COLUMNS, *rows)
        return await sheet.load(db, CHIEF, dorm.round_id, mine=mine, data=data, name="床.xlsx")


async def people(dorm: Dorm, *rows: Sequence[str]) -> str:
    async with dorm.database.session() as db:
        data = written(sheet_people.COLUMNS, *rows)
        return await sheet_people.load(db, CHIEF, dorm.round_id, data=data, name="人.xlsx")


@pytest.fixture
async def empty(database: Database) -> Dorm:
    """The dormitory, with 202 in no pool."""
    dorm = await build(database, rooms=3)
    async with database.session() as db:
        for bed in await db.scalars(select(Bed).where(Bed.room_id == dorm.rooms[0])):
            await db.delete(bed)
    return dorm


async def test_a_room_goes_into_a_pool_that_is_new(empty: Dorm) -> None:
    assert await beds(empty, ("12号楼 101", "", "研究生 女", "女", "", "硕士")) == (
        "研究生 女：新的池，加 4 张床"
    )
    async with empty.database.session() as db:
        pool = (await db.scalars(select(Pool).where(Pool.name == "研究生 女"))).one()
        count = select(func.count()).where(Bed.pool_id == pool.id)
        assert (pool.sex, pool.level, await db.scalar(count)) == ("女", "硕士", 4)


async def test_some_beds_of_a_room_go_by_their_numbers(empty: Dorm) -> None:
    assert await beds(empty, ("12号楼 101", "1、3号床", "女生")) == "女生：加 2 张床"
    assert await beds(empty, ("12-101", "", "女生")) == "女生：加 2 张床"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("12号楼 101", "", "女生"), ("12号楼 101", "2", "女生")],
         "第 3 行「池」：2号床在上面写过一次"),
        ([("12号楼 102", "", "新的", "女")], "第 2 行「池」：1号床已经在「女生」里"),
        ([("12号楼 999", "", "女生")], "第 2 行「房间」：没有「12号楼 999」"),
        ([("12号楼 101", "9", "女生")], "第 2 行「床」：这间没有「9号床」"),
        ([("12号楼 101", "", "新的")], "「新的」是新的池，写上性别"),
        ([("12号楼 101", "", "女生", "男")], "「女生」已经有了，住的是女"),
        ([("12号楼 101", "", "女生", "哥")], "第 2 行「性别」：只能写"),
        ([("12号楼 101", "", "")], "第 2 行「池」：没有填"),
    ],
)  # fmt: skip
async def test_a_wrong_bed_is_told_by_its_row(
    empty: Dorm, rows: list[Sequence[str]], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        await beds(empty, *rows)


async def test_a_building_of_others_is_refused_by_row(empty: Dorm) -> None:
    with pytest.raises(Invalid, match="第 2 行「房间」：这栋楼不归你管"):
        await beds(empty, ("12号楼 101", "", "女生"), mine=frozenset())


async def test_a_freshman_without_a_pool_gets_the_one_of_their_sex(empty: Dorm) -> None:
    async with empty.database.session() as db:
        db.add(Person(number="26999999", name="新来的", kind="freshman", sex="女"))
    assert await people(empty, ("26999999", "", "")) == "女生：1 人，新加 1 人"
    async with empty.database.session() as db:
        query = select(Eligible.pool_id).join(Person, Person.id == Eligible.person_id)
        assert await db.scalar(query.where(Person.number == "26999999")) == empty.pools[0]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("26990000", "", "女生"), ("26990000", "", "女生")],
         "第 3 行「学号」：26990000 新生0在上面写过一次"),
        ([("26990000", "", "女生"), ("26990000", "", "男生")], "一个人只能在一个池"),
        ([("12345678", "", "女生")], "第 2 行「学号」：名册里没有「12345678」"),
        ([("26990000", "", "男生")], "第 2 行「池」：26990000 新生0是女生，「男生」只住男生"),
        ([("26990000", "新生1", "女生")], "第 2 行「姓名」：名册上 26990000 是新生0"),
        ([("26990000", "", "没有的")], "第 2 行「池」：没有「没有的」这个池"),
    ],
)  # fmt: skip
async def test_a_wrong_freshman_is_told_by_their_row(
    empty: Dorm, rows: list[Sequence[str]], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        await people(empty, *rows)


async def test_two_pools_that_would_do_are_not_guessed_between(empty: Dorm) -> None:
    await beds(empty, ("12号楼 101", "", "女生二", "女"))
    with pytest.raises(Invalid, match="26990000 新生0：有几个池都合适"):
        await people(empty, ("26990000", "", ""))


async def test_moving_to_another_pool_is_counted_as_such(empty: Dorm) -> None:
    await beds(empty, ("12号楼 101", "", "女生二", "女"))
    assert await people(empty, ("26990000", "", "女生二")) == (
        "女生二：1 人，新加 0 人，从别的池来 1 人"
    )


async def test_facts_of_a_room_change_only_what_is_written(empty: Dorm) -> None:
    for row in (("12号楼 101", "1200.5", "朝南", "独卫、阳台"), ("12号楼 101", "", "朝北")):
        async with empty.database.session() as db:
            data = written(sheet_facts.COLUMNS, row)
            await sheet_facts.load(db, None, data, "房.xlsx")
    async with empty.database.session() as db:
        facts = (await db.scalars(select(RoomFacts))).one()
        assert (facts.fen, facts.faces, facts.extras) == (120050, "朝北", ["独卫", "阳台"])


@pytest.mark.parametrize(
    ("made", "columns"),
    [(sheet.template(), sheet.COLUMNS), (sheet_people.template(), sheet_people.COLUMNS),
     (sheet_facts.template(), sheet_facts.COLUMNS)],
    ids=["beds", "people", "facts"],
)  # fmt: skip
def test_the_templates_have_the_columns_that_are_read(
    made: bytes, columns: Sequence[Column]
) -> None:
    plain = [Column(c.title, c.name, str, required=False) for c in columns]
    [first, *_] = sheets.read(made, "x.xlsx", plain)
    assert first[columns[0].name]
