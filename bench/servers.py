"""What every bench needs: a database with the demo in it, and servers to fire at."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import psycopg

from app.embedded import start
from app.settings import ROOT
from bench.load import Result


@contextlib.contextmanager
def database(demo: bool = True) -> Iterator[str]:
    """The URL of a new database that holds the demo campus, or only the tables."""
    running = start(ROOT / ".data" / "bench")
    name = f"bench_{os.getpid()}"  # several may run at once
    url = running.get_uri().replace("/postgres?", f"/{name}?")
    with psycopg.connect(running.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    subprocess.run([sys.executable, "-m", "app.cli", "demo" if demo else "migrate"],
                   check=True, cwd=ROOT, env={**os.environ, "DATABASE_URL": url})  # fmt: skip
    try:
        yield url
    finally:
        drop(url)
        running.cleanup()


def drop(url: str) -> None:
    """Delete the database, whoever is still connected to it."""
    name = urlsplit(url).path[1:]
    with psycopg.connect(another(url, "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def another(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def ours(workers: int) -> list[str]:
    """Our application, as `server` starts it."""
    return ["app.cli", "serve", "--port", "{port}", "--workers", str(workers)]


def plain(app: str, workers: int) -> list[str]:
    """Any other ASGI application (`module:name`) under the same server."""
    return ["uvicorn", app, "--port", "{port}", "--workers", str(workers),
            "--log-level", "error", "--no-access-log",
            "--timeout-worker-healthcheck", "60"]  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def server(command: list[str], url: str) -> Iterator[int]:
    """A server process group on a free port, answering before the block begins."""
    port = free_port()
    words = [part.format(port=port) for part in command]
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": url, "LOG_LEVEL": "ERROR"},
    )  # fmt: skip
    try:
        _wait_for(process, port)
        time.sleep(1.5)  # the other workers
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Until it answers. Raises RuntimeError if it ends before, or takes more than a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/wechat")
            return
        time.sleep(0.2)
    raise RuntimeError(f"{process.args!r} does not answer on port {port}")


def line(name: str, found: Result, floor: float) -> str:
    return (
        f"{name:<24}{found.rate:8.0f} req/s  {found.rate / floor:5.2f} of the floor"
        f"  p50 {found.p50:6.1f}  p99 {found.p99:6.1f} ms  wrong {found.wrong}"
    )
