"""Answers that only read share a write with others that arrive in the same milliseconds."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

from app.kit.answers import Parts, Say, dump, load

_string = json.encoder.encode_basestring  # JSON of a string, in UTF-8

# One JSON parameter: nine arrays of text cost the driver five times as much to quote.
_KEEP = """
INSERT INTO gateway_messages (key, who, at, kind, text, answer, matched, offers, reference)
SELECT * FROM json_to_recordset(%s) AS heard (
    key text, who text, at timestamptz, kind text, text text,
    answer jsonb, matched bool, offers bool, reference text)
ORDER BY key  -- two processes that insert the same keys in different order deadlock
ON CONFLICT (key) DO NOTHING
RETURNING key
"""
_READ = "SELECT key, answer FROM gateway_messages WHERE key = ANY(%s)"
_MOST = 500


@dataclass(slots=True)
class Entry:
    """A message with its answer (None: it wants none), on its way to the table.

    Strings hold neither NUL nor lone surrogates: PostgreSQL keeps none.
    """

    key: str
    who: str
    at: datetime
    kind: str
    text: str
    parts: Parts | None
    matched: bool = True
    reference: str | None = None
    done: "asyncio.Future[Parts | None]" = field(init=False)

    @property
    def offers(self) -> bool:
        """Whether a digit can answer this answer."""
        return any(isinstance(part, Say) and part.offers for part in self.parts or ())

    def row(self) -> str:
        """The entry as a JSON object."""
        reference = "null" if self.reference is None else _string(self.reference)
        answer = "null" if self.parts is None else dump(self.parts)
        return (
            f'{{"key":{_string(self.key)},"who":{_string(self.who)},"at":"{self.at.isoformat()}",'
            f'"kind":"{self.kind}","text":{_string(self.text)},"answer":{answer},'
            f'"matched":{str(self.matched).lower()},"offers":{str(self.offers).lower()},'
            f'"reference":{reference}}}'
        )


class Batch:
    """Writes entries as they come, all that wait in one statement, on a connection of its own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiting: list[Entry] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def keep(self, entry: Entry) -> Parts | None:
        """Keep `entry` unless its key is kept already; the answer that counts, new or old."""
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
) -> dict[str, Parts | None]:
    """The answer that counts for each key."""
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.key, entry)
    rows = f"[{','.join(entry.row() for entry in first.values())}]"
    cursor = await connection.execute(_KEEP, [rows])
    kept = {key: first[key].parts for (key,) in await cursor.fetchall()}
    if old := [key for key in first if key not in kept]:
        cursor = await connection.execute(_READ, [old])
        for key, stored in await cursor.fetchall():
            kept[key] = None if stored is None else load(stored)
    return kept


def _settle(entries: list[Entry], answers: dict[str, Parts | None]) -> None:
    for entry in entries:
        if not entry.done.done():
            entry.done.set_result(answers.get(entry.key))


def _fail(entries: list[Entry], error: Exception) -> None:
    for entry in entries:
        if not entry.done.done():
            entry.done.set_exception(error)
