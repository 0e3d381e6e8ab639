"""A worker process whose one job takes long the first time, for the test that kills it.

    python -m tests.held_work

Reads DATABASE_URL and WORKER_… from the environment, as `weihouqin work` does.
"""

import asyncio
import os

from procrastinate import Blueprint
from sqlalchemy import text

from app.kit.db import Database
from app.kit.service import Service
from app.settings import Settings
from app.worker import work

jobs = Blueprint()


@jobs.task(name="hold")
async def hold(name: str) -> None:
    """Leave a row; who comes first then holds the job for ever."""
    database = Database(os.environ["DATABASE_URL"], 2)
    try:
        async with database.session() as db:
            row = {"name": name, "pid": os.getpid()}
            await db.execute(text("INSERT INTO holds VALUES (:name, :pid)"), row)
        async with database.session() as db:
            first = await db.scalar(text("SELECT count(*) FROM holds")) == 1
    finally:
        await database.close()
    if first:
        await asyncio.Event().wait()


@jobs.task(name="fail")
async def fail() -> None:
    raise RuntimeError("a bug")


services = {"held": Service("占着", jobs=jobs)}

if __name__ == "__main__":
    asyncio.run(work(Settings(), services))
