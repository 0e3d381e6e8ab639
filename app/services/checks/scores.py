"""What of checks goes to the score ledger, for the firm or unit of a place and who mends there."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.ledger import Amount, FactKind, count
from app.services.checks.models import Fault, Place, Visit

SCORE = "checks.score"  # hundredths of a point of a hundred, one for each visit
FAULT = "checks.fault"  # 1 each; 0: it was none
OVERDUE = "checks.overdue"  # 1 for each deadline that passed
FACTS = (
    FactKind(SCORE, "检查得分", Amount.POINTS),
    FactKind(FAULT, "检查出的问题", Amount.TIMES),
    FactKind(OVERDUE, "问题过期没改好", Amount.TIMES),
)


async def count_visit(db: AsyncSession, visit: Visit, place: Place, now: datetime) -> None:
    """What a visit came to; nothing if nothing applied."""
    if visit.score is not None:
        await count(db, SCORE, visit.score, source=f"checks:{visit.id}", at=now,
                    person_id=place.owner_id, team=team_of(place))  # fmt: skip


async def count_fault(db: AsyncSession, fault: Fault, place: Place, times: int = 1) -> None:
    """A fault that was found; `times` 0 takes it back."""
    await count(db, FAULT, times, source=f"checks:fault:{fault.id}", at=fault.found_at,
                person_id=fault.owner_id, team=team_of(place))  # fmt: skip


async def count_overdue(db: AsyncSession, fault: Fault, place: Place) -> None:
    """A deadline that passed."""
    source = f"checks:fault:{fault.id}:{int(fault.due_at.timestamp())}"
    await count(db, OVERDUE, 1, source=source, at=fault.due_at,
                person_id=fault.owner_id, team=team_of(place))  # fmt: skip


def team_of(place: Place) -> str:
    """Whom it counts for: the firm, else the unit."""
    return place.contractor or place.unit
