"""The demo campus, in the database."""

import pytest

from app.campus import demo
from app.kit.db import Database


@pytest.fixture
async def filled(database: Database) -> Database:
    async with database.session() as db:
        await demo.fill(db)
    return database
