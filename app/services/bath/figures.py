"""What the dashboard says of the bathhouses."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.desk.figures import Shown, Todo
from app.kit.clock import say_age
from app.services.bath.models import Counter, House
from app.services.bath.settings import settings


async def figures(db: AsyncSession, now: datetime) -> Sequence[Shown]:
    """Bathhouses whose counters have gone silent for eight times as long as a figure may be old."""
    last = func.max(Counter.at)
    query = select(House.name, last).join(Counter).group_by(House.id, House.name)
    silent = await db.execute(query.having(last < now - 8 * settings.stale))
    return [
        Todo(
            f"{name}的计数器不报数了",
            f"上次是{say_age(at, now)}，开着门就去看看",
            "/desk/bath-counters/list",
            "看看",
        )
        for name, at in silent
    ]
