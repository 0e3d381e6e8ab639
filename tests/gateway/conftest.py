"""Real servers on the test database, and a client on one application in this process."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest
from asgi_lifespan import LifespanManager
from sqlalchemy import text

from app.kit.db import Database
from app.main import create_app
from app.settings import ROOT, Settings
from tests.gateway import slow_app
from tests.gateway.phones import World, open_world

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
async def runs(database: Database) -> AsyncIterator[Callable[..., object]]:
    """A table in which handlers leave a row for each run; `await runs()` counts them."""
    async with database.session() as db:
        await db.execute(text("CREATE TABLE IF NOT EXISTS runs (pid int)"))
        await db.execute(text("TRUNCATE runs"))

    async def count() -> int:
        async with database.session() as db:
            return (await db.execute(text("SELECT count(*) FROM runs"))).scalar_one()

    yield count
    async with database.session() as db:
        await db.execute(text("DROP TABLE runs"))


@pytest.fixture
async def wechat(settings: Settings, runs: object) -> AsyncIterator[httpx.AsyncClient]:
    """A client on `slow_app` in this process."""
    app = create_app(settings, slow_app.services)
    async with LifespanManager(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


@pytest.fixture
async def world(database: Database, settings: Settings) -> AsyncIterator[World]:
    """The app and the platform, with phones that log in."""
    async with open_world(database, settings) as made:
        yield made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """`slow_app` in a process of its own."""

    def __init__(self, database_url: str, **env: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "tests.gateway.slow_app:create", "--factory",
             "--port", str(self.port), "--log-level", "warning"],
            cwd=ROOT, env={**os.environ, "DATABASE_URL": database_url, **env},
        )  # fmt: skip

    async def ready(self) -> "Server":
        async with httpx.AsyncClient() as client:
            for _ in range(600):
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{self.url}/readyz")).status_code == 200:
                        return self
                await asyncio.sleep(0.1)
        raise TimeoutError("the server did not come up")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def start_server(database_url: str, runs: object) -> Iterator[Callable[..., Server]]:
    """`await start_server().ready()`: a server process, killed after the test."""
    servers: list[Server] = []

    def start(**env: str) -> Server:
        servers.append(Server(database_url, **env))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()
