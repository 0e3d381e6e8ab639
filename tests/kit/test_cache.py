import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar.models import Term
from app.kit.cache import Cached
from app.kit.db import Database

pytestmark = pytest.mark.anyio


class Counter:
    """A loader that counts, and waits at its gate if that is closed."""

    def __init__(self) -> None:
        self.loads = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, db: AsyncSession) -> int:
        self.loads += 1
        loaded = self.loads
        await self.gate.wait()
        return loaded


async def until(condition: Callable[[], bool]) -> None:
    """Wait until `condition()` holds, 5 s at most."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 what is waited for is a fact, not our event
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def listening(database: Database) -> AsyncIterator[None]:
    """A real listener; begins when it hears (it forgets everything once, at that moment)."""
    generation = database.generation
    task = asyncio.create_task(database.listen())
    await until(lambda: database.generation > generation)
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_a_value_is_loaded_once_for_all_who_ask_together(database: Database) -> None:
    load = Counter()
    cached = Cached("numbers", load)
    assert cached.peek(database) is None
    assert await asyncio.gather(*(cached.get(database) for _ in range(20))) == [1] * 20
    assert cached.peek(database) == 1


async def test_a_value_has_a_greatest_age(database: Database) -> None:
    cached = Cached("numbers", Counter(), max_age=0.05)
    assert await cached.get(database) == 1
    await asyncio.sleep(0.06)
    assert cached.peek(database) is None
    assert await cached.get(database) == 2


async def test_a_change_is_heard_in_every_process(database: Database) -> None:
    cached, other = Cached("numbers", Counter()), Cached("other", Counter())
    elsewhere = Database(database.url, size=2)
    async with listening(database), listening(elsewhere):
        for place in (database, elsewhere):
            await cached.get(place)
            await other.get(place)
        async with elsewhere.session() as db:
            await cached.changed(db)
        await until(lambda: cached.peek(database) is None and cached.peek(elsewhere) is None)
        assert other.peek(database) == 1
        assert await cached.get(database) == 3
    await elsewhere.close()


async def test_a_change_that_is_rolled_back_is_not_told(database: Database) -> None:
    cached, later = Cached("numbers", Counter()), Cached("later", Counter())
    async with listening(database):
        await asyncio.gather(cached.get(database), later.get(database))
        with contextlib.suppress(RuntimeError):
            async with database.session() as db:
                await cached.changed(db)
                raise RuntimeError
        async with database.session() as db:
            await later.changed(db)
        await until(lambda: later.peek(database) is None)
        assert cached.peek(database) == 1


async def test_what_changed_while_loading_is_not_kept(database: Database) -> None:
    load = Counter()
    load.gate.clear()
    cached = Cached("numbers", load)
    asked = asyncio.create_task(cached.get(database))
    await until(lambda: load.loads == 1)
    database.forget(cached.name)
    load.gate.set()
    assert await asked == 1
    assert cached.peek(database) is None
    assert await cached.get(database) == 2


async def test_a_loader_that_fails_leaves_the_next_to_try(database: Database) -> None:
    tries = iter([RuntimeError("down"), 7])

    async def load(db: AsyncSession) -> int:
        if isinstance(result := next(tries), Exception):
            raise result
        return result

    cached = Cached("numbers", load)
    with pytest.raises(RuntimeError, match="down"):
        await cached.get(database)
    assert await cached.get(database) == 7


async def test_inside_a_transaction_it_loads_on_that_transaction(database: Database) -> None:
    async def backend(db: AsyncSession) -> int:
        return int(await db.scalar(text("SELECT pg_backend_pid()")) or 0)

    cached = Cached("backend", backend)
    async with database.session() as db:
        assert await cached.within(db) == await backend(db)
    kept = await cached.get(database)
    async with database.session() as db:
        assert await cached.within(db) == kept


async def test_what_a_reading_transaction_loaded_is_kept_for_others(database: Database) -> None:
    cached = Cached("numbers", Counter())
    with contextlib.suppress(RuntimeError):
        async with database.session() as db:
            assert await cached.within(db) == 1
            raise RuntimeError  # what was loaded outlives that
    assert cached.peek(database) == 1


async def test_what_a_writing_transaction_loaded_is_not_kept(database: Database) -> None:
    cached = Cached("numbers", Counter())
    async with database.session() as db:
        db.add(Term(name="2026 秋", first=date(2026, 9, 7), weeks=18))
        assert await cached.within(db) == 1
    assert cached.peek(database) is None


async def test_rows_that_were_kept_are_whole_after_a_rollback(database: Database) -> None:
    async def load(db: AsyncSession) -> Term:
        return (await db.scalars(select(Term))).one()

    async with database.session() as db:
        db.add(Term(name="2026 秋", first=date(2026, 9, 7), weeks=18))
    cached = Cached("term", load)
    with contextlib.suppress(RuntimeError):
        async with database.session() as db:
            await cached.within(db)
            raise RuntimeError
    assert (await cached.get(database)).name == "2026 秋"


async def test_who_writes_a_change_sees_it_at_once(database: Database) -> None:
    cached = Cached("numbers", Counter())
    await cached.get(database)
    async with database.session() as db:
        await cached.changed(db)
        assert cached.peek(database) == 1  # not before the commit
    assert cached.peek(database) is None


async def test_a_lost_listener_forgets_all_and_comes_back(database: Database) -> None:
    cached = Cached("numbers", Counter())
    async with listening(database):
        await cached.get(database)
        generation = database.generation
        async with database.session() as db:
            await db.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
                )
            )
        await until(lambda: database.generation >= generation + 2)
        assert cached.peek(database) is None
        await cached.get(database)
        async with database.session() as db:
            await cached.changed(db)
        await until(lambda: cached.peek(database) is None)
