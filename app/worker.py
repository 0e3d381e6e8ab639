"""The process that does what was enqueued."""

from collections.abc import Mapping
from copy import deepcopy

import httpx
from procrastinate import App, PsycopgConnector

from app.gateway import owed
from app.gateway.router import Router
from app.kit.db import Database
from app.kit.service import Service
from app.office import opened
from app.settings import Settings


def queue(url: str, services: Mapping[str, Service]) -> App:
    """The job queue with every task: `gateway:…` and `<service>:…`."""
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4))
    blueprints = {"gateway": owed.jobs}
    blueprints |= {name: service.jobs for name, service in services.items() if service.jobs}
    for name, blueprint in blueprints.items():
        # A copy, since adding a blueprint renames its tasks for good.
        app.add_tasks_from(deepcopy(blueprint), namespace=name)
    return app


async def work(
    settings: Settings,
    services: Mapping[str, Service],
    until_empty: bool = False,
    transport: httpx.AsyncBaseTransport | None = None,
) -> None:
    """Do jobs until told to stop; or, in tests, until none that is due is left."""
    database = Database(settings.database_url, settings.database_pool)
    async with (
        opened(settings, Router(services), database, transport) as office,
        queue(settings.database_url, services).open_async() as app,
    ):
        await app.run_worker_async(
            concurrency=10,
            wait=not until_empty,
            fetch_job_polling_interval=2.0,
            install_signal_handlers=not until_empty,
            additional_context={
                "inbox": office.inbox, "client": office.client, "speaker": office.speaker,
            },
        )  # fmt: skip
