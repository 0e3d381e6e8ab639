"""Jobs outlive their workers, a database that went away, and their own failures."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from procrastinate import App
from procrastinate.jobs import Job
from sqlalchemy import text

from app.kit.db import Database
from app.kit.jobs import defer
from app.settings import ROOT, Settings
from app.stalled import MOST, Patience, take_over
from app.wechat.errors import DataInvalid
from app.worker import queue, work
from tests import held_work

pytestmark = pytest.mark.anyio
Start = Callable[[], subprocess.Popen[bytes]]
Ask = Callable[[str], Awaitable[list[Any]]]
# Beside these there may be jobs that the minute brings.
STATUS = "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'held:hold'"
DONE = f"{STATUS} AND status = 'succeeded'"


@pytest.fixture
def start(database_url: str) -> Iterator[Start]:
    """`start()`: a worker process that counts as dead after 1.5 s, killed after the test."""
    pulse = {"WORKER_HEARTBEAT": "0.4", "WORKER_STALLED": "1.5", "WORKER_GRACE": "1"}
    env = {**os.environ, **pulse, "DATABASE_URL": database_url}
    running: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.held_work"]
        running.append(subprocess.Popen(command, cwd=ROOT, env=env))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
async def ask(database: Database) -> AsyncIterator[Ask]:
    """`await ask("SELECT …")`: rows; there is a table `holds` in which jobs leave traces."""
    async with database.session() as db:
        await db.execute(text("CREATE TABLE IF NOT EXISTS holds (name text, pid int)"))
        await db.execute(text("DELETE FROM procrastinate_workers"))

    async def rows(statement: str) -> list[Any]:
        async with database.session() as db:
            return list(await db.execute(text(statement)))

    yield rows
    async with database.session() as db:
        await db.execute(text("DROP TABLE holds"))


async def until(ask: Ask, statement: str, count: int, seconds: float = 40.0) -> list[Any]:
    """The rows of `statement`, as soon as there are `count` of them."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if len(found := await ask(statement)) >= count:
            return found
        await asyncio.sleep(0.1)
    raise TimeoutError(statement)


async def put(database: Database, task: str, **args: str) -> None:
    async with database.session() as db:
        await defer(db, task, None, **args)


async def test_a_killed_workers_job_is_done_by_another_within_a_minute(
    database: Database, ask: Ask, start: Start
) -> None:
    first, second = start(), None
    await put(database, "held:hold", name="alice")
    [(pid,)] = await until(ask, "SELECT pid FROM holds", 1)
    assert pid == first.pid
    second = start()
    await until(ask, "SELECT 1 FROM procrastinate_workers", 2)
    first.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    await until(ask, DONE, 1)
    assert time.monotonic() - killed < 60
    assert [pid for (pid,) in await ask("SELECT pid FROM holds")] == [first.pid, second.pid]


async def test_a_worker_that_is_told_to_stop_gives_its_job_back(
    database: Database, ask: Ask, start: Start
) -> None:
    worker = start()
    await put(database, "held:hold", name="alice")
    await until(ask, "SELECT 1 FROM holds", 1)
    worker.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(worker.wait, 20) == 0
    assert await ask(STATUS) == [("todo",)]


async def test_a_worker_goes_on_after_the_database_cut_all_its_connections(
    database: Database, ask: Ask, start: Start
) -> None:
    worker = start()
    await until(ask, "SELECT 1 FROM procrastinate_workers", 1)
    await ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await put(database, "held:hold", name="alice")
    await put(database, "held:hold", name="bob")
    await until(ask, DONE, 1)
    assert worker.poll() is None


async def fetched(app: App, worker: int) -> Job:
    job = await app.job_manager.fetch_job(queues=None, worker_id=worker)
    assert job is not None
    return job


@pytest.mark.parametrize(("attempts", "left"), [(0, "todo"), (MOST - 1, "failed")])
async def test_a_job_that_outlived_too_many_workers_is_left_as_failed(
    database: Database, settings: Settings, ask: Ask, attempts: int, left: str
) -> None:
    await put(database, "held:hold", name="alice")
    async with queue(settings.database_url, held_work.services).open_async() as app:
        await fetched(app, await app.job_manager.register_worker())
        async with database.session() as db:
            await db.execute(text(f"UPDATE procrastinate_jobs SET attempts = {attempts}"))
        assert await take_over(app, database, seconds=100) == 0
        assert await take_over(app, database, seconds=0) == 1
    assert await ask(STATUS) == [(left,)]


async def test_only_one_rescuer_works_at_a_time(
    database: Database, settings: Settings, ask: Ask
) -> None:
    await put(database, "held:hold", name="alice")
    async with queue(settings.database_url, held_work.services).open_async() as app:
        await fetched(app, await app.job_manager.register_worker())
        both = await asyncio.gather(*(take_over(app, database, seconds=0) for _ in range(4)))
    assert sum(both) == 1


async def test_what_fails_is_put_off_and_tried_again(
    database: Database, settings: Settings, ask: Ask
) -> None:
    await put(database, "held:fail")
    await work(settings, held_work.services, until_empty=True)
    [(status, attempts, later)] = await ask(
        "SELECT status::text, attempts, scheduled_at > now() FROM procrastinate_jobs"
        " WHERE task_name = 'held:fail'"
    )
    assert (status, attempts, later) == ("todo", 1, True)


def waits(attempts: int, error: Exception) -> datetime | None:
    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="x",
              attempts=attempts)  # fmt: skip
    decision = Patience().get_retry_decision(exception=error, job=job)
    return decision.retry_at if decision else None


def test_patience_grows_and_ends() -> None:
    early, late = waits(0, RuntimeError()), waits(5, RuntimeError())
    assert early is not None
    assert late is not None
    assert early < late
    assert waits(MOST - 1, RuntimeError()) is None


def test_what_fails_for_good_is_not_tried_again() -> None:
    assert waits(0, DataInvalid(47003, "argument invalid")) is None


def test_every_task_has_a_policy(settings: Settings) -> None:
    tasks = queue(settings.database_url, held_work.services).tasks
    assert all(task.retry_strategy for task in tasks.values())
    assert {"gateway:send", "jobs:tidy", "held:hold"} <= set(tasks)


async def test_what_was_done_long_ago_is_forgotten(
    database: Database, settings: Settings, ask: Ask
) -> None:
    for _ in range(4):
        await put(database, "held:hold", name="alice")
    for id, status in enumerate(("succeeded", "failed", "failed", "todo"), start=1):
        await ask(f"UPDATE procrastinate_jobs SET status = '{status}' WHERE id = {id} RETURNING 1")
    hours = "CASE job_id WHEN 3 THEN 24 * 31 ELSE 25 END"
    await ask(f"UPDATE procrastinate_events SET at = now() - {hours} * interval '1 h' RETURNING 1")
    await put(database, "jobs:tidy", timestamp="0")
    await work(settings, held_work.services, until_empty=True)
    kept = await ask("SELECT id FROM procrastinate_jobs WHERE task_name = 'held:hold' ORDER BY 1")
    assert [id for (id,) in kept][:1] == [2]
