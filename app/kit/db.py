"""The database and its transactions. The only place that commits."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

import psycopg
import structlog
from fastapi import Depends
from sqlalchemy import Executable, MetaData, Row, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import greenlet_spawn
from starlette.requests import Request

CHANNEL = "weihouqin_changed"
IDLE = 0.5  # seconds unused after which a connection is asked whether it still stands
log = structlog.get_logger()


class Base(DeclarativeBase):
    """Mother of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def driver_url(url: str) -> str:
    """A libpq URI as SQLAlchemy wants it: the driver named."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@dataclass(slots=True)
class Slot:
    """A cached value and until when (monotonic seconds) it may be used."""

    value: Any
    until: float


class Part(Protocol):
    """What a service has with a database beside the pool: connections of its own, tasks."""

    async def close(self) -> None: ...


class Database:
    """One PostgreSQL: its connection pool, and what this process keeps in memory of it.

    `url` is a libpq URI (`postgresql://…`); `size` the most connections this process opens.
    `parts` by service are closed first.
    """

    def __init__(self, url: str, size: int = 10) -> None:
        self.url = url
        self.engine = create_async_engine(
            driver_url(url),
            pool_size=size,
            max_overflow=0,
            pool_timeout=4,
        )
        _ask_the_idle(self.engine)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self.slots: dict[str, Slot] = {}
        self.locks: dict[str, asyncio.Lock] = {}
        self.generation = 0
        self.parts: dict[str, Part] = {}

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        async with self._sessions.begin() as db:
            db.info["database"] = self
            yield db

    async def row(self, query: Executable, **values: Any) -> Row[*tuple[Any, ...]] | None:
        """What one reading query finds, on its own: no transaction, so half the round trips."""
        # One greenlet for all of it, and the driver's own switch: through `AsyncConnection` and
        # the AUTOCOMMIT option, the way to the query costs half as much again as the query.
        return await greenlet_spawn(self._row, query, values)

    def _row(self, query: Executable, values: dict[str, Any]) -> Row[*tuple[Any, ...]] | None:
        with self.engine.sync_engine.connect() as connection:
            driver: Any = connection.connection.dbapi_connection
            driver.autocommit = True
            try:
                return connection.execute(query, values).one_or_none()
            finally:
                with contextlib.suppress(psycopg.Error):  # it broke: the pool knows by now
                    driver.autocommit = False

    def forget(self, name: str | None = None) -> None:
        """Drop one cached value, or all."""
        self.generation += 1
        if name is None:
            self.slots.clear()
        else:
            self.slots.pop(name, None)

    async def listen(self) -> None:
        """Hear of changes until cancelled; whatever the connection suffers, start again."""
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(self.url, autocommit=True)
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.forget()
                    async for notice in connection.notifies():
                        self.forget(notice.payload)
            except psycopg.Error as error:
                log.warning("listener_lost", error=type(error).__name__)
            self.forget()
            await asyncio.sleep(1)

    async def close(self) -> None:
        while self.parts:  # a second close finds none: its loop may be another
            await self.parts.popitem()[1].close()
        await self.engine.dispose()


def _ask_the_idle(engine: AsyncEngine) -> None:
    """Ping a connection before use, but not one that has just been used.

    `pool_pre_ping` asks each time, which costs a busy server as much as a small query does. As in
    HikariCP a connection that worked half a second ago is trusted; if it broke since, its one
    request fails, and the pool drops all of its age.
    """
    dialect = engine.dialect

    def used(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info["used"] = time.monotonic()

    def ask(connection: DBAPIConnection, entry: ConnectionPoolEntry, _: object) -> None:
        if time.monotonic() - entry.info.get("used", 0.0) < IDLE:
            return
        try:
            dialect.do_ping(connection)
        except psycopg.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine.sync_engine, "checkin", used)
    event.listen(engine.sync_engine, "checkout", ask)


async def transaction(request: Request) -> AsyncIterator[AsyncSession]:
    """FastAPI dependency: the request's one transaction, committed before the answer leaves."""
    database: Database = request.app.state.database
    async with database.session() as db:
        yield db


# scope="function": otherwise FastAPI commits after the response has been sent,
# and a failed commit would still have answered 200.
Db = Annotated[AsyncSession, Depends(transaction, scope="function")]
