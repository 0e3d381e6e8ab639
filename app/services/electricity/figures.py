"""What the dashboard says of the meters."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.desk.figures import Shown, Todo
from app.services.electricity.models import Meter

SILENT = timedelta(days=2)


async def figures(db: AsyncSession, now: datetime) -> Sequence[Shown]:
    """Meters that were not read for two days."""
    old = select(func.count()).select_from(Meter).where(Meter.read_at < now - SILENT)
    count = await db.scalar(old)
    if not count:
        return []
    return [
        Todo(
            f"{count} 块电表两天没抄到数",
            "电费页上会写明是哪天的数",
            "/desk/electricity-meters/list",
            "看看",
        )
    ]
