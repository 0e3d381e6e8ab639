"""A worker killed between the platform's answer and our record of it tells nobody twice."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from app.kit.db import Database
from app.settings import ROOT
from tests.gateway.sending.platform import Wechat, later, mapped, seen, sender, write
from tests.gateway.sending.wire import served

pytestmark = pytest.mark.anyio
BLOCKED = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()
"""


@contextmanager
def worker(database_url: str, platform: str) -> Iterator[subprocess.Popen[bytes]]:
    env = {**os.environ, "DATABASE_URL": database_url, "WECHAT_API_URL": platform}
    command = [sys.executable, "-m", "tests.gateway.sending.worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_killed_between_the_answer_and_the_record(
    database: Database, database_url: str
) -> None:
    wechat = Wechat()
    async with database.session() as db:
        await mapped(db)
        await write(db, ["o-1"])
    with psycopg.connect(database_url) as lock, psycopg.connect(database_url) as watch:
        watch.autocommit = True

        async def answer_while_the_row_is_locked() -> None:
            lock.execute("SELECT FROM campus_deliveries FOR UPDATE")

        wechat.answers["o-1"].append(answer_while_the_row_is_locked)
        async with served(wechat) as url:
            with worker(database_url, url) as process:
                await _until_blocked(watch)  # it has the answer, and writes it down
                process.send_signal(signal.SIGKILL)
                process.wait()
        lock.rollback()
    assert await seen(database) == {"o-1": ("sending", "template", "")}
    await later(database, 61)
    await sender(database, wechat).work_off()
    assert wechat.copies == {"o-1": 1}
    assert len(wechat.bodies) == 2
    assert await seen(database) == {"o-1": ("sent", "template", "")}


async def _until_blocked(watch: psycopg.Connection[tuple[int]]) -> None:
    until = time.monotonic() + 40
    while (watch.execute(BLOCKED).fetchone() or (0,))[0] == 0:
        assert time.monotonic() < until, "the worker wrote nothing"
        await asyncio.sleep(0.02)
