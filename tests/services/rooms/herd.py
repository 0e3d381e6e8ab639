"""A server of the fast lane in several processes, each replaced at once when it is killed.

    python -m tests.services.rooms.herd FD COUNT

`FD` is a listening socket. Says the number of each process as it begins. Everything is imported
once and then forked, so that a new process answers within milliseconds.
"""

import asyncio
import os
import signal
import socket
import sys
from types import SimpleNamespace
from typing import NoReturn

import uvicorn

from app.kit.db import Database
from app.services.rooms.engine.front import Front
from app.settings import DEMO_SECRETS


async def answer(listening: socket.socket) -> None:
    """One process: until it is killed."""
    database = Database(os.environ["DATABASE_URL"], 4)
    state = SimpleNamespace(database=database, secret_key=DEMO_SECRETS["secret_key"])
    hearing = asyncio.create_task(database.listen())
    config = uvicorn.Config(Front(state), log_level="critical", lifespan="off", access_log=False)
    await uvicorn.Server(config).serve([listening])
    hearing.cancel()


def begin(listening: socket.socket) -> int:
    """Fork a process that answers; its number."""
    if pid := os.fork():
        print(pid, flush=True)  # noqa: T201 - it is what the test reads
        return pid
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # its log: connections broke, as they should
    asyncio.run(answer(listening))
    os._exit(0)


def main(fd: int, count: int) -> NoReturn:
    """Keep `count` processes alive until told to end."""
    listening = socket.socket(fileno=fd)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    herd = {begin(listening) for _ in range(count)}
    try:
        while True:
            herd.discard(os.wait()[0])
            herd.add(begin(listening))
    finally:
        for pid in herd:
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
