"""One channel in one process: claim a little, tell it many at once, write down what came of it.

What is claimed is about a second's work, so that urgent news need not wait behind more than
that, a campaign that is paused stops within it, and memory does not grow with a campaign.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import psycopg
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import merge
from app.campus.notify.models import MANY, State
from app.gateway.sending import paces
from app.gateway.sending.channels import Telling
from app.gateway.sending.claim import USABLE, Row, claim
from app.gateway.sending.ledger import Entry, Ledger
from app.gateway.sending.outcomes import (
    AFTER,
    PASSING,
    Channel,
    Reason,
    Try,
    Unfit,
    Verdict,
    given_up,
    judge,
    told,
)
from app.gateway.sending.paces import Most
from app.kit import clock
from app.kit.db import Database
from app.wechat.errors import Busy, TransportFailed, WeChatError

log = structlog.get_logger()
MOST = 500  # rows of one claim
AHEAD = 1.0  # seconds of work that are claimed at once
IDLE = 1.0  # seconds until it is asked again whether anything is due
LONGEST_REST = 5.0  # seconds, while the platform is busy or out of reach
Work = tuple[int, int, float, Row]  # rank and id, so that what is urgent overtakes; usable until
_DATABASE_FAULTS = (psycopg.Error, SQLAlchemyError, OSError)


class Lane:
    """`size`: how many are told at once. `several`: notices of which several become one."""

    def __init__(
        self,
        database: Database,
        channel: Telling,
        most: Most,
        size: int,
        several: frozenset[str] = frozenset(),
    ) -> None:
        self._database, self._channel, self._most = database, channel, most
        self._size, self._several = size, several
        self._ledger = Ledger(database, channel.name)
        self._queue: asyncio.PriorityQueue[Work] = asyncio.PriorityQueue()
        self._low, self.wake = asyncio.Event(), asyncio.Event()
        self._told, self._missed, self._trouble = 0, 0, 0
        self._batch = size * 2

    async def work_off(self) -> int:
        """Tell everything that is due now; how many were claimed."""
        count = 0
        async with self._at_work():
            while found := await self._claim():
                count += found
                await self._queue.join()
                await self._ledger.settled()
        return count

    async def run(self) -> None:
        """Tell what becomes due, until cancelled; then give back what has not been begun."""
        async with self._at_work():
            while True:
                self.wake.clear()
                begun = time.monotonic()
                found = await self._try_to_claim()
                if not found:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self.wake.wait(), IDLE)
                    continue
                self._low.clear()
                if self._queue.qsize() > self._batch // 2:
                    await self._low.wait()
                await self._adapt(time.monotonic() - begun)

    @contextlib.asynccontextmanager
    async def _at_work(self) -> AsyncIterator[None]:
        writer = asyncio.create_task(self._ledger.run())
        tellers = [asyncio.create_task(self._tell_on()) for _ in range(self._size)]
        try:
            yield
        finally:
            while not self._queue.empty():
                self._give_back(self._queue.get_nowait()[3])
                self._queue.task_done()
            await self._queue.join()  # what has been begun ends
            with contextlib.suppress(TimeoutError):  # what is not written is found in doubt
                await asyncio.wait_for(self._ledger.settled(), 5)
            for task in (*tellers, writer):
                task.cancel()
            await asyncio.gather(*tellers, writer, return_exceptions=True)

    async def _try_to_claim(self) -> int:
        try:
            return await self._claim()
        except _DATABASE_FAULTS as error:
            log.warning("nothing_claimed", error=type(error).__name__)
            return 0

    async def _claim(self) -> int:
        """Claim what is due and put it into the queue."""
        now, usable_until = clock.now(), time.monotonic() + USABLE
        channel = self._channel
        async with self._database.session() as db:
            room = await paces.room(db, channel.name, self._most, self._batch, now)
            if not room.count:
                return 0
            rows = await claim(db, channel.name, channel.takes, room, now)
            if not rows:
                return 0
            await paces.spend(db, channel.name, len(rows))
            await channel.prepare(db, rows, now)
            kept = await self._merged(db, rows)
        for row in kept:
            self._queue.put_nowait((row.rank, row.id, usable_until, row))
        return len(rows)

    async def _merged(self, db: AsyncSession, rows: list[Row]) -> list[Row]:
        """`rows` without those that are told as a part of another."""
        if not self._several or all(row.rank >= MANY for row in rows):
            return rows
        single = [row for row in rows if row.rank < MANY]
        fresh = [row.id for row in single if row.since is None]
        gone = await merge.merge(db, fresh, self._several, clock.now())
        counts = await merge.counts(db, [row.id for row in single])
        for row in single:
            row.stands_for = counts.get(row.id, 1)
        return [row for row in rows if row.id not in gone]

    async def _tell_on(self) -> None:
        while True:
            _, _, usable_until, row = await self._queue.get()
            try:
                if time.monotonic() > usable_until:
                    self._give_back(row)
                else:
                    self._note(row, await self._tell(row))
            finally:
                self._queue.task_done()
                if self._queue.qsize() <= self._batch // 2:
                    self._low.set()

    async def _tell(self, row: Row) -> Verdict:
        """One try, and what follows from it."""
        doubt = row.since is not None
        made = Try(clock.now(), row.tries, doubt, random.random())  # noqa: S311 spreads repeats
        if row.who is None:
            return Verdict(State.UNSURE if doubt else State.FAILED, Reason.GONE)
        if row.since is not None and given_up(made, row.since, self._channel.name):
            return Verdict(State.UNSURE, Reason.BUSY)
        try:
            number = await self._channel.tell(row, row.who)
        except (WeChatError, Unfit) as error:
            self._missed += isinstance(error, Busy | TransportFailed)
            return judge(error, made)
        except Exception as error:
            return self._broken(row, error, made)
        self._told += 1
        return told(number)

    def _broken(self, row: Row, error: Exception, made: Try) -> Verdict:
        """Not the platform's fault. The database is only asked before anything is sent."""
        if isinstance(error, _DATABASE_FAULTS):
            log.warning("not_told", error=type(error).__name__)
            return judge(TransportFailed(type(error).__name__, reached=False), made)
        log.exception("telling_failed", delivery=row.id, exc_info=error)
        return Verdict(State.UNSURE, Reason.OTHER)

    def _note(self, row: Row, verdict: Verdict) -> None:
        """Write it down; what goes on to the next channel, and has none, has failed."""
        if verdict.onward:
            self._ledger.add(onward(row, verdict, self._channel.name))
        else:
            self._ledger.add(Entry(row, verdict))

    def _give_back(self, row: Row) -> None:
        """It was claimed and nothing was done with it."""
        due, doubt = clock.now(), row.since is not None
        waits = Verdict(State.WAITING, row.reason, due_at=due, doubt=doubt)
        self._ledger.add(Entry(row, waits, asked=False))

    async def _adapt(self, seconds: float) -> None:
        """Claim as much as was told lately; rest while nothing gets through."""
        rate = self._told / max(seconds, 0.01)
        self._batch = int(min(max(rate * AHEAD, self._size * 2), MOST))
        self._trouble = self._trouble + 1 if self._missed and not self._told else 0
        self._told = self._missed = 0
        if self._trouble:
            await asyncio.sleep(min(0.25 * 2**self._trouble, LONGEST_REST))


def onward(row: Row, verdict: Verdict, channel: Channel) -> Entry:
    """To the channel after `channel`; the first reason stays, since it says what to mend."""
    after = AFTER.get(channel)
    reason = verdict.reason if row.reason in ("", *PASSING) else row.reason
    goes = replace(verdict, state=State.WAITING if after else State.FAILED, reason=reason)
    return Entry(row, goes, after, asked=not verdict.unasked)
