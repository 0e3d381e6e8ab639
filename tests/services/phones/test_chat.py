from datetime import datetime

import pytest

from app.kit.answers import Say
from app.kit.clock import SHANGHAI
from app.kit.db import Database
from app.services.phones.book import book
from app.services.phones.sheet import load
from tests.conftest import Say as Ask

pytestmark = pytest.mark.anyio
# A Saturday that is worked for the National Day holiday; the Sunday after is free.
EVENING = datetime(2026, 10, 10, 19, 5, tzinfo=SHANGHAI)
HEAD = "后勤管理处 维修中心"


async def said(say: Ask, words: str) -> Say:
    parts = await say(words, at=EVENING)
    assert parts is not None
    (part,) = parts
    assert isinstance(part, Say)
    return part


async def test_emergency_and_complaint_numbers_come_first(filled: Database, say: Ask) -> None:
    answer = await said(say, "电话")
    assert answer.text.startswith("24 小时抢修 88800110\n校园报警 88800119\n急诊 88800120\n投诉")
    assert [offer.title for offer in answer.offers] == ["后勤管理处", "保卫处", "校医院"]


@pytest.mark.parametrize(
    "words", ["电话 维修", "维修电话", "电话 wx", "电话 weixiu", "维修中心的电话"]
)
async def test_a_department_is_found_by_part_of_its_name_and_sound(
    filled: Database, say: Ask, words: str
) -> None:
    answer = await said(say, words)
    assert answer.text.startswith(HEAD)
    assert "现在下班了，周一 8:00 上班" in answer.text
    assert "24 小时抢修 88800110" in answer.text
    assert [offer.title for offer in answer.offers] == ["水电班", "木工班", "空调班", "电梯班"]


@pytest.mark.parametrize("words", ["电话 hq", "后勤处电话", "后勤处的电话是多少"])
async def test_a_shortened_name_is_understood(filled: Database, say: Ask, words: str) -> None:
    assert (await said(say, words)).text.startswith("后勤管理处\n")


@pytest.mark.parametrize(
    "words", ["谁的电话 88800126", "电话 0126", "8880 0126", "88800126是谁的电话"]
)
async def test_a_number_tells_whose_it_is(filled: Database, say: Ask, words: str) -> None:
    text = (await said(say, words)).text
    assert text.startswith("后勤管理处 运输中心 车队 调度\n88800126")
    assert text.endswith("现在有人，到 22:30")


async def test_a_number_that_is_not_ours_is_left_to_others(filled: Database, say: Ask) -> None:
    assert await say("20240036", at=EVENING) is None


@pytest.mark.parametrize("words", ["电话 3号楼", "三号楼电话", "公寓中心3号楼电话"])
async def test_building_3_is_not_building_13(filled: Database, say: Ask, words: str) -> None:
    assert "88800203" in (await said(say, words)).text


async def test_several_are_listed_with_offers_to_narrow(filled: Database, say: Ask) -> None:
    answer = await said(say, "食堂电话")
    assert "一食堂 88800143（饮食中心）" in answer.text
    assert "清真食堂" in [offer.title for offer in answer.offers]


async def test_more_than_eight_lead_to_the_page(filled: Database, say: Ask) -> None:
    answer = await said(say, "电话 值班")
    assert answer.text.count("8880") == 8
    assert "一共 38 个" in answer.text
    assert answer.links[0].url == "/h5/phones?q=%E5%80%BC%E7%8F%AD"


async def test_every_department_is_reached_by_its_path(filled: Database, say: Ask) -> None:
    for office in (await book.get(filled)).offices.values():
        assert (await said(say, f"电话 {office.path}")).text.split("\n")[0] == office.path


async def test_two_departments_of_one_name_are_offered_apart(filled: Database, say: Ask) -> None:
    answer = await said(say, "电话 综合科")
    assert answer.text.split("\n") == [
        "综合科 88800103（后勤管理处）",
        "综合科 蒋科长 88800191（保卫处）",
    ]
    assert answer.offers[0].words == "电话 后勤管理处 综合科"
    assert (await said(say, answer.offers[0].words)).text.startswith("后勤管理处 综合科\n")


async def test_a_misspelling_gets_the_nearest_and_the_urgent_numbers(
    filled: Database, say: Ask
) -> None:
    answer = await said(say, "电话 为修中心")
    assert answer.offers[0].words == "电话 维修中心"
    assert "急事先打：\n24 小时抢修 88800110" in answer.text


async def test_nonsense_gets_the_urgent_numbers(filled: Database, say: Ask) -> None:
    answer = await said(say, "电话 月球")
    assert answer.text.startswith("没找到「月球」")
    assert "88800110" in answer.text
    assert answer.offers == ()


async def test_an_empty_book_says_so(say: Ask) -> None:
    assert "还是空的" in (await said(say, "电话")).text
    assert "没找到「维修」" in (await said(say, "电话 维修")).text


async def test_full_names_are_not_told(database: Database, say: Ask) -> None:
    async with database.session() as db:
        await load(db, "部门,姓名,电话\n维修中心,王建国师傅,88800113".encode(), "book.csv")
    answer = await said(say, "电话 维修")
    assert "王师傅" in answer.text
    assert "建国" not in answer.text
