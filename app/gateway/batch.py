"""Answers that only read share a write with others that arrive in the same milliseconds."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

Stored = list[dict[str, Any]] | None

_KEEP = """
INSERT INTO gateway_messages (key, who, at, kind, text, answer, matched, offers, reference)
SELECT * FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[],
                     %s::jsonb[], %s::bool[], %s::bool[], %s::text[]) AS heard (key)
ORDER BY key  -- two processes that insert the same keys in different order deadlock
ON CONFLICT (key) DO NOTHING
RETURNING key
"""
_READ = "SELECT key, answer FROM gateway_messages WHERE key = ANY(%s)"
_MOST = 500


@dataclass(slots=True)
class Entry:
    """A message with its answer, on its way to the table."""

    key: str
    who: str
    at: datetime
    kind: str
    text: str
    answer: Stored
    matched: bool = True
    offers: bool = False
    reference: str | None = None
    done: "asyncio.Future[Stored]" = field(init=False)

    def row(self) -> tuple[object, ...]:
        answer = None if self.answer is None else json.dumps(self.answer, ensure_ascii=False)
        words = self.text.replace("\0", "")  # PostgreSQL keeps no NUL
        return (self.key, self.who, self.at, self.kind, words, answer,
                self.matched, self.offers, self.reference)  # fmt: skip


class Batch:
    """Writes entries as they come, all that wait in one statement, on a connection of its own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiting: list[Entry] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def keep(self, entry: Entry) -> Stored:
        """Keep `entry` unless its key is kept already; the answer that counts, old or new."""
        entry.done = asyncio.get_running_loop().create_future()
        self._waiting.append(entry)
        self._wake.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await entry.done

    async def close(self) -> None:
        """Write what waits, then stop."""
        if self._task is not None:
            await asyncio.gather(*(e.done for e in self._waiting), return_exceptions=True)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        connection: psycopg.AsyncConnection[Any] | None = None
        try:
            while True:
                await self._wake.wait()
                await asyncio.sleep(0)  # let whoever is ready now join this statement
                entries, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                if not self._waiting:
                    self._wake.clear()
                try:
                    if connection is None or connection.closed:
                        connection = await self._connect()
                    _settle(entries, await _write(connection, entries))
                except psycopg.Error as error:
                    _fail(entries, error)
        finally:
            _fail(self._waiting, ConnectionError("the batch has stopped"))
            if connection is not None:
                await connection.close()

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        connection = await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, prepare_threshold=1
        )
        # A slow handler may hold a key for seconds; its retry must not hold up all the others.
        await connection.execute("SET lock_timeout = '2s'")
        return connection


async def _write(
    connection: psycopg.AsyncConnection[Any], entries: list[Entry]
) -> dict[str, Stored]:
    """The answer that counts for each key."""
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.key, entry)
    columns = [list(column) for column in zip(*(e.row() for e in first.values()), strict=True)]
    cursor = await connection.execute(_KEEP, columns)
    kept = {key: first[key].answer for (key,) in await cursor.fetchall()}
    if old := [key for key in first if key not in kept]:
        cursor = await connection.execute(_READ, [old])
        kept.update(await cursor.fetchall())
    return kept


def _settle(entries: list[Entry], answers: dict[str, Stored]) -> None:
    for entry in entries:
        if not entry.done.done():
            entry.done.set_result(answers.get(entry.key))


def _fail(entries: list[Entry], error: Exception) -> None:
    for entry in entries:
        if not entry.done.done():
            entry.done.set_exception(error)
