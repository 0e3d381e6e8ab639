"""All that one process sends: a lane for each channel."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Protocol

import psycopg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.campus.notify import Notice
from app.gateway.outbound import Speaker
from app.gateway.sending.channels import Api, ByCustomerService, BySubscription, ByTemplate
from app.gateway.sending.lane import Lane
from app.gateway.sending.letters import Letters
from app.gateway.sending.mass import MassApi, Masses
from app.gateway.sending.paces import Most
from app.gateway.sending.settings import Limits
from app.kit.db import Database

log = structlog.get_logger()
OTHERS = Most(per_minute=10_000, per_day=400_000)  # the platform's are higher
MASS_POLL = 2.0  # seconds


class Platform(Api, MassApi, Protocol):
    """What is needed of the platform in all."""


class Sender:
    """Tells what is due. `notices`: all that are declared."""

    def __init__(
        self,
        database: Database,
        api: Platform,
        speaker: Speaker,
        notices: Iterable[Notice],
        limits: Limits | None = None,
    ) -> None:
        limits = limits or Limits()
        by_name: Mapping[str, Notice] = {notice.name: notice for notice in notices}
        several = frozenset(name for name, notice in by_name.items() if notice.several)
        letters = Letters(by_name, speaker)
        fast, few = limits.connections, max(limits.connections // 6, 2)
        most = Most(limits.per_minute, limits.per_day)
        self._lanes = (
            Lane(database, ByTemplate(api, letters), most, fast, several),
            Lane(database, BySubscription(api, letters, database), OTHERS, few, several),
            Lane(database, ByCustomerService(api, letters), OTHERS, few, several),
        )
        self._masses = Masses(database, api, letters)
        self._watching = False

    async def work_off(self) -> None:
        """Tell everything that is due. Where the process is at it anyway, just look at once."""
        if self._watching:
            for lane in self._lanes:
                lane.wake.set()
            return
        channels = (self._masses, *self._lanes)
        while sum([await channel.work_off() for channel in channels]):
            pass  # what one channel could not tell may have gone on to the next

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Tell whatever becomes due while the block runs."""
        self._watching = True
        tasks = [asyncio.create_task(lane.run()) for lane in self._lanes]
        tasks.append(asyncio.create_task(self._watch_masses()))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._watching = False

    async def _watch_masses(self) -> None:
        while True:
            try:
                await self._masses.work_off()
            except (psycopg.Error, SQLAlchemyError, OSError) as error:
                log.warning("no_mass_send", error=type(error).__name__)
            await asyncio.sleep(MASS_POLL)
