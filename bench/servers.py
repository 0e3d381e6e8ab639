"""What every bench needs: a database with the demo in it, and servers to fire at."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import psycopg

from app.embedded import start
from app.settings import ROOT
from bench.load import Result


@contextlib.contextmanager
def database() -> Iterator[str]:
    """The URL of a new database that holds the demo campus."""
    running = start(ROOT / ".data" / "bench")
    with psycopg.connect(running.get_uri(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench WITH (FORCE)")
        connection.execute("CREATE DATABASE bench")
    url = running.get_uri().replace("/postgres?", "/bench?")
    subprocess.run([sys.executable, "-m", "app.cli", "demo"], check=True, cwd=ROOT,
                   env={**os.environ, "DATABASE_URL": url})  # fmt: skip
    yield url
    running.cleanup()


def ours(workers: int) -> list[str]:
    """Our application, as `server` starts it."""
    return ["app.cli", "serve", "--port", "{port}", "--workers", str(workers)]


def plain(app: str, workers: int) -> list[str]:
    """Any other ASGI application (`module:name`) under the same server."""
    return ["uvicorn", app, "--port", "{port}", "--workers", str(workers),
            "--log-level", "error", "--no-access-log"]  # fmt: skip


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
