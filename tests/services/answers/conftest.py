"""Rules in the database, and an operator at the desk."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app.campus.people.me import Me
from app.kit.db import Database
from app.services.answers import book, draft
from app.services.answers.models import Row
from tests.desk.conftest import desk_of  # noqa: F401 a fixture: pytest finds it by its name here

WRITER = Me(1, None, person_id=1, name="赵敏")
Write = Callable[..., Awaitable[Row]]


@pytest.fixture
def write(database: Database) -> Write:
    """`await write(words="放假", text="10月1日起")`: a rule as the form makes it."""

    async def add(**fields: Any) -> Row:
        read = draft.read({"kind": "exact", "enabled": "on", **fields})
        assert not read.errors
        async with database.session() as db:
            row = await book.add(db, WRITER, read.values)
        database.forget("answers")
        return row

    return add
