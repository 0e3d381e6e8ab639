"""Values that are read by every message and written by few: kept per process, dropped on change."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Generic, TypeVar, cast

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from app.kit.db import CHANNEL, Database, Slot

T = TypeVar("T")
# A transaction is given its number by its first write.
_WRITTEN = text("SELECT pg_current_xact_id_if_assigned()::text")


class Cached(Generic[T]):
    """`load(db)`'s result, in memory until a writer says `await cached.changed(db)`.

    A change is told to every process by NOTIFY, on commit. `max_age` (seconds) bounds how long
    a process that lost its listening connection may go on with an old value.
    Usable as a FastAPI dependency: `Annotated[T, Depends(cached)]`.
    """

    def __init__(
        self, name: str, load: Callable[[AsyncSession], Awaitable[T]], max_age: float = 60.0
    ) -> None:
        self.name, self.load, self.max_age = name, load, max_age

    def peek(self, database: Database) -> T | None:
        """The value if it is in memory and fresh, else None. Never waits."""
        slot = database.slots.get(self.name)
        if slot is not None and time.monotonic() < slot.until:
            return cast(T, slot.value)
        return None

    async def get(self, database: Database) -> T:
        """The value, loaded once however many ask at the same time."""
        if (value := self.peek(database)) is not None:
            return value
        async with database.locks.setdefault(self.name, asyncio.Lock()):
            if (value := self.peek(database)) is not None:
                return value
            generation = database.generation
            async with database.session() as db:
                value = await self.load(db)
            self._keep(database, value, generation)
            return value

    async def within(self, db: AsyncSession) -> T:
        """The value for code that holds a transaction: loads on `db`, takes no connection.

        Kept, too, unless the transaction has written: what it sees may yet be undone.
        """
        database: Database = db.info["database"]
        if (value := self.peek(database)) is not None:
            return value
        generation = database.generation
        async with _reader(db) as reader:
            value = await self.load(reader)
            written = await reader.scalar(_WRITTEN)
        if written is None:
            self._keep(database, value, generation)
        return value

    def _keep(self, database: Database, value: T, generation: int) -> None:
        """Unless told of a change while loading: then it is handed out, but not kept."""
        if database.generation == generation:
            database.slots[self.name] = Slot(value, time.monotonic() + self.max_age)

    async def __call__(self, request: Request) -> T:
        return await self.get(request.app.state.database)

    async def changed(self, db: AsyncSession) -> None:
        """Say, in the writer's transaction, that the value is no longer true.

        This process drops it with the commit, so that who wrote sees what they wrote; the others
        as soon as they hear.
        """
        database: Database = db.info["database"]
        event.listen(db.sync_session, "after_commit", lambda _: database.forget(self.name))
        await db.execute(
            text("SELECT pg_notify(:channel, :name)").bindparams(channel=CHANNEL, name=self.name)
        )


@contextlib.asynccontextmanager
async def _reader(db: AsyncSession) -> AsyncIterator[AsyncSession]:
    """A session in the transaction of `db` whose objects outlive it, even a rollback."""
    await db.flush()
    connection = await db.connection()
    async with AsyncSession(
        connection, expire_on_commit=False, join_transaction_mode="rollback_only", info=db.info
    ) as reader:
        yield reader
