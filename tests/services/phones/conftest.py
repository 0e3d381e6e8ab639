"""The demo book, in the database."""

import pytest

from app.kit.db import Database
from app.services.phones.demo import fill


@pytest.fixture
async def filled(database: Database) -> Database:
    async with database.session() as db:
        await fill(db)
    return database
