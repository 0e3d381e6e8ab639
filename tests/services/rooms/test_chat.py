"""「选房」, 「我的房间」, the row of 「我的」, and being called before it opens."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select

from app.campus.notify.models import Delivery
from app.gateway.router import as_text
from app.kit import clock
from app.kit.answers import Say
from app.kit.db import Database
from app.services.rooms import habits
from app.services.rooms.notices_opening import tell_opening
from tests.conftest import Say as Ask
from tests.services.rooms.dorm import HOUR, Dorm
from tests.services.rooms.phones import PhoneOf, cookie_for, text_of

pytestmark = pytest.mark.anyio
Told = Callable[..., Awaitable[str]]


@pytest.fixture
def told(dorm: Dorm, database: Database, say: Ask) -> Told:
    """`await told("选房", person_id)`: what they hear, with the addresses under it."""

    async def answer(text: str, person_id: int) -> str:
        await cookie_for(database, person_id)
        parts = await say(as_text(text, f"o-{person_id}", clock.now()))
        assert parts is not None
        said = [part for part in parts if isinstance(part, Say)]
        return "\n".join(part.text + str([link.url for link in part.links]) for part in said)

    return answer


async def test_choosing_is_told_when_and_leads_to_the_page(dorm: Dorm, told: Told) -> None:
    answer = await told("选房", dorm.girls[0])
    assert "正式选房：正在选" in answer
    assert "/h5/rooms" in answer


async def test_before_it_opens_it_says_how_long(dorm: Dorm, told: Told) -> None:
    opens = clock.now() + timedelta(hours=30)
    await dorm.edit(opens_at=opens, closes_at=opens + HOUR)
    assert "开选，还有 1 天" in await told("选房", dorm.girls[0])


async def test_my_room_says_bed_roommates_and_way(
    dorm: Dorm, database: Database, told: Told
) -> None:
    assert "你还没选到床" in await told("我的房间", dorm.girls[0])
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    await dorm.live(dorm.girls[1], dorm.beds[0][1])
    async with database.session() as db:
        await habits.answer(db, dorm.girls[1], {"sleep": "23:00"}, "", False, clock.now())
    answer = await told("我的房间", dorm.girls[0])
    assert "你住12号楼 101，1号床\n一位同学 能源学院，23:00 睡" in answer
    assert "/h5/rooms/1/mine" in answer
    assert "正式选房：你选了12号楼 101，1号床" in await told("选房", dorm.girls[0])


async def test_who_is_bound_to_nobody_is_led_to_bind(dorm: Dorm, say: Ask) -> None:
    for words in ("选房", "我的房间"):
        parts = await say(words)
        assert parts is not None
        assert isinstance(parts[0], Say)
        assert "先绑定学号" in parts[0].text


async def test_my_page_has_a_row_for_what_is_to_do(dorm: Dorm, phone_of_person: PhoneOf) -> None:
    her = await phone_of_person(dorm.girls[0])
    assert "正式选房 正在选" in text_of(await her.get("/h5/mine"))
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    assert "12号楼 101，1号床 正式选房" in text_of(await her.get("/h5/mine"))


async def test_my_page_of_others_says_nothing_of_it(
    dorm: Dorm, phone_of: Callable[[str], httpx.AsyncClient]
) -> None:
    async with phone_of("alice") as alice:
        assert "正式选房" not in text_of(await alice.get("/h5/mine"))


async def test_those_who_may_choose_are_called_once_before_it_opens(
    dorm: Dorm, database: Database
) -> None:
    now = clock.now()
    await dorm.edit(opens_at=now + timedelta(minutes=4), closes_at=now + HOUR)
    told = []
    for _ in range(2):
        async with database.session() as db:
            told.append(await tell_opening(db, now))
    async with database.session() as db:
        count = await db.scalar(select(func.count()).select_from(Delivery))
    assert (told, count) == ([1, 0], len(dorm.girls + dorm.boys))


async def test_a_round_moved_to_another_time_is_told_anew(dorm: Dorm, database: Database) -> None:
    now = clock.now()
    told = []
    for minutes in (4, 64):
        await dorm.edit(opens_at=now + timedelta(minutes=minutes), closes_at=now + 3 * HOUR)
        async with database.session() as db:
            told.append(await tell_opening(db, now + timedelta(minutes=max(minutes - 4, 0))))
    assert told == [1, 1]
