"""What of checks stands on the desk's dashboard."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.desk.figures import Figure, Shown, Todo
from app.services.checks import shown
from app.services.checks.models import Fault, Visit
from app.services.checks.rules import OPEN, TO_MEND, Seen

QUEUE, TODOS = "/desk/checks/faults", 3


async def figures(db: AsyncSession, now: datetime) -> Sequence[Shown]:
    """Today's visits, the open faults, and the worst of those that are late."""
    late = Fault.state.in_(TO_MEND), Fault.due_at <= now
    counts = select(func.count(), func.count().filter(*late)).where(Fault.state.in_(OPEN))
    open_, overdue = (await db.execute(counts)).one()
    day = select(func.count(), func.count().filter(Visit.state == Seen.DONE)).where(
        Visit.due == now.date()
    )
    due, done = (await db.execute(day)).one()
    worst = await shown.faults(db, late[0] & late[1], now, most=TODOS)
    return [
        Figure("没改好的问题", str(open_), f"{overdue} 个过期了", bad=overdue > 0),
        Figure("今天该查", str(due), f"查过 {done} 处"),
        *(Todo(f"{one.place} {one.item}", f"{one.due}，{one.owner}", f"{QUEUE}/{one.id}", "看看",
               urgent=True) for one in worst),
    ]  # fmt: skip
