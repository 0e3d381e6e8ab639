import contextlib

import pytest
from sqlalchemy import text

from app.kit.db import Database

pytestmark = pytest.mark.anyio


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    with contextlib.suppress(RuntimeError):
        async with database.session() as db:
            await db.execute(text("CREATE TABLE gone (id int)"))
            raise RuntimeError
    async with database.session() as db:
        assert await db.scalar(text("SELECT to_regclass('gone')")) is None
