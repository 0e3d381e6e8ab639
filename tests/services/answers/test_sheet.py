"""Rules in and out as spreadsheets."""

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.campus.people.me import Me
from app.kit.db import Database
from app.kit.errors import Invalid
from app.services.answers import sheet
from app.services.answers.demo import fill
from app.services.answers.models import Row

pytestmark = pytest.mark.anyio
ME = Me(1, None, name="陈悦")
HEAD = "怎么匹配,同学发的话,答复,几点起,到几点,哪些日子,优先,启用,备注\n"


async def put(database: Database, *rows: str, encoding: str = "utf-8") -> str:
    data = (HEAD + "\n".join(rows)).encode(encoding)
    async with database.session() as db:
        return await sheet.put(db, data, "答复.csv", ME)


async def rules(database: Database) -> list[Row]:
    async with database.session() as db:
        return list(await db.scalars(select(Row).order_by(Row.id)))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
async def test_new_ones_are_added_and_known_ones_changed(database: Database, encoding: str) -> None:
    first = await put(database, "就是这句,补卡、一卡通,去3号窗,,,,,,", encoding=encoding)
    again = await put(
        database,
        "就是这句,一卡通、补卡,去5号窗,,,,2,否,改窗口",
        "话里有,停电,打电话,22:00,06:00,周五、周六,,,",
    )
    assert (first, again) == ("新增 1 条，更新 0 条，没变 0 条", "新增 1 条，更新 1 条，没变 0 条")
    card, power = await rules(database)
    assert (card.priority, card.enabled, card.note, card.changed_by) == (2, False, "改窗口", "陈悦")
    assert (power.days, f"{power.opens:%H:%M}", power.enabled) == ("45", "22:00", True)


async def test_what_goes_out_comes_in_again_unchanged(database: Database) -> None:
    async with database.session() as db:
        await fill(db)
    async with database.session() as db:
        saved = await sheet.dump(db)
        assert await sheet.put(db, saved, "全部.xlsx", ME) == "新增 0 条，更新 0 条，没变 4 条"
    cells = str(list(load_workbook(io.BytesIO(saved)).worksheets[0].values))
    assert "新生报到五步走" in cells


async def test_the_template_is_taken(database: Database) -> None:
    async with database.session() as db:
        assert "新增 2 条" in await sheet.load(db, sheet.template(), "模板.xlsx")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("随便,补卡,去,,,,,,", "第 2 行「怎么匹配」：写就是这句、话里有、句式之一"),
        ("句式,(水+)+,去,,,,,,", "第 1 条「同学发的话」：括号后面只能用 ?"),
        ("就是这句,补卡,,,,,,,", "第 1 条「答复」：写一句答复"),
        ("就是这句,补卡,去,,,周八,,,", "「哪些日子」：写「工作日」「休息日」"),
        ("就是这句,补卡,去,9点,,,,,", "第 1 条「几点起」：这个时间写得不对"),
        ("", "表里没有规则"),
    ],
)
async def test_what_is_wrong_is_told_and_nothing_written(
    database: Database, row: str, says: str
) -> None:
    with pytest.raises(Invalid, match=says.replace("?", r"\?")):
        await put(database, row)
    assert await rules(database) == []
