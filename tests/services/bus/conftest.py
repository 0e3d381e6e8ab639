"""A campus with the demo's buses, and a moment on it."""

from datetime import date

import pytest

from app.campus.calendar import DayKind
from app.campus.calendar.models import Period
from app.kit.db import Database
from app.services.bus.demo import fill


@pytest.fixture
async def buses(database: Database) -> None:
    """The demo's lines, and a winter vacation."""
    async with database.session() as db:
        vacation = DayKind.VACATION
        days = date(2027, 1, 23), date(2027, 3, 6)
        db.add(Period(first=days[0], last=days[1], kind=vacation, name="寒假"))
        await fill(db)
