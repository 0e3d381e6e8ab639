"""The demo: three past months of a team of ten, two locked, one open with an objection."""

import pytest
from sqlalchemy import func, select

from app.campus.units import demo as units
from app.kit.db import Database
from app.services.assess.demo import BONUS, fill
from app.services.assess.models import Objection, Outcome, Run
from app.services.assess.rules import Step

pytestmark = pytest.mark.anyio


async def test_three_months_stand_there_and_their_pay_adds_up(database: Database) -> None:
    async with database.session() as db:
        await units.fill(db)
        await fill(db)
    async with database.session() as db:
        runs = list(await db.scalars(select(Run).order_by(Run.month)))
        assert [run.step for run in runs] == [Step.LOCKED, Step.LOCKED, Step.OPEN]
        for run in runs[:2]:
            sums = select(func.count(), func.sum(Outcome.bonus_fen)).where(Outcome.run_id == run.id)
            assert tuple((await db.execute(sums)).one()) == (10, BONUS)
        points = list(await db.scalars(select(Outcome.points).order_by(Outcome.points)))
        assert points[0] < 11_000 < points[-1]
        assert await db.scalar(select(func.count()).select_from(Objection)) == 1
