"""What the account answers, on the demo campus."""

from collections.abc import Awaitable, Callable

import pytest

from app.kit.answers import Say
from app.kit.chat import Ask, Kind
from app.kit.errors import NotFound
from tests.services.bus.made import at

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("buses")]
WHY = "今天周六，但国庆调休要上班，按工作日发车"
SWAPPED = "2026-10-10 17:17:24"
Asking = Callable[..., Awaitable[list[Say] | None]]


async def told(say: Asking, words: str, when: str = SWAPPED) -> str:
    """The text of the one answer."""
    (answer,) = await say(words, at=at(when)) or [Say("")]
    return "\n".join([answer.text, *(offer.title for offer in answer.offers)])


async def test_the_next_run_of_each_direction_is_told_with_digits(say: Asking) -> None:
    (answer,) = await say("班车", at=at(SWAPPED)) or []
    assert answer.text == "今天周六，但国庆调休要上班，按工作日发车"
    assert answer.offers[0].title == "南校区 → 北校区 17:30，还有 12 分钟"
    assert answer.offers[0].words == "南校区到北校区"
    assert answer.links[0].url == "/h5/bus"


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("班车 南校区", "南校区 → 北校区 17:30，还有 12 分钟"),
        ("班车 tushuguan", "图书馆 → 北校区 17:30，还有 12 分钟"),
        ("校车 东区", "东校区 → 北校区 17:48，还有 30 分钟"),
        ("去北校区的班车", "南校区 → 北校区 17:30，还有 12 分钟"),
        ("南校区到北校区", "17:30 从图书馆开，18:05 到行政楼，还有 12 分钟"),
        ("从南校区去北校区", "17:30 从图书馆开，18:05 到行政楼，还有 12 分钟"),
        ("末班车", "今天的末班车："),
        ("图书馆到行政楼末班车", "今天从图书馆到行政楼的末班：22:00"),
        ("首班车", "今天的首班车："),
        ("明天 班车", "明天的班车："),
        ("后天班车", "后天的班车："),
        ("10月1日 班车", "10月1日 周四的班车："),
        ("班车 火车站", "今天没有车，下一趟："),
        ("班车 门", "「门」有几处，是哪一个："),
        ("南校区到火车站", "从南校区到火车站，今天没有班车，下一趟是 10月17日 周六 8:45"),
        ("火车站到附属医院", "从火车站没有直达附属医院的班车"),
    ],
)
async def test_a_question_is_answered(say: Asking, words: str, first: str) -> None:
    rows = (await told(say, words)).split("\n")
    assert first == next(row for row in rows if row != WHY)


@pytest.mark.parametrize(
    ("words", "when", "row"),
    [
        ("周六 班车", "2026-10-15 08:00", "北校区 → 火车站 8:20 到 13:20，2 班"),
        ("班车", "2026-10-17 07:00", "北校区 → 火车站 8:20，还有 1 小时 20 分"),
        ("班车", "2026-10-02 10:00", "今天周五，国庆节放假，按假期班次发车"),
        ("班车", "2026-12-09 08:00", "东环路修路，不经东校区，通勤线到 12月13日按临时班次发车"),
        ("班车", "2026-10-11 23:00", "今天的车都发完了，下一趟："),
        ("班车", "2026-10-11 23:00", "南校区 → 北校区 明天 6:50"),
        ("首班车", SWAPPED, "南校区 → 北校区 6:50 已发，下次是明天 7:40"),
        ("南校区到北校区", "2026-10-10 21:30", "这是今天的末班"),
        ("南校区到北校区", "2026-10-10 07:20", "3 辆车"),
        (
            "三号教学楼到图书馆",
            "2026-10-13 00:05",
            "0:16 从三号教学楼开，0:20 到图书馆，还有 11 分钟",
        ),
        ("班车", "2027-09-01 08:00", "今天的班次还没公布"),
        ("班车", "2027-02-01 10:00", "今天周一，寒假里，按假期班次发车"),
    ],
)
async def test_an_answer_depends_on_the_day(say: Asking, words: str, when: str, row: str) -> None:
    assert row in (await told(say, words, when)).split("\n")


async def test_after_the_last_bus_tomorrows_first_is_told(say: Asking) -> None:
    text = await told(say, "南校区到北校区", "2026-10-10 22:50")
    assert text.startswith("从南校区到北校区今天没车了，末班 22:00 已发，下一趟是明天 7:40")


@pytest.mark.parametrize("words", ["班车 月球", "从南校区去月球", "月球到南校区"])
async def test_an_unknown_stop_names_the_choices(say: Asking, words: str) -> None:
    with pytest.raises(NotFound, match="没有「月球」这一站，可选：南校区、"):
        await say(words, at=at(SWAPPED))


@pytest.mark.parametrize(
    "words", ["我要投诉班车司机", "东西什么时候到货", "去北京怎么走", "到", "从门到窗都坏了"]
)
async def test_other_peoples_words_are_left_alone(say: Asking, words: str) -> None:
    assert await say(words, at=at(SWAPPED)) is None


async def test_each_offer_leads_to_an_answer(say: Asking) -> None:
    for words in ("班车", "班车 门", "南校区到北校区", "明天 班车", "图书馆到行政楼末班车"):
        (answer,) = await say(words, at=at(SWAPPED)) or []
        for offer in answer.offers:
            assert await told(say, offer.words), offer


async def test_a_location_gives_the_nearest_stops(say: Asking) -> None:
    ask = Ask("alice", at(SWAPPED), Kind.LOCATION, latitude=35.1905, longitude=113.2650)
    (answer,) = await say(ask) or []
    assert answer.text.split("\n")[:3] == [
        "离你最近的站：",
        "图书馆 40 米：17:30 去北校区",
        "三号教学楼 370 米：17:25 去东校区",
    ]
    assert answer.offers[0].words == "班车 图书馆"


async def test_texts_fit_a_message(say: Asking) -> None:
    for words in ("班车", "首班车", "后天 南校区到北校区"):
        assert len((await told(say, words)).encode()) < 1500
