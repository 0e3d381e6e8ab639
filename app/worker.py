"""The process that does what was enqueued."""

from collections.abc import Mapping

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
    app.add_tasks_from(owed.jobs, namespace="gateway")
    for name, service in services.items():
        if service.jobs:
            app.add_tasks_from(service.jobs, namespace=name)
    return app


async def work(
    settings: Settings, services: Mapping[str, Service], until_empty: bool = False
) -> None:
    """Do jobs until told to stop, or, for tests, until none is left that is due."""
    database = Database(settings.database_url, settings.database_pool)
    async with (
        opened(settings, Router(services), database) as office,
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
