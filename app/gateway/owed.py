"""The 5-second limit, handled for whoever writes a handler.

A delivery that cannot be answered in time is left to WeChat's retry. What no delivery could
collect is sent as a customer-service message by a job, which is enqueued at the first miss,
so that it survives this process.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import structlog
from procrastinate import Blueprint, JobContext, RetryStrategy
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.gateway.inbox import Inbox
from app.gateway.models import Owed
from app.gateway.outbound import Speaker
from app.kit.chat import Ask, Kind
from app.kit.db import Database
from app.kit.jobs import defer
from app.wechat.client import Client
from app.wechat.errors import WeChatError

log = structlog.get_logger()
jobs = Blueprint()
DELIVERIES = 3
PATIENCE = timedelta(seconds=12)  # from the first miss until the third delivery has ended


async def missed(db: AsyncSession, key: str, ask: Ask) -> int:
    """Count a delivery that got no answer, and see to it that a job will; how many so far."""
    row = insert(Owed).values(key=key, missed=1, told=False, at=ask.now, ask=_dumped(ask))
    count = row.on_conflict_do_update(
        index_elements=["key"], set_={"missed": Owed.missed + 1}
    ).returning(Owed.missed)
    misses = (await db.execute(count)).scalar_one()
    if misses == 1:
        await defer(db, "gateway:tell", at=ask.now + PATIENCE, key=key)
    return misses


async def told(db: AsyncSession, key: str) -> bool:
    """Note that the user has the answer; False if that was known, or nothing was owed."""
    due = update(Owed).where(Owed.key == key, Owed.told.is_(False))
    claim = due.values(told=True, ask=None)
    return (await db.scalar(claim.returning(Owed.key))) is not None


@jobs.task(name="tell", pass_context=True, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
async def tell(context: JobContext, key: str) -> None:
    """Send what no delivery collected; run the handler here if its process died."""
    office = context.additional_context
    inbox: Inbox = office["inbox"]
    client: Client = office["client"]
    speaker: Speaker = office["speaker"]
    database: Database = inbox.database
    async with database.session() as db:
        owed = await db.get(Owed, key)
    if owed is None or owed.told or owed.ask is None:
        return
    parts = await inbox.run(key, _loaded(owed.ask))
    if not parts:
        return
    try:
        async with database.session() as db:
            if await told(db, key):
                reply = speaker.reply(parts, 1)
                await client.send_custom(owed.ask["who"], reply)
    except WeChatError as error:
        if not getattr(error, "permanent", False):
            raise
        log.warning("answer_not_told", error=type(error).__name__)


def _dumped(ask: Ask) -> dict[str, Any]:
    return {**asdict(ask), "now": ask.now.isoformat()}


def _loaded(stored: dict[str, Any]) -> Ask:
    fields = {**stored, "now": datetime.fromisoformat(stored["now"]), "kind": Kind(stored["kind"])}
    return Ask(**fields)
