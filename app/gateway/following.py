"""Who follows, as the platform lists it: an account that moves here has its followers already.

Who comes and goes is heard at once (`app.gateway.inbox`); the list is read when a worker starts,
at most twice a day, and each night, for whoever followed before we listened or while we were down.
"""

from collections.abc import AsyncIterator
from datetime import timedelta

import structlog
from procrastinate import JobContext

from app.campus.people import followers
from app.gateway.owed import jobs
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import TooMany
from app.kit.limits import attempt, forgive
from app.wechat.client import Client
from app.wechat.errors import WeChatError

log = structlog.get_logger()
NAME = "gateway:followers"
OFTEN = timedelta(hours=12)  # the platform grants 500 lists a day, 10,000 followers in each


@jobs.periodic(cron="20 20 * * *")  # UTC: in the small hours here
@jobs.task(name="followers", pass_context=True, queueing_lock=NAME)
async def read(context: JobContext, timestamp: int) -> None:
    """The list, unless it was read within OFTEN."""
    database: Database = context.additional_context["database"]
    client: Client = context.additional_context["client"]
    try:
        await attempt(database, NAME, clock.now(), most=1, within=OFTEN, sentence="")
    except TooMany:
        return
    try:
        found = await bring_in(database, client.followers())
    except WeChatError:
        await forgive(database, NAME)
        raise
    log.info("followers_listed", new=found)


async def bring_in(database: Database, listed: AsyncIterator[list[str]]) -> int:
    """All of `listed` follow; how many of them we had not known to."""
    asked, found = clock.now(), 0
    async for page in listed:
        async with database.session() as db:
            found += await followers.found(db, page, asked)
    return found
