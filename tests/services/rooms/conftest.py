"""The dormitory of these tests."""

import pytest

from app.kit.db import Database
from tests.services.rooms.dorm import Dorm, build
from tests.services.rooms.phones import phone_of_person

__all__ = ["phone_of_person"]


@pytest.fixture
async def dorm(database: Database) -> Dorm:
    return await build(database)
