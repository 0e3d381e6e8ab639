"""The dormitory of these tests."""

import pytest

from app.kit.db import Database
from tests.services.rooms.dorm import Dorm, build
from tests.services.rooms.phones import phone_of_person

__all__ = ["phone_of_person"]


@pytest.fixture
async def dorm(database: Database) -> Dorm:
    return await build(database)


# TEMP
from collections.abc import AsyncIterator  # noqa
from sqlalchemy import text  # noqa
from app.kit.db import Base  # noqa


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, size=8)
    yield database
    tables = ", ".join(["procrastinate_jobs", *(t.name for t in Base.metadata.sorted_tables)])
    async with database.session() as db:
        await db.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    await database.close()
