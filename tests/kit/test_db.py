import asyncio
import contextlib

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kit.db import IDLE, Database

pytestmark = pytest.mark.anyio


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    with contextlib.suppress(RuntimeError):
        async with database.session() as db:
            await db.execute(text("CREATE TABLE gone (id int)"))
            raise RuntimeError
    async with database.session() as db:
        assert await db.scalar(text("SELECT to_regclass('gone')")) is None


PID = text("SELECT pg_backend_pid()")
KILL = text("SELECT pg_terminate_backend(:pid)")


async def lose_the_connection(database: Database) -> None:
    """End the one connection of the pool from the server's side."""
    row = await database.row(PID)
    assert row
    other = Database(database.url, size=1)
    await other.row(KILL, pid=row[0])
    await other.close()


async def test_a_connection_that_broke_while_idle_is_replaced_unseen(database: Database) -> None:
    await lose_the_connection(database)
    await asyncio.sleep(IDLE)
    async with database.session() as db:
        assert await db.scalar(text("SELECT 1")) == 1


async def test_a_connection_that_broke_just_now_fails_once_and_no_more(database: Database) -> None:
    await lose_the_connection(database)
    with pytest.raises(DBAPIError):
        await database.row(PID)
    assert await database.row(PID)


async def test_a_row_is_read_without_a_transaction_and_leaves_none_behind(
    database: Database,
) -> None:
    small = Database(database.url, size=1)
    for wrong in (True, False):
        with contextlib.suppress(DBAPIError):
            await small.row(text("SELECT 1 / :n"), n=0 if wrong else 1)
        async with small.session() as db:  # on the same connection: this one can be undone
            await db.execute(text("CREATE TABLE gone (id int)"))
            await db.rollback()
        assert await small.row(text("SELECT to_regclass('gone')")) == (None,)
    await small.close()
