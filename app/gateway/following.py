"""Who follows, as the platform lists it: an account that moves here has its followers already.

Who comes and goes is heard at once (`app.gateway.inbox`); the list is read when a worker starts,
at most twice a day, and each night, for whoever followed before we listened or while we were down,
and for whoever left then: the platform's rule wants all that we know of them deleted.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import structlog
from procrastinate import JobContext

from app.campus.people import followers
from app.campus.people.privacy import forget_follower
from app.gateway.owed import jobs
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import TooMany
from app.kit.limits import attempt, forgive
from app.wechat.client import Client
from app.wechat.errors import WeChatError

log = structlog.get_logger()
NAME = "gateway:followers"
FEW, SHARE = 50, 0.2  # a list that lacks more of those whom we know is not believed
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
        new, gone = await bring_in(database, client.followers())
    except WeChatError:
        await forgive(database, NAME)
        raise
    log.info("followers_listed", new=new, gone=gone)


async def bring_in(database: Database, listed: AsyncIterator[list[str]]) -> tuple[int, int]:
    """All of `listed` follow, and nobody else; how many we had not known to come, and to go."""
    asked, found, everybody = clock.now(), 0, set[str]()
    async for page in listed:
        everybody.update(page)
        async with database.session() as db:
            found += await followers.found(db, page, asked)
    return found, await _let_go(database, everybody, asked)


async def _let_go(database: Database, listed: set[str], asked: datetime) -> int:
    """Whoever followed when we asked and is not in the list has left: forget them."""
    async with database.session() as db:
        known = await followers.following(db, asked)
    gone = [who for who in known if who not in listed]
    if len(gone) > max(FEW, len(known) * SHARE):
        log.warning("followers_list_too_short", known=len(known), missing=len(gone))
        return 0
    for who in gone:
        async with database.session() as db:
            if await followers.left(db, who, asked):
                await forget_follower(db, who)
    return len(gone)
