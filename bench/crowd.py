"""Phones: a load generator for crowds, light enough to share two cores with what it measures.

As a proxy does, it keeps connections open and gives each request one that is free.
"""

import asyncio
import json
import time
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

Answer = tuple[int, bytes, bytes]
MOST = 2_000  # connections


@dataclass
class Seen:
    """Seconds that answers took, by kind of request, and answers that were no answers."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: int = 0

    def quantile(self, kinds: tuple[str, ...], q: float) -> float:
        """Milliseconds."""
        times = sorted(t for kind in kinds for t in self.took[kind])
        return times[min(int(len(times) * q), len(times) - 1)] * 1000 if times else 0.0

    def count(self, *kinds: str) -> int:
        return sum(len(self.took[kind]) for kind in kinds)


@lru_cache(512)
def parsed(body: bytes) -> Any:
    """What many phones are shown is parsed once: the phones are not what is measured."""
    return json.loads(zlib.decompress(body, 31) if body[:2] == b"\x1f\x8b" else body)


class Wire(asyncio.Protocol):
    """One keep-alive connection; one request at a time."""

    def __init__(self, ready: "Wires") -> None:
        self.ready, self.buffer = ready, b""
        self.answer: asyncio.Future[Answer] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        self.buffer = self.buffer + data if self.buffer else data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end]
        at = head.index(b"content-length: ") + 16
        done = end + 4 + int(head[at : at + 10].split(b"\r", 1)[0])
        if len(self.buffer) < done:
            return
        body, self.buffer = self.buffer[end + 4 : done], b""
        waiting, self.answer = self.answer, None
        self.ready.free.append(self)
        if waiting is not None and not waiting.done():
            waiting.set_result((int(head[9:12]), head, body))

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(ConnectionResetError())


class Wires:
    """Connections to a server: as many as there are requests under way, up to `MOST`."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.free: list[Wire] = []
        self.room = asyncio.Semaphore(MOST)

    async def ask(self, request: bytes) -> Answer:
        """Status, head and body of the answer. Raises OSError when the line breaks."""
        async with self.room:
            return await self._ask(request)

    async def _ask(self, request: bytes) -> Answer:
        loop = asyncio.get_running_loop()
        wire = None
        while self.free and (wire is None or wire.transport is None):
            wire = self.free.pop()
        if wire is None or wire.transport is None:
            _, wire = await loop.create_connection(lambda: Wire(self), "127.0.0.1", self.port)
        if wire.transport is None:
            raise ConnectionResetError
        answer: asyncio.Future[Answer] = loop.create_future()
        wire.answer = answer
        wire.transport.write(request)
        return await answer

    def close(self) -> None:
        for wire in self.free:
            if wire.transport is not None:
                wire.transport.close()


class Hand:
    """Somebody with a phone: asks, waits for the answer, and asks again when the line breaks."""

    def __init__(self, wires: Wires, cookie: str, seen: Seen) -> None:
        self.wires, self.seen, self.ticket = wires, seen, ""
        head = f" HTTP/1.1\r\nhost: test\r\naccept-encoding: gzip\r\ncookie: sid={cookie}\r\n"
        self.head = head.encode()

    async def get(self, kind: str, path: str) -> tuple[int, bytes]:
        """Status and body; the body as it came, see `parsed`."""
        return await self._send(kind, b"GET %s%s\r\n" % (path.encode(), self.head))

    async def post(self, kind: str, path: str, fields: dict[str, Any]) -> tuple[int, Any]:
        """Status and what the body says."""
        body = json.dumps(fields).encode()
        request = b"POST %s%scontent-length: %d\r\n\r\n%s" % (
            path.encode(), self.head, len(body), body,
        )  # fmt: skip
        status, said = await self._send(kind, request)
        return status, json.loads(said)

    async def _send(self, kind: str, request: bytes) -> tuple[int, bytes]:
        for _ in range(60):
            begun = time.perf_counter()
            try:
                status, head, body = await self.wires.ask(request)
            except OSError:
                self.seen.failed += 1
                await asyncio.sleep(0.2)
                continue
            name = kind if status == 200 else f"{kind} {status}"
            self.seen.took[name].append(time.perf_counter() - begun)
            if status == 503:
                self.seen.failed += 1
                await asyncio.sleep(0.5)
                continue
            if (at := head.find(b"x-ticket: ")) > 0:
                self.ticket = head[at + 10 : at + 90].split(b"\r", 1)[0].decode()
            return status, body
        raise RuntimeError("nobody answers")
