"""What services put on the dashboard."""

from datetime import timedelta

import pytest

from app.campus import demo as campus
from app.kit import clock
from app.kit.db import Database
from app.services import bath, electricity
from app.services.bath import figures as counters
from app.services.electricity import figures as meters

pytestmark = pytest.mark.anyio


async def test_silence_of_counters_and_meters_is_told_when_it_is_long(database: Database) -> None:
    async with database.session() as db:
        await campus.fill(db)
        for service in (bath.service, electricity.service):
            assert service.demo
            await service.demo(db)
        await db.flush()
        later = clock.now() + timedelta(days=3)
        silent = await counters.figures(db, later)
        unread = await meters.figures(db, later)
        assert await meters.figures(db, clock.now() - timedelta(days=60)) == []
        assert await counters.figures(db, clock.now() - timedelta(days=60)) == []
    assert "不报数了" in getattr(silent[0], "title", "")
    assert "没抄到数" in getattr(unread[0], "title", "")
