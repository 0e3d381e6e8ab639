"""The admission queue: who comes while a round is open gets a number, and is let in by number.

Numbers and how far has been let in are in the database, shared by all processes. Each process
lets in more while those inside and still without a bed are fewer than it can serve; how many
that is, it learns from how long answers take.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from app.kit.lane import Connection, Lane
from app.services.rooms.settings import limits

TICK = 0.2  # seconds
FIRST, LEAST, MOST = 400.0, 200.0, 10_000.0  # people inside who have no bed yet
SETTLED = 30.0  # seconds after which whoever is inside is no longer thought to be choosing
SOONEST, LATEST = 400, 20_000  # milliseconds until one asks again
_MANY = 60_000
_ARRIVE = "SELECT person, pool, number, frontier, last FROM rooms_arrive(%s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands. `pool_id` None: they may not choose here. `poll`: milliseconds."""

    pool_id: int | None
    inside: bool
    ahead: int = 0
    poll: int = 0


class Gate:
    """The queue of one round as this process sees it.

    `wait()`: seconds that a choice takes now; `housed()`: how many have a bed.
    """

    def __init__(
        self, url: str, round_id: int, wait: Callable[[], float], housed: Callable[[], int]
    ) -> None:
        self.round_id = round_id
        self.window, self.speed = FIRST, FIRST
        self._wait, self._housed = wait, housed
        self._passed: deque[tuple[float, int]] = deque()
        self._lane: Lane[int, tuple[int | None, int | None]] = Lane(url, self._arrive)
        self._known: dict[int, tuple[int | None, int]] = {}
        self._pools: dict[int, tuple[int | None, float]] = {}
        self._frontier = self._last = self._version = self._settled = 0
        self._task: asyncio.Task[None] | None = None

    async def place(self, person_id: int, version: int = 0) -> Place:
        """Where they stand; their number is given when they first ask while it is open.

        `version` of the round: with each, pools are asked for anew. Raises psycopg.Error.
        """
        if version != self._version:
            self._version = version
            self._known.clear()
            self._pools.clear()
        known = self._known.get(person_id)
        if known is None:
            known = self._pools_of(person_id) or await self._ask(person_id)
        pool_id, number = known
        if number <= self._frontier:
            return Place(pool_id, inside=True)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._let_in())
        ahead = number - self._frontier
        return Place(pool_id, inside=False, ahead=ahead, poll=self._poll(ahead))

    def _pools_of(self, person_id: int) -> tuple[int | None, int] | None:
        """Somebody without a number (it is not open, or they may not choose), for a second."""
        pool_id, until = self._pools.get(person_id, (None, 0.0))
        return (pool_id, 0) if time.monotonic() < until else None

    async def _ask(self, person_id: int) -> tuple[int | None, int]:
        pool_id, number = await self._lane.ask(person_id)
        if len(self._known) + len(self._pools) > _MANY:
            self._known.clear()
            self._pools.clear()
        if number is None:
            self._pools[person_id] = (pool_id, time.monotonic() + 1)
            return pool_id, 0
        self._known[person_id] = (pool_id, number)
        return pool_id, number

    def _poll(self, ahead: int) -> int:
        """When to ask again: when their turn is likely, spread so that they do not come at once."""
        likely = ahead / max(self.speed, 1.0) * 1000
        jitter = random.uniform(0.8, 1.2)  # noqa: S311 nothing is guessed from it
        return int(min(max(likely, SOONEST), LATEST) * jitter)

    async def _arrive(
        self, connection: Connection, people: list[int]
    ) -> list[tuple[int | None, int | None]]:
        tokens, distinct = self._tokens(), list(dict.fromkeys(people))
        cursor = await connection.execute(_ARRIVE, [self.round_id, distinct, tokens])
        found: dict[int, tuple[int | None, int | None]] = {}
        for person, pool, number, frontier, last in await cursor.fetchall():
            if person is None:
                self._moved(frontier, last)
            else:
                found[person] = (pool, number)
        return [found.get(person, (None, None)) for person in people]

    def _tokens(self) -> int:
        """How many more may come in: up to the window, without those who have settled."""
        now = time.monotonic()
        while self._passed and self._passed[0][0] < now - SETTLED:
            self._settled = self._passed.popleft()[1]
        inside = self._frontier - max(self._housed(), self._settled)
        return max(int(self.window) - inside, 0)

    def _moved(self, frontier: int, last: int) -> None:
        if frontier > self._frontier:
            self._frontier = frontier
            self._passed.append((time.monotonic(), frontier))
        self._last = max(last, self._last)

    async def _let_in(self) -> None:
        """While anybody waits: let in as many as can be served, as fast as they are."""
        while self._frontier < self._last:
            begun, before = time.monotonic(), self._frontier
            await asyncio.sleep(TICK)
            late = time.monotonic() - begun - TICK
            self._adapt(max(late, self._wait()))
            try:
                await self._lane.ask(0)  # nobody new: only to let in, and to hear of the others
            except psycopg.Error:
                continue
            passed = (self._frontier - before) / (time.monotonic() - begun)
            self.speed += (passed - self.speed) * 0.3

    def _adapt(self, wait: float) -> None:
        """More while answers come fast; fewer, and at once, when they take too long."""
        if wait < limits().wait / 1000:
            self.window = min(self.window * 1.1, MOST)
        else:
            self.window = max(self.window * 0.85, LEAST)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._lane.close()
