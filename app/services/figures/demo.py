"""The demo's numbers: counted by the worker as soon as it runs, with this month's report."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.kit.jobs import defer
from app.services.figures import reports
from app.services.figures.models import Span


async def fill(db: AsyncSession) -> None:
    """What the other services were filled with lies within the last year."""
    now = clock.now()
    today = now.date()
    await defer(db, "figures:rebuild", since=str(today - timedelta(days=366)), until=str(today))
    await reports.ask(db, Span.MONTH, today.replace(day=1), now)
