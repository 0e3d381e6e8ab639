from typing import Any

import pytest

from app.kit.answers import Say
from app.kit.errors import Invalid, NotFound
from app.services.electricity import words
from app.services.electricity.rooms import Account
from app.services.electricity.rules import Circuit, State
from tests.services.electricity.conftest import NOW, TOPUP, Read, days, reading

pytestmark = pytest.mark.anyio
LIGHT = {"circuit": Circuit.LIGHTING, "balance_fen": 4620}


async def text(say: Any, asked: str) -> str:
    answer = await say(asked, at=NOW)
    assert isinstance(answer[0], Say)
    return answer[0].text


@pytest.mark.parametrize(
    "asked",
    [
        "电费 3号楼 501",
        "电费3-501",
        "3号楼501电费",
        "电量 三号楼501室",
        "３号楼 501",
        "查电费 3#501",
    ],
)
async def test_a_room_is_understood_however_it_is_written(say: Any, read: Read, asked: str) -> None:
    await read(reading(days=days()), reading(**LIGHT, days=days((4000,) * 14)))
    said = await text(say, asked)
    assert said == "3号楼 501 今早 6:00\n空调 8.40 元，后天用完\n照明 46.20 元"


async def test_the_answer_offers_days_and_payments_and_their_words_are_answered(
    say: Any, read: Read
) -> None:
    await read(reading(days=days(), topups=[TOPUP]))
    (answer,) = await say("电费 3号楼 501", at=NOW)
    assert [offer.title for offer in answer.offers] == ["看每天用量", "看充值记录"]
    by_day, payments = [await text(say, offer.words) for offer in answer.offers]
    assert by_day.splitlines()[1] == "10月9日 空调 6.1 度"
    assert "10月6日 空调 0.6 度（国庆节）" in by_day
    assert payments.splitlines()[1] == "9月28日 19:42 空调 微信充值 50.00 元，充后 61.30 元"
    assert "王小明" not in payments


@pytest.mark.parametrize("asked", ["电费", "用电", "充值记录"])
async def test_without_a_room_it_asks_with_an_example_that_works(
    say: Any, read: Read, asked: str
) -> None:
    await read(reading(days=days(), topups=[TOPUP]))
    question = await text(say, asked)
    example = question.split("「")[1].rstrip("」")
    assert example.startswith(asked)
    assert "3号楼 501" in await text(say, example)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"state": State.ARREARS, "balance_fen": -320}, "空调欠费 3.20 元，停了，充值后来电"),
        ({"balance_fen": -5}, "空调欠费 0.05 元，随时会停，早点充值"),
        ({"balance_fen": 0}, "空调欠费，随时会停，早点充值"),
        (
            {"state": State.OVERLOAD},
            "空调 8.40 元，负载太高断开了，拔掉大功率电器，再打 24 小时抢修送电",
        ),
        ({"balance_fen": 50}, "空调 0.50 元，可能已经用完"),
        ({"days": []}, "空调 8.40 元，不多了"),
    ],
)
async def test_trouble_says_what_to_do(
    say: Any, read: Read, changes: dict[str, Any], line: str
) -> None:
    await read(reading(**{"days": days(), **changes}))
    assert (await text(say, "电费 3号楼 501")).splitlines()[1] == line


async def test_an_older_figure_of_one_circuit_says_its_own_time(say: Any, read: Read) -> None:
    older = NOW.replace(day=8, hour=18, minute=30)
    await read(reading(days=days()), reading(**LIGHT, read_at=older))
    assert (await text(say, "电费 3号楼 501")).endswith("照明 46.20 元（10月8日 18:30 的数）")


async def test_a_room_without_meters_says_so(say: Any, room: Any) -> None:
    assert await text(say, "电费 3号楼 502") == "3号楼 502 的电表还没接上，接上以后在这里就能查"
    assert "还没有每天的用量" in await text(say, "用电 3号楼 502")
    assert "还没有充值记录" in await text(say, "充值记录 3号楼 502")


async def test_an_unknown_room_names_what_there_is(say: Any, room: Any) -> None:
    with pytest.raises(NotFound, match="501"):
        await say("电费 3号楼 999")
    with pytest.raises(Invalid, match="没看懂「12」"):
        await say("电费 12")


@pytest.mark.parametrize("asked", ["怎么交电费", "我 3 天前交了电费", "8880 0110"])
async def test_it_passes_on_what_names_no_room(say: Any, room: Any, asked: str) -> None:
    answers = await say(asked) or []
    assert not any("电费" in part.text for part in answers)


def test_nobody_answering_and_nothing_known_says_when_to_come_back() -> None:
    said = words.balance(Account("3号楼 501", 4, [], answered=False), NOW)
    assert said.text == "电表那边没回话，3号楼 501 也没有以前的数，过几分钟再问"
