"""The worker counts, settles and writes reports, for whichever services there are."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import undefer

from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Invalid
from app.kit.jobs import defer
from app.kit.service import Service
from app.main import load_services
from app.services.figures import rebuild
from app.services.figures.models import Day, Report, Span
from app.services.figures.reports import ask
from app.settings import Settings
from app.worker import work
from tests.services.figures.conftest import TALLY, Lend, lent

pytestmark = pytest.mark.anyio


@pytest.fixture
def services() -> dict[str, Service]:
    """Figures, and bikes, which figures know nothing of."""
    return {"figures": load_services()["figures"], "bikes": Service("借车", measures=(TALLY,))}


async def lent_by_day(database: Database) -> list[int]:
    query = select(Day.value).where(Day.measure == "bikes.lent").order_by(Day.day)
    async with database.session() as db:
        return list(await db.scalars(query))


async def test_today_the_settled_days_and_years_are_counted(
    database: Database, settings: Settings, services: dict[str, Service], lend: Lend
) -> None:
    today = clock.now().date()
    old, settling = today - timedelta(days=300), today - timedelta(days=1)
    await lend(lent(old, 1) + lent(settling, 2) + lent(today, 3))
    for task, kept in (("figures:recent", [3]), ("figures:night", [2, 3])):
        async with database.session() as db:
            await defer(db, task, timestamp=0)
        await work(settings, services, until_empty=True)
        assert (await lent_by_day(database))[-len(kept) :] == kept
    assert 1 not in await lent_by_day(database)
    async with database.session() as db:
        said = await rebuild(db, [str(old), str(today)])
    assert "排上了" in said
    await work(settings, services, until_empty=True)
    assert await lent_by_day(database) == [1, 2, 3]


async def test_a_report_is_made_and_one_that_broke_off_is_made_again(
    database: Database, settings: Settings, services: dict[str, Service], lend: Lend
) -> None:
    today = clock.now().date()
    await lend(lent(today, 9))
    async with database.session() as db:
        await ask(db, Span.MONTH, today.replace(day=1), clock.now())
    await work(settings, services, until_empty=True)
    async with database.session() as db:
        # As a worker leaves it that died: the job is there, the report is not.
        await db.execute(text("UPDATE figures_reports SET pdf = NULL, made_at = NULL"))
        await defer(db, "figures:report", report=1)
    await work(settings, services, until_empty=True)
    async with database.session() as db:
        report = (await db.scalars(select(Report).options(undefer(Report.pdf)))).one()
    assert report.pdf
    assert "借出 9 辆" in report.words


@pytest.mark.parametrize("words", [[], ["2026-01-01"], ["x", "y"], ["2026-02-01", "2026-01-01"]])
async def test_days_that_are_none_are_refused(database: Database, words: list[str]) -> None:
    async with database.session() as db:
        with pytest.raises(Invalid):
            await rebuild(db, words)
