"""A month of alice's that was shown to her, for the matrix of routes and people."""

from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.services.assess.example import KINDS
from app.services.assess.models import Outcome, Run, Scheme, Team, Version
from app.services.assess.rules import Step
from app.services.assess.schemes import kept
from tests.people import Somebody

ITEM = "只有她有的项"


async def month_of_alice(db: AsyncSession, people: dict[str, Somebody]) -> dict[str, object]:
    """October, open to objections."""
    now = clock.now()
    scheme = Scheme(name="方案", unit=None)
    db.add(scheme)
    await db.flush()
    version = Version(scheme_id=scheme.id, number=1, text=f"部分 质量\n{ITEM} = 1",
                      kinds=kept(KINDS), at=now)  # fmt: skip
    team = Team(name="维修一班", unit="维修中心", scheme_id=scheme.id)
    db.add_all([version, team])
    await db.flush()
    run = Run(team_id=team.id, month=date(2026, 10, 1), version_id=version.id, step=Step.OPEN,
              started_at=now, until=now + timedelta(days=2))  # fmt: skip
    db.add(run)
    await db.flush()
    item = {"name": ITEM, "points": 100, "why": "固定", "lines": [], "private": False}
    part = {"name": "质量", "points": 100, "cut": 0, "items": [item]}
    alice = people["alice"].person_id
    db.add(Outcome(run_id=run.id, person_id=alice, counted=5100, points=5100, days=31, of=31,
                   base_fen=300_000, detail=[part]))  # fmt: skip
    return {"id": run.id}
