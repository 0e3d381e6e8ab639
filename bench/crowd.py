"""Phones: a load generator for crowds, light enough to share two cores with what it measures."""

import asyncio
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast


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


@lru_cache(64)
def _parsed(body: bytes) -> Any:
    """What many phones are shown is parsed once: the phones are not what is measured."""
    return json.loads(body)


class Phone(asyncio.Protocol):
    """One keep-alive connection; one request at a time."""

    def __init__(self) -> None:
        self.buffer = b""
        self.answer: asyncio.Future[tuple[int, bytes, bytes]] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].lower()
        at = head.index(b"content-length:") + 15
        length = int(head[at : head.find(b"\r", at) if head.find(b"\r", at) > 0 else None])
        if len(self.buffer) < end + 4 + length:
            return
        body, self.buffer = self.buffer[end + 4 : end + 4 + length], self.buffer[end + 4 + length :]
        if self.answer is not None and not self.answer.done():
            self.answer.set_result((int(head[9:12]), head, body))

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(ConnectionResetError())


class Hand:
    """Somebody with a phone: asks, and waits for the answer; comes again when the line breaks."""

    def __init__(self, port: int, cookie: str, seen: Seen) -> None:
        self.port, self.seen = port, seen
        self.head = f"host: test\r\ncookie: sid={cookie}\r\n".encode()
        self.phone: Phone | None = None
        self.ticket = ""

    async def get(self, kind: str, path: str) -> tuple[int, Any]:
        return await self._send(kind, b"GET %s HTTP/1.1\r\n%s\r\n" % (path.encode(), self.head))

    async def post(self, kind: str, path: str, fields: dict[str, Any]) -> tuple[int, Any]:
        body = json.dumps(fields).encode()
        return await self._send(
            kind, b"POST %s HTTP/1.1\r\n%scontent-length: %d\r\n\r\n%s"
            % (path.encode(), self.head, len(body), body),
        )  # fmt: skip

    async def _send(self, kind: str, request: bytes) -> tuple[int, Any]:
        for _ in range(60):
            begun = time.perf_counter()
            try:
                status, head, body = await self._once(request)
            except OSError:
                self.seen.failed += 1
                self.phone = None
                await asyncio.sleep(0.5)
                continue
            self.seen.took[kind if status == 200 else f"{kind} {status}"].append(
                time.perf_counter() - begun
            )
            if status == 503:
                self.seen.failed += 1
                await asyncio.sleep(0.5)
                continue
            if (at := head.find(b"x-ticket: ")) > 0:
                end = head.find(b"\r", at)
                self.ticket = head[at + 10 : end if end > 0 else None].decode()
            return status, _parsed(body)
        raise RuntimeError("nobody answers")

    async def _once(self, request: bytes) -> tuple[int, bytes, bytes]:
        loop = asyncio.get_running_loop()
        if self.phone is None or self.phone.transport is None or self.phone.transport.is_closing():
            _, self.phone = await loop.create_connection(Phone, "127.0.0.1", self.port)
        self.phone.answer = loop.create_future()
        assert self.phone.transport is not None
        self.phone.transport.write(request)
        return await self.phone.answer

    def hang_up(self) -> None:
        if self.phone is not None and self.phone.transport is not None:
            self.phone.transport.close()
