"""The process that does what was enqueued. Several may run, on several machines."""

import asyncio
import contextlib
import signal
from collections.abc import Mapping
from copy import deepcopy

import httpx
import psycopg
import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import SQLAlchemyError

from app import stalled
from app.campus import events
from app.campus.campaigns import sweep as campaigns
from app.gateway import articles, following, owed
from app.gateway.router import Router
from app.gateway.sending import jobs as sending  # noqa: F401 adds its tasks to the gateway's
from app.gateway.sending.sender import Sender
from app.kit.db import Database
from app.kit.jobs import defer
from app.kit.service import Service
from app.main import all_measures
from app.office import opened
from app.settings import Settings
from app.stalled import Patience, Pulse

log = structlog.get_logger()
PAUSE = 2.0  # seconds before starting anew when the database went away
AWAY = (psycopg.Error, ConnectorException, SQLAlchemyError, OSError)


def queue(url: str, services: Mapping[str, Service]) -> App:
    """The job queue with every task: `gateway:…` and `<service>:…`, each with a retry policy."""
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4))
    blueprints = {"gateway": owed.jobs, "articles": articles.jobs, "campaigns": campaigns.jobs,
                  "events": events.jobs, "jobs": stalled.jobs}  # fmt: skip
    blueprints |= {name: service.jobs for name, service in services.items() if service.jobs}
    for name, blueprint in blueprints.items():
        # A copy, since adding a blueprint renames its tasks for good.
        app.add_tasks_from(deepcopy(blueprint), namespace=name)
    for task in app.tasks.values():
        task.retry_strategy = task.retry_strategy or Patience()
    return app


async def work(
    settings: Settings,
    services: Mapping[str, Service],
    until_empty: bool = False,
    transport: httpx.AsyncBaseTransport | None = None,
) -> None:
    """Do jobs until told to stop; or, in tests, until none that is due is left.

    A database that went away is waited for: the worker starts anew until it is back.
    """
    if until_empty:
        await _live(settings, services, transport, until_empty=True)
        return
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    while not stop.is_set():
        life = asyncio.create_task(_live(settings, services, transport))
        asked = asyncio.create_task(stop.wait())
        await asyncio.wait({life, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        life.cancel()
        try:
            await life
        except asyncio.CancelledError:
            return
        except AWAY as error:
            log.warning("worker_lost_database", error=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PAUSE)


async def _live(
    settings: Settings,
    services: Mapping[str, Service],
    transport: httpx.AsyncBaseTransport | None,
    until_empty: bool = False,
) -> None:
    """One worker, from its registration to its end. When its side tasks fail, it just ends."""
    pulse = Pulse()
    database = Database(settings.database_url, settings.database_pool)
    async with (
        opened(settings, Router(services), database, transport) as office,
        queue(settings.database_url, services).open_async() as app,
        contextlib.AsyncExitStack() as stack,
    ):
        notices = [notice for service in services.values() for notice in service.notices]
        sender = Sender(database, office.client, office.speaker, notices)
        if not until_empty:
            await stack.enter_async_context(sender.watching())
            await stack.enter_async_context(stalled.watching(app, database, pulse))
            async with database.session() as db:
                await defer(db, following.NAME, timestamp=0)
        await app.run_worker_async(
            concurrency=pulse.jobs,
            wait=not until_empty,
            fetch_job_polling_interval=2.0,
            install_signal_handlers=False,
            update_heartbeat_interval=pulse.heartbeat,
            stalled_worker_timeout=pulse.stalled,
            shutdown_graceful_timeout=pulse.grace,
            additional_context={
                "database": database, "inbox": office.inbox, "client": office.client,
                "speaker": office.speaker, "sender": sender, "measures": all_measures(services),
                "listeners": {name: service.events for name, service in services.items()},
            },
        )  # fmt: skip
