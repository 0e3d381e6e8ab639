"""A load generator light enough to share two cores with what it measures."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """Requests per second, and milliseconds for the median and the 99th percentile."""

    rate: float
    p50: float
    p99: float
    wrong: int

    @classmethod
    def median(cls, results: "Sequence[Result]") -> "Result":
        pick = sorted(results, key=lambda result: result.rate)[len(results) // 2]
        wrong = sum(result.wrong for result in results)
        p50 = statistics.median(result.p50 for result in results)
        p99 = statistics.median(result.p99 for result in results)
        return cls(pick.rate, p50, p99, wrong)


async def fire(
    port: int, requests: Sequence[bytes], connections: int, expected: bytes, status: bytes = b"200"
) -> Result:
    """Send each of `requests` (whole HTTP/1.1 requests) once over keep-alive connections.

    An answer counts as wrong unless it has that status and its body holds `expected`.
    """
    waiting = iter(requests)
    times: list[float] = []
    wrong = 0

    async def one() -> None:
        nonlocal wrong
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            begun = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            at = head.lower().index(b"content-length:") + 15
            body = await reader.readexactly(int(head[at : head.index(b"\r", at)]))
            times.append(time.perf_counter() - begun)
            wrong += not (head[9:12] == status and expected in body)
        writer.close()
        await writer.wait_closed()

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    seconds = time.perf_counter() - begun
    times.sort()
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    return Result(len(times) / seconds, p50 * 1000, p99 * 1000, wrong)
