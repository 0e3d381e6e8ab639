"""Each message is kept and executed once, and each delivery gets the same answer."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from sqlalchemy import func, select

from app.gateway.models import Heard
from app.kit.db import Database
from tests.gateway.conftest import Server
from tests.gateway.wire import Push

pytestmark = pytest.mark.anyio
Runs = Callable[[], Awaitable[int]]
Start = Callable[..., Server]


async def heard(database: Database) -> int:
    async with database.session() as db:
        return (await db.execute(select(func.count()).select_from(Heard))).scalar_one()


async def test_a_retry_gets_the_answer_of_the_first_delivery(
    wechat: httpx.AsyncClient, database: Database
) -> None:
    push = Push.text("几点", 1)
    first = await push.deliver(wechat)
    assert first
    assert await push.deliver(wechat) == first
    assert await Push.text("几点", 2).deliver(wechat) != first
    assert await heard(database) == 2


async def test_overlapping_deliveries_run_a_slow_handler_once(
    wechat: httpx.AsyncClient, runs: Runs
) -> None:
    push = Push.text("慢 0.3", 3)
    answers = await asyncio.gather(*(push.deliver(wechat) for _ in range(5)))
    assert set(answers) == {"第 1 次执行"}
    assert await runs() == 1


async def test_two_events_of_one_user_in_one_second_are_two(
    wechat: httpx.AsyncClient, database: Database
) -> None:
    for event, key in (("CLICK", "几点"), ("CLICK", "菜单"), ("VIEW", "http://x/")):
        await Push.event(event, key, created=1_791_632_162).deliver(wechat)
    assert await heard(database) == 3


async def test_a_refusal_is_the_answer_and_undoes_what_the_handler_wrote(
    wechat: httpx.AsyncClient, runs: Runs
) -> None:
    assert await Push.text("拒绝", 4).deliver(wechat) == "4号床刚被选走，6号床下铺还空着"
    assert await runs() == 0


@pytest.mark.parametrize("words", ["出错", "崩"])
async def test_a_bug_gives_a_warm_sentence_with_the_number_that_the_log_has(
    wechat: httpx.AsyncClient, database: Database, runs: Runs, words: str
) -> None:
    answer = await Push.text(words, 5).deliver(wechat)
    async with database.session() as db:
        reference = await db.scalar(select(Heard.reference))
    assert reference
    assert answer == f"这条没答上来，我们已经知道了。要找人看，报这个号：{reference}"
    assert await runs() == 0


async def test_many_at_once_are_all_kept(wechat: httpx.AsyncClient, database: Database) -> None:
    pushes = [Push.text("几点", 100 + n % 150, who=f"o-{n % 150}") for n in range(300)]
    answers = await asyncio.gather(*(push.deliver(wechat) for push in pushes))
    assert answers[:150] == answers[150:]
    assert await heard(database) == 150


async def test_a_nul_or_a_lone_surrogate_does_no_harm(
    wechat: httpx.AsyncClient, database: Database
) -> None:
    assert await Push.text("a" * 10_000, 6).deliver(wechat)
    assert await Push.text("&#x0; 𠮷😀 ]]&gt;", 7).deliver(wechat)
    assert await heard(database) == 2


@pytest.mark.slow
async def test_two_processes_and_three_overlapping_deliveries_make_one_row_one_run_one_answer(
    start_server: Start, database: Database, runs: Runs
) -> None:
    servers = await asyncio.gather(start_server().ready(), start_server().ready())
    push = Push.text("慢 7", 8)

    async def deliver(number: int) -> str | None:
        await asyncio.sleep(number * 3)
        async with httpx.AsyncClient(base_url=servers[number % 2].url) as client:
            return await push.deliver(client)

    answers = await asyncio.gather(*(deliver(number) for number in range(3)))
    assert answers[0] is None
    assert set(answers) - {None} == {"第 1 次执行"}
    assert (await heard(database), await runs()) == (1, 1)


@pytest.mark.slow
async def test_a_server_killed_in_the_middle_of_a_message_loses_nothing(
    start_server: Start, database: Database, runs: Runs
) -> None:
    first, second = await asyncio.gather(start_server().ready(), start_server().ready())
    push = Push.text("慢 2", 9)
    async with httpx.AsyncClient(base_url=first.url) as client:
        dying = asyncio.create_task(push.deliver(client))
        await asyncio.sleep(1)
        first.kill()
        assert await dying is None
    async with httpx.AsyncClient(base_url=second.url) as client:
        assert await push.deliver(client) == "第 1 次执行"
    assert (await heard(database), await runs()) == (1, 1)
