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
    row = insert(Owed).values(key=key, missed=1, told=False, at=ask.now)
    count = row.on_conflict_do_update(
        index_elements=["key"], set_={"missed": Owed.missed + 1}
    ).returning(Owed.missed)
    misses = (await db.execute(count)).scalar_one()
    if misses == 1:
        await defer(db, "gateway:tell", at=ask.now + PATIENCE, key=key, ask=dump_ask(ask))
    return misses


async def told(db: AsyncSession, key: str) -> bool:
    """Note that the user has the answer; False if that was known, or nothing was owed."""
    claim = update(Owed).where(Owed.key == key, Owed.told.is_(False)).values(told=True)
    return (await db.scalar(claim.returning(Owed.key))) is not None


@jobs.task(name="tell", pass_context=True, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
async def tell(context: JobContext, key: str, ask: dict[str, Any]) -> None:
    """Send what no delivery collected; run the handler here if its process died."""
    office = context.additional_context
    inbox: Inbox = office["inbox"]
    client: Client = office["client"]
    speaker: Speaker = office["speaker"]
    parts = await inbox.run(key, load_ask(ask))
    if not parts:
        return
    reply = speaker.reply(parts, most_articles=1)
    database: Database = inbox.database
    try:
        async with database.session() as db:
            if await told(db, key):
                await client.send_custom(ask["who"], reply)
    except WeChatError as error:
        if not getattr(error, "permanent", False):
            raise
        log.warning("answer_not_told", error=type(error).__name__)


def dump_ask(ask: Ask) -> dict[str, Any]:
    """`ask` as JSON for a job."""
    return {**asdict(ask), "now": ask.now.isoformat()}


def load_ask(stored: dict[str, Any]) -> Ask:
    """What `dump_ask` stored."""
    fields = {**stored, "now": datetime.fromisoformat(stored["now"]), "kind": Kind(stored["kind"])}
    return Ask(**fields)
