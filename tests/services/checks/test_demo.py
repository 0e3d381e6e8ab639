"""The demo: lists of every rhythm, three months of visits, and faults whose story holds."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app.campus import demo as campus
from app.campus.units import demo as units
from app.kit import clock
from app.kit.db import Database
from app.services.checks import demo
from app.services.checks.figures import figures
from app.services.checks.measures import TALLY
from app.services.checks.models import Fault, List, Visit
from app.services.checks.rules import OPEN, Rhythm, Seen

pytestmark = pytest.mark.anyio


@pytest.fixture
async def filled(database: Database) -> Database:
    async with database.session() as db:
        await campus.fill(db)
        await units.fill(db)
        await db.flush()
        await demo.fill(db)
    return database


async def test_it_is_believable_and_hangs_together(filled: Database) -> None:
    wrong = text("""
        SELECT id FROM checks_faults WHERE due_at <= found_at OR fixed_at < found_at
        OR closed_at < fixed_at OR fixed_at > now() OR closed_at > now()
        OR (closed_at IS NOT NULL) <> (state = 'passed')
    """)
    async with filled.session() as db:
        assert set(await db.scalars(select(List.rhythm))) == set(Rhythm)
        assert (await db.scalar(select(func.count(Visit.id))) or 0) > 300
        states = set(await db.scalars(select(Visit.state).distinct()))
        assert {Seen.DONE, Seen.MISSED, Seen.TODO} <= states
        open_ = await db.scalar(select(func.count(Fault.id)).where(Fault.state.in_(OPEN)))
        assert 1 <= (open_ or 0) <= 60
        assert (await db.scalars(wrong)).all() == []
        assert len(await figures(db, clock.now())) >= 2


async def test_its_numbers_are_counted_by_day_and_unit(filled: Database) -> None:
    now = clock.now()
    span = {"since": now - timedelta(days=30), "until": now}
    async with filled.session() as db:
        rows = (await db.execute(text(TALLY.sql), span)).all()
        names = {name for _, name, _, _, _, _ in rows}
        assert names == {measure.name for measure in TALLY.measures}
        assert all(0 <= value <= 100 * count for _, _, _, _, value, count in rows)
        for measure in TALLY.measures:
            assert (await db.execute(text(measure.rows), span)).first(), measure.name
