"""What services put on the dashboard."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus import demo as campus
from app.campus.calendar import calendar
from app.kit import clock
from app.kit.db import Database
from app.services import bath, electricity
from app.services.bath import figures as counters
from app.services.bath.houses import baths
from app.services.electricity import figures as meters

pytestmark = pytest.mark.anyio


async def fill(db: AsyncSession) -> None:
    await campus.fill(db)
    for service in (bath.service, electricity.service):
        assert service.demo
        await service.demo(db)
    await db.flush()


async def hours(db: AsyncSession) -> tuple[datetime, datetime]:
    """A moment some days on when every side has long been open, and one when all are shut."""
    known, houses = await calendar.within(db), await baths.within(db)
    sides = [side for house in houses for side in house.sides if side.figure]
    later = [clock.now() + timedelta(days=3, hours=n) for n in range(24 * 90)]
    since = [[side.status(at, known).since for side in sides] for at in later]
    both = zip(later, since, strict=True)
    long = [at for at, begun in both if all(s and at - s > timedelta(hours=3) for s in begun)]
    shut = [at for at, begun in zip(later, since, strict=True) if not any(begun)]
    return long[0], shut[0]


async def test_meters_that_were_not_read_for_long_are_told(database: Database) -> None:
    async with database.session() as db:
        await fill(db)
        unread = await meters.figures(db, clock.now() + timedelta(days=3))
        assert await meters.figures(db, clock.now() - timedelta(days=60)) == []
    assert "没抄到数" in getattr(unread[0], "title", "")


async def test_counters_that_are_silent_are_told_while_their_house_is_open(
    database: Database,
) -> None:
    async with database.session() as db:
        await fill(db)
        opened, shut = await hours(db)
        silent = await counters.figures(db, opened)
        assert await counters.figures(db, shut) == []
        assert await counters.figures(db, clock.now() - timedelta(days=60)) == []
    assert "不报数了" in getattr(silent[0], "title", "")
