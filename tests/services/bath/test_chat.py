from datetime import datetime, timedelta
from typing import Any

import pytest

from app.kit.clock import SHANGHAI
from app.kit.errors import NotFound
from app.services.bath.models import Shutdown
from app.services.bath.rules import Sex, Water
from tests.services.bath.conftest import THURSDAY, Add, counter

pytestmark = pytest.mark.anyio
Houses = dict[str, int]


async def text(say: Any, asked: str, at: datetime = THURSDAY) -> str:
    (answer,) = await say(asked, at=at)
    return str(answer.text)


@pytest.fixture
async def counted(houses: Houses, add: Add) -> None:
    south, north = houses["南苑浴室"], houses["北苑浴室"]
    late = THURSDAY - timedelta(minutes=40)
    await add(
        counter(south),
        counter(south, Sex.WOMEN, free=0, water=Water.WARM),
        counter(north, Sex.WOMEN, at=late, water=Water.OFF),
    )


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("asked", ["洗浴", "洗澡", "浴室"])
async def test_all_houses_are_listed_with_places_water_and_age(say: Any, asked: str) -> None:
    assert (await text(say, asked)).splitlines() == [
        "南苑浴室 开到 22:00",
        "男 23 个空位，热水足",
        "女 满了，水温偏低",
        "北苑浴室（女）开到 22:00",
        "23 个空位，没热水（这是 40 分钟前的数）",
        "人数是 2 分钟前的",
    ]


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("asked", "first", "lines"),
    [
        ("洗浴 南苑", "南苑浴室 开到 22:00", 4),
        ("洗浴 男", "南苑浴室（男）开到 22:00", 3),
        ("女浴室", "南苑浴室（女）开到 22:00", 5),
        ("南苑浴室 女", "南苑浴室（女）开到 22:00", 3),
        ("洗澡 南苑 女生", "南苑浴室（女）开到 22:00", 3),
        ("北苑浴室", "北苑浴室（女）开到 22:00", 2),
    ],
)
async def test_a_house_or_a_sex_is_picked(say: Any, asked: str, first: str, lines: int) -> None:
    said = (await text(say, asked)).splitlines()
    assert (said[0], len(said)) == (first, lines)


@pytest.mark.usefixtures("counted")
async def test_every_offer_is_answered(say: Any) -> None:
    (answer,) = await say("洗浴", at=THURSDAY)
    assert [await text(say, offer.words) for offer in answer.offers]
    assert answer.links[0].url == "/h5/bath"


@pytest.mark.usefixtures("counted")
async def test_after_closing_it_says_when_it_opens_next(say: Any) -> None:
    assert (
        await text(say, "洗浴 北苑", THURSDAY.replace(hour=23))
        == "北苑浴室（女）关了，明天 14:00 开"
    )


@pytest.mark.usefixtures("counted")
async def test_on_a_worked_saturday_the_workday_hours_hold(say: Any) -> None:
    swapped = datetime(2026, 10, 10, 13, 0, tzinfo=SHANGHAI)
    assert await text(say, "洗浴 北苑", swapped) == "北苑浴室（女）还没开，今天 14:00 开"


@pytest.mark.usefixtures("counted")
async def test_past_midnight_of_a_weekend_it_is_still_open(say: Any) -> None:
    monday = datetime(2026, 10, 19, 0, 30, tzinfo=SHANGHAI)
    assert (await text(say, "洗浴 北苑", monday)).startswith("北苑浴室（女）开到 1:00")


@pytest.mark.usefixtures("counted")
async def test_yesterdays_figure_is_not_told_today(say: Any) -> None:
    tomorrow = THURSDAY + timedelta(days=1)
    assert (await text(say, "洗浴 北苑", tomorrow)).splitlines()[1] == "人数还没报上来"


async def test_a_closure_of_one_half_is_told_apart(say: Any, houses: Houses, add: Add) -> None:
    south = houses["南苑浴室"]
    ends = THURSDAY + timedelta(days=1)
    closure = Shutdown(house_id=south, sex=Sex.WOMEN, starts=THURSDAY, ends=ends, reason="换热水泵")
    await add(closure, counter(south))
    assert (await text(say, "洗浴 南苑")).splitlines() == [
        "南苑浴室",
        "男 开到 22:00，23 个空位，热水足",
        "女 换热水泵，明天 19:30 再开",
        "人数是 2 分钟前的",
    ]


@pytest.mark.usefixtures("houses")
async def test_an_unknown_house_names_what_there_is(say: Any) -> None:
    with pytest.raises(NotFound, match="没有「月球」这个浴室，有：南苑、北苑"):
        await say("洗浴 月球")
    with pytest.raises(NotFound, match="没有「北苑 男」"):
        await say("洗浴 北苑 男")


@pytest.mark.usefixtures("houses")
async def test_it_passes_on_what_names_no_house(say: Any) -> None:
    assert await say("怎么去浴室") is None


async def test_without_any_house_it_says_so(say: Any) -> None:
    with pytest.raises(NotFound, match="还没有浴室的资料"):
        await say("洗浴")
