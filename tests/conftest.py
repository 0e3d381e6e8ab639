"""Fixtures: a real PostgreSQL, one database for each test process, emptied after each test."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import hypothesis
import psycopg
import pytest

from app import embedded, migrate
from app.gateway.router import Router, as_text
from app.kit import clock
from app.kit.answers import Parts
from app.kit.chat import Ask
from app.kit.db import Database
from app.main import create_app, load_services
from app.settings import ROOT, Settings

pytest_plugins = ["tests.people"]
# How long an example takes is the machine's business.
hypothesis.settings.register_profile(
    "any_machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any_machine")
Say = Callable[..., Awaitable[Parts | None]]

# What a test wrote is deleted, and numbers begin at 1 again. TRUNCATE makes two files anew for
# every table, twenty times slower; only where a demo stood it is cheaper than what DELETE leaves
# behind for every later look. As a replica: neither foreign keys nor the triggers of append-only
# tables are asked.
EMPTY = """
DO $$
DECLARE name text; big boolean; found boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name, big IN
        SELECT quote_ident(relname), pg_relation_size(oid) > 1000000 FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
            AND relname <> 'alembic_version'
    LOOP
        IF big THEN EXECUTE 'TRUNCATE ' || name || ' CASCADE'; CONTINUE; END IF;
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO found;
        IF found THEN EXECUTE 'DELETE FROM ' || name; END IF;
    END LOOP;
    PERFORM setval(quote_ident(sequencename), 1, false)
        FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A PostgreSQL server: `TEST_DATABASE_URL`, else the embedded one in `.data/test`."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    server = embedded.start(ROOT / ".data" / "test")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def database_url(server_url: str) -> Iterator[str]:
    """A database of this test process alone, with all tables."""
    name = f"test_{os.getpid()}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    parts = urlsplit(server_url)
    url = parts._replace(path=f"/{name}").geturl()
    migrate.upgrade(url)
    yield url
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The database, empty again after the test."""
    database = Database(database_url, size=8)
    yield database
    async with database.session() as db:
        await (await db.connection()).exec_driver_sql(EMPTY)
    await database.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path, _env_file=None)


@pytest.fixture
async def client(database: Database, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on the whole application (no start-up tasks: no listener, no worker)."""
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
    await app.state.database.close()


@pytest.fixture
def say(database: Database) -> Say:
    """`await say("班车", at=…)`: what the services answer to words (or to an `Ask`)."""
    router = Router(load_services())

    async def answer(ask: str | Ask, at: datetime | None = None) -> Parts | None:
        if isinstance(ask, str):
            ask = as_text(ask, "alice", at or clock.now())
        async with database.session() as db:
            return await router.answer(ask, database, db)

    return answer
