"""The 5-second limit: answer in time, or let a retry collect, or send it afterwards."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from asgi_lifespan import LifespanManager
from sqlalchemy import select, text, update

from app.gateway import callback
from app.gateway.models import Heard, Owed
from app.kit.db import Database
from app.main import create_app
from app.sandbox.server import create_app as create_sandbox
from app.sandbox.settings import Settings as SandboxSettings
from app.settings import Settings
from app.worker import work
from tests.gateway import slow_app
from tests.gateway.wire import Push

pytestmark = pytest.mark.anyio
ALICE = "o-alice"
Runs = Callable[[], Awaitable[int]]


@pytest.fixture
async def wechat(settings: Settings, runs: Runs, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client on `slow_app`, whose budget for an answer is 0.4 s instead of 4.6."""
    monkeypatch.setattr(callback, "HANG_UP", 0.1)
    app = create_app(settings, slow_app.services)
    async with LifespanManager(app):
        app.state.desk.budget = 0.4
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


@pytest.fixture
async def platform() -> AsyncIterator[Any]:
    """A sandbox in which alice has just written."""
    sandbox = create_sandbox(SandboxSettings())
    async with LifespanManager(sandbox):
        platform = sandbox.state.platform
        alice = platform.add_person("alice", "")
        platform.people[ALICE] = platform.people.pop(alice.openid)
        platform.people[ALICE].openid = ALICE
        platform.people[ALICE].follows = True
        platform.spoke(platform.people[ALICE])
        platform.app = sandbox
        yield platform


def bubbles(platform: Any) -> list[str]:
    return [line.data["text"] for line in platform.people[ALICE].chat]


async def do_jobs(database: Database, settings: Settings, platform: Any) -> None:
    async with database.session() as db:
        await db.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
    transport = httpx.ASGITransport(platform.app)
    await work(settings, slow_app.services, until_empty=True, transport=transport)


async def test_the_second_delivery_collects_what_the_first_could_not_wait_for(
    wechat: httpx.AsyncClient, database: Database, settings: Settings, platform: Any
) -> None:
    push = Push.text("慢 0.7", 1)
    assert await push.deliver(wechat) == ""
    assert await push.deliver(wechat) == "第 1 次执行"
    async with database.session() as db:
        await db.execute(update(Owed).values(told=True))
    await do_jobs(database, settings, platform)
    assert bubbles(platform) == []


async def test_what_no_delivery_collects_is_sent_once_afterwards(
    wechat: httpx.AsyncClient, database: Database, settings: Settings, platform: Any, runs: Runs
) -> None:
    push = Push.text("慢 2", 2)
    assert [await push.deliver(wechat) for _ in range(3)] == ["", "", ""]
    await do_jobs(database, settings, platform)
    await do_jobs(database, settings, platform)
    assert bubbles(platform) == ["第 1 次执行"]
    assert await runs() == 1


async def test_what_died_with_its_process_is_run_by_the_worker(
    database: Database, settings: Settings, platform: Any, runs: Runs, wechat: httpx.AsyncClient
) -> None:
    assert await Push.text("慢 1", 3).deliver(wechat) == ""
    async with database.session() as db:  # the connection of the run dies, as its process would
        await db.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                 " WHERE state = 'idle in transaction' AND datname = current_database()")
        )  # fmt: skip
    await asyncio.sleep(1)
    await do_jobs(database, settings, platform)
    assert bubbles(platform) == ["第 1 次执行"]
    assert await runs() == 1


async def test_an_aged_delivery_marks_the_answer_as_told(
    wechat: httpx.AsyncClient, database: Database
) -> None:
    push = Push.text("慢 0.6", 4, created=1_791_632_162)
    await push.deliver(wechat)
    await push.deliver(wechat)
    async with database.session() as db:
        assert await db.scalar(select(Owed.told)) is True


async def test_a_message_is_answered_again_after_the_database_dropped_the_connections(
    wechat: httpx.AsyncClient, database: Database
) -> None:
    await Push.text("几点", 5).deliver(wechat)
    async with database.session() as db:
        await db.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                 " WHERE datname = current_database() AND pid <> pg_backend_pid()")
        )  # fmt: skip
    with pytest.raises(AssertionError, match="503"):
        await Push.text("几点", 6).deliver(wechat)
    assert await Push.text("几点", 6).deliver(wechat)
    async with database.session() as db:
        assert len((await db.scalars(select(Heard.key))).all()) == 2


async def test_no_log_has_what_was_asked(  # noqa: PLR0917 - they are fixtures
    wechat: httpx.AsyncClient, database: Database, settings: Settings, platform: Any,
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    caplog.set_level("DEBUG", logger="procrastinate")
    for _ in range(3):
        await Push.text("慢 1.5", 7).deliver(wechat)
    await do_jobs(database, settings, platform)
    assert bubbles(platform) == ["第 1 次执行"]
    assert "慢" not in caplog.text + capsys.readouterr().out
