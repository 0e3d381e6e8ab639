"""What the chat and the pages say: one's own building first."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from app.kit import clock
from app.kit.answers import Say
from app.kit.chat import Ask
from app.kit.db import Database
from app.kit.words import normalise
from app.services.outages.mine import rows
from tests.conftest import Say as Speak
from tests.people import Somebody
from tests.services.outages.conftest import Write

pytestmark = pytest.mark.anyio
PhoneOf = Callable[[str], httpx.AsyncClient]


async def heard(say: Speak, words: str, who: str = "o-alice") -> str:
    parts = await say(Ask(who, clock.now(), text=normalise(words), raw=words))
    assert parts is not None
    assert isinstance(parts[0], Say)
    return parts[0].text


@pytest.mark.usefixtures("houses")
@pytest.mark.parametrize(
    ("words", "what"), [("停水", "停水"), ("停电", "停电"), ("停水停电", "停水停电")]
)
async def test_nothing_off_is_said_with_the_number_to_call(
    say: Speak, words: str, what: str
) -> None:
    assert f"没有{what}" in (answer := await heard(say, words, "o-charlie"))
    assert "8880 0110" in answer


async def test_mine_comes_first_and_in_full(say: Speak, write: Write) -> None:
    await write(places="4号楼", reason="水箱清洗")
    await write(places="3号楼", reason="换水表")
    answer = await heard(say, "停水")
    assert answer.startswith("3号楼 停水，预计")
    assert "原因：换水表" in answer
    assert answer.index("别处") < answer.index("4号楼")
    assert "水箱清洗" not in answer


async def test_who_lives_elsewhere_is_told_so(say: Speak, write: Write) -> None:
    await write(places="4号楼")
    assert (await heard(say, "停水")).startswith("3号楼没有停水的安排")


async def test_power_is_not_water(say: Speak, write: Write) -> None:
    await write(kind="water", places="3号楼")
    assert "没有停电" in await heard(say, "停电")
    assert "停水" in await heard(say, "停水停电")


@pytest.mark.parametrize(
    "words", ["4号楼停水", "4号楼今天停水吗", "今天停水吗", "什么时候来水", "没水了"]
)
async def test_questions_in_other_words_are_understood(
    say: Speak, write: Write, words: str
) -> None:
    await write(places="4号楼", reason="水箱清洗")
    assert "4号楼 停水" in await heard(say, words, "o-charlie")


async def test_a_room_next_door_is_not_mine(say: Speak, write: Write) -> None:
    await write(places="3号楼 502")
    assert (await heard(say, "停水", "o-bob")).startswith("3号楼 502 停水")
    assert (await heard(say, "停水", "o-alice")).startswith("3号楼没有")


async def test_the_page_shows_mine_before_the_rest(phone_of: PhoneOf, write: Write) -> None:
    await write(places="4号楼", reason="水箱清洗")
    await write(places="3号楼", reason="换水表")
    async with phone_of("alice") as phone:
        page = (await phone.get("/h5/outages")).text
    assert page.index("换水表") < page.index("别处") < page.index("4号楼")
    assert "来水</h1>" in page


async def test_anybody_may_look(client: httpx.AsyncClient, write: Write) -> None:
    number = await write(clock.now() + timedelta(days=1), places="3号楼", kind="power")
    page = await client.get("/h5/outages")
    assert page.status_code == 200
    assert "停电" in page.text
    one = await client.get(f"/h5/outages/{number}")
    assert "先给手机充上电" in one.text
    assert (await client.get("/h5/outages/99")).status_code == 404


async def test_an_empty_page_has_the_number(client: httpx.AsyncClient) -> None:
    page = (await client.get("/h5/outages")).text
    assert "哪儿都没停" in page
    assert "88800110" in page


async def test_my_page_shows_a_cut_at_home(
    database: Database, write: Write, people: dict[str, Somebody]
) -> None:
    number = await write(places="3号楼 501")
    [row] = await rows(database, people["alice"].room_id, clock.now())
    assert (row.title, row.href) == ("你那儿停水", f"/h5/outages/{number}")
    assert await rows(database, people["bob"].room_id, clock.now()) == []
    assert await rows(database, None, clock.now()) == []
