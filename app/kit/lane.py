"""Requests that arrive together share one statement, on a connection of their own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import psycopg

Q = TypeVar("Q")
A = TypeVar("A")
Connection = psycopg.AsyncConnection[Any]
_MOST = 400
# What one request of several may have brought about, and the others should not suffer for.
_NOT_ALL = (psycopg.IntegrityError, psycopg.DataError, psycopg.errors.DeadlockDetected)


class Lane(Generic[Q, A]):
    """`write(connection, requests)` answers each request, in order, in one statement.

    While it runs, the next ones gather. A statement that fails because of one request is done
    again for each by itself.
    """

    def __init__(
        self, url: str, write: Callable[[Connection, list[Q]], Awaitable[list[A]]]
    ) -> None:
        self._url, self._write = url, write
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def ask(self, request: Q) -> A:
        """What `write` answers to `request`. Raises psycopg.Error; then it may have been done."""
        done: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, done))
        self._wake.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await done

    async def close(self) -> None:
        """Answer what waits, then stop."""
        if self._task is not None:
            await asyncio.gather(*(done for _, done in self._waiting), return_exceptions=True)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        connection: Connection | None = None
        try:
            while True:
                await self._wake.wait()
                await asyncio.sleep(0)  # let whoever is ready now join this statement
                batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                if not self._waiting:
                    self._wake.clear()
                try:
                    if connection is None or connection.closed:
                        connection = await psycopg.AsyncConnection.connect(
                            self._url, autocommit=True, prepare_threshold=1
                        )
                    await self._settle(connection, batch)
                except psycopg.Error as error:
                    _fail(batch, error)
        finally:
            _fail(self._waiting, psycopg.OperationalError("the lane has stopped"))
            if connection is not None:
                await connection.close()

    async def _settle(
        self, connection: Connection, batch: list[tuple[Q, asyncio.Future[A]]]
    ) -> None:
        try:
            answers = await self._write(connection, [request for request, _ in batch])
        except _NOT_ALL:
            if len(batch) == 1:
                raise
            for one in batch:
                try:
                    await self._settle(connection, [one])
                except psycopg.Error as error:
                    _fail([one], error)
            return
        for (_, done), answer in zip(batch, answers, strict=True):
            if not done.done():
                done.set_result(answer)


def _fail(batch: list[tuple[Q, asyncio.Future[A]]], error: Exception) -> None:
    for _, done in batch:
        if not done.done():
            done.set_exception(error)
