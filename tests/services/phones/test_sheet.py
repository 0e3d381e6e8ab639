import pytest
from sqlalchemy import func, select

from app.kit.db import Database
from app.kit.errors import Invalid
from app.services.phones.book import book
from app.services.phones.demo import rows
from app.services.phones.models import Entry, EntryKind, Unit
from app.services.phones.sheet import dump, load

pytestmark = pytest.mark.anyio
HEADER = "部门,岗位,姓名,电话,办公时间,地点,类别\n"
BOOK = (
    HEADER
    + "后勤处,,,,8:00-12:00,行政楼,\n"
    + "后勤处/维修中心,抢修,,8880 0110,24小时,,紧急\n"
    + "后勤处/维修中心/水电班,班长,王建国师傅,8880-0113,,后勤楼 105,\n"
    + "后勤处,投诉,,88800315,,,投诉\n"
)


async def put(database: Database, text: str) -> str:
    async with database.session() as db:
        return await load(db, text.encode(), "book.csv")


async def test_the_whole_book_comes_from_one_file(database: Database) -> None:
    assert await put(database, BOOK) == "电话簿换好了，3 个部门，3 个电话"
    loaded = await book.get(database)
    (top,) = loaded.top
    assert [child.path for child in top.children] == ["后勤处 维修中心"]
    assert [line.title for line in loaded.first] == ["抢修", "投诉"]
    crew = top.children[0].children[0]
    assert (crew.place, crew.hours) == ("后勤楼 105", top.hours)
    assert [(line.title, line.number) for line in crew.lines] == [("班长 王师傅", "88800113")]


async def test_a_new_book_replaces_the_old_and_links_stay(database: Database) -> None:
    await put(database, BOOK)
    before = await book.get(database)
    await put(database, HEADER + "新部门,,,88800001,,,\n后勤处/维修中心,,,88800002,,,\n")
    database.forget()
    after = await book.get(database)
    old = {office.path: id for id, office in before.offices.items()}
    new = {office.path: id for id, office in after.offices.items()}
    assert set(new) == {"新部门", "后勤处", "后勤处 维修中心"}
    assert new["后勤处 维修中心"] == old["后勤处 维修中心"]
    assert new["新部门"] not in old.values()


async def test_errors_are_told_by_row_and_nothing_changes(database: Database) -> None:
    await put(database, BOOK)
    with pytest.raises(Invalid) as error:
        await put(
            database,
            HEADER + "后勤处//水电班,,,8880 0110,,,\n处,,,八八,,,\n处,,,88800110,八点,,急\n,,,1,,,",
        )
    lines = str(error.value).split("\n")
    assert [line.split("：")[0] for line in lines] == [
        "第 2 行「部门」",
        "第 3 行「电话」",
        "第 4 行「办公时间」",
        "第 4 行「类别」",
        "第 5 行「部门」",
        "第 5 行「电话」",
    ]
    async with database.session() as db:
        assert await db.scalar(select(func.count()).select_from(Entry)) == 3


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("处,调度,,,,,\n处,,,88800001,,,", "「处」的「调度」没有写电话"),
        ("处,,,88800001,,东楼,\n处,,,88800002,,西楼,", "写了两个地点：「东楼」和「西楼」"),
        ("处,,,,,,", "一个电话也没有，原来的电话簿没动"),
    ],
)
async def test_rows_that_contradict_are_refused(database: Database, rows: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        await put(database, HEADER + rows)


async def test_the_demo_book_survives_out_and_in(filled: Database) -> None:
    columns = [c for c in Entry.__table__.c if c.name != "id"]
    units = select(Unit.id, Unit.name, Unit.parent_id, Unit.hours, Unit.place).order_by(Unit.id)
    async with filled.session() as db:
        before = [(await db.execute(q)).all() for q in (select(*columns).order_by("number"), units)]
        said = await load(db, await dump(db), "电话簿.xlsx")
        after = [(await db.execute(q)).all() for q in (select(*columns).order_by("number"), units)]
    assert after == before
    assert said == "电话簿换好了，34 个部门，90 个电话"


async def test_the_demo_book_is_believable(filled: Database) -> None:
    async with filled.session() as db:
        units = (await db.scalars(select(Unit.name))).all()
        entries = (await db.scalars(select(Entry).order_by(Entry.position))).all()
    numbers = [entry.number for entry in entries]
    assert len(numbers) == len(set(numbers)) == sum(1 for row in rows() if row["number"])
    assert all(number.startswith("8880") and len(number) == 8 for number in numbers)
    assert {"水电班", "幼儿园", "保卫处", "校医院", "车队"} <= set(units)
    keepers = [entry for entry in entries if entry.post.endswith("号楼值班室")]
    assert len(keepers) == 27
    assert next(e.number for e in entries if e.kind == EntryKind.COMPLAINT) == "88800315"
