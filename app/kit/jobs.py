"""Work for later: enqueued in the caller's transaction, so what rolled back is never done."""

from datetime import datetime
from functools import lru_cache

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.types import JSONValue
from sqlalchemy.ext.asyncio import AsyncSession


@lru_cache
def _queue() -> App:
    """A queue without a connection of its own: each job goes in on the caller's."""
    return App(connector=PsycopgConnector())


async def defer(db: AsyncSession, task: str, at: datetime | None = None, **args: JSONValue) -> None:
    """Enqueue `task` (`<service>:<name>`) with JSON `args`, to run at once or `at` a time.

    It runs after `db` commits, and only then.
    """
    connection = await (await db.connection()).get_raw_connection()
    driver: psycopg.AsyncConnection[object] = connection.driver_connection  # type: ignore[assignment]  # SQLAlchemy types it Any | None
    await (
        _queue()
        .configure_task(task, schedule_at=at, connection=driver, allow_unknown=True)
        .defer_async(**args)
    )
