"""Jobs that went wrong: tried again with patience, taken over from the dead, tidied away."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from typing import Annotated

import psycopg
import structlog
from procrastinate import App, BaseRetryStrategy, Blueprint, JobContext, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.kit import clock
from app.kit.db import Database

log = structlog.get_logger()
jobs = Blueprint()
MOST = 8  # tries of a job, and workers that may die of it
LONGEST = 600.0  # seconds between two tries
ONE_RESCUER = 0x57484A  # of the advisory lock that only one of us holds
DAY = 24  # hours


class Pulse(BaseSettings):
    """`WORKER_…`: seconds between heartbeats; without one for `stalled` seconds a worker counts
    as dead; `jobs` at once; `grace` seconds to finish them when told to stop.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_prefix="WORKER_")

    heartbeat: Annotated[float, Field(gt=0)] = 5.0
    stalled: Annotated[float, Field(gt=0)] = 20.0
    jobs: Annotated[int, Field(ge=1, le=100)] = 10
    grace: Annotated[float, Field(gt=0)] = 20.0


class Patience(BaseRetryStrategy):
    """The policy of tasks without their own: 8 tries, 2 s to 10 min apart, with jitter.

    What fails for good (`permanent`, see `app.wechat.errors`) is not tried again.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if getattr(exception, "permanent", False) or job.attempts + 1 >= MOST:
            return None
        wait = min(LONGEST, 2.0 ** (job.attempts + 1))
        jitter = random.uniform(0.5, 1.0)  # noqa: S311 - spreads tries, guards nothing
        return RetryDecision(retry_in={"seconds": max(1, round(wait * jitter))})


@contextlib.asynccontextmanager
async def watching(app: App, database: Database, pulse: Pulse) -> AsyncIterator[None]:
    """Take over the jobs of workers that died, while the block runs."""
    task = asyncio.create_task(_watch(app, database, pulse))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _watch(app: App, database: Database, pulse: Pulse) -> None:
    while True:
        # Before the first round, too: after an outage the others need time to show they live.
        await asyncio.sleep(2 * pulse.heartbeat)
        try:
            await take_over(app, database, pulse.stalled)
        except (psycopg.Error, ConnectorException, SQLAlchemyError, OSError) as error:
            log.warning("no_take_over", error=type(error).__name__)


async def take_over(app: App, database: Database, seconds: float) -> int:
    """Give back what workers without a heartbeat for `seconds` were doing; how many jobs.

    A job that outlived too many workers probably kills them: it is left as failed.
    """
    manager, count = app.job_manager, 0
    async with database.session() as db:
        # Two rescuers could each give back the same job, and stop the one who had begun it.
        if not await db.scalar(select(func.pg_try_advisory_xact_lock(ONE_RESCUER))):
            return 0
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
            count += 1
            log.warning("job_taken_over", task=job.task_name, job=job.id, tries=job.attempts + 1)
            if job.attempts + 1 < MOST:
                await manager.retry_job(job, retry_at=clock.now())
            else:
                await manager.finish_job(job, status=Status.FAILED, delete_job=False)
    return count


@jobs.periodic(cron="40 19 * * *")  # UTC: in the small hours here
@jobs.task(name="tidy", pass_context=True, queueing_lock="jobs:tidy")
async def tidy(context: JobContext, timestamp: int) -> None:
    """Forget what was done yesterday, and what failed a month ago."""
    manager = context.app.job_manager
    await manager.delete_old_jobs(nb_hours=DAY)
    await manager.delete_old_jobs(
        nb_hours=30 * DAY, include_failed=True, include_cancelled=True, include_aborted=True
    )
