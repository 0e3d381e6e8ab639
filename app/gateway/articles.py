"""Articles to the platform: pictures, draft, publishing, and what became of it.

A draft that is made twice by a crash lies in the drafts twice, and harms nobody. Publishing is
asked for once: the row says so before the platform hears of it, and where no answer came a
person decides.
"""

import re
from datetime import timedelta
from typing import Any

import structlog
from procrastinate import Blueprint, JobContext, RetryStrategy
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.articles import Release, Step
from app.campus.uploads import Upload
from app.gateway.outbound import Speaker
from app.kit import clock
from app.kit.db import Database
from app.kit.jobs import defer
from app.wechat.articles import DraftArticle, Publication
from app.wechat.client import Client
from app.wechat.errors import ApiError, Busy, DataInvalid, TransportFailed, WeChatError
from app.wechat.events import Published

log = structlog.get_logger()
jobs = Blueprint()
TRIES = 5
PATIENCE = timedelta(minutes=1)  # between looks at a publication, should its event get lost
GIVEN_UP = timedelta(days=1)
PICTURE = re.compile(r'(<img[^>]*? src=")picture:(\d+)(")')
REFUSED = {
    2: "平台说不是原创", 3: "平台没发成", 4: "平台审核没过", 5: "在公众平台上被删了",
    6: "被平台封了",
}  # fmt: skip
SILENT = "微信没回话，不知道发没发出去，到公众平台的「发表记录」看一眼"


@jobs.task(
    name="release", pass_context=True, retry=RetryStrategy(max_attempts=TRIES, exponential_wait=4)
)
async def release(context: JobContext, source: str) -> None:
    """Draft what waits, and publish it if that is wanted."""
    database, client, speaker = _tools(context)
    try:
        async with database.session() as db:
            row = await _locked(db, source)
            if row is None or row.step not in (Step.WAITING, Step.PUBLISHING):
                return
            if row.step == Step.PUBLISHING:  # whoever asked died before it heard the answer
                _end(row, Step.UNSURE, SILENT)
                return
            await _draft(db, client, speaker, row)
            row.step, row.at = Step.PUBLISHING if row.publish else Step.DRAFTED, clock.now()
            media_id = row.media_id
            if not row.publish:
                return
    except WeChatError as error:
        await _refused(database, source, error, last=context.job.attempts + 1 >= TRIES)
        return
    await _publish(database, client, source, media_id)


@jobs.task(
    name="check", pass_context=True, retry=RetryStrategy(max_attempts=TRIES, exponential_wait=30)
)
async def check(context: JobContext, source: str) -> None:
    """Ask how far a publication is, in case nobody tells."""
    database, client, _ = _tools(context)
    async with database.session() as db:
        row = await _locked(db, source)
        if row is None or row.step != Step.CHECKING:
            return
        found = await client.publication(row.publish_id)
        if found.status != 1:
            settle(row, found)
        elif clock.now() - row.at > GIVEN_UP:
            _end(row, Step.UNSURE, SILENT)
        else:
            await defer(db, "articles:check", at=clock.now() + PATIENCE, source=source)


async def finished(db: AsyncSession, event: Published) -> None:
    """PUBLISHJOBFINISH. Told twice, or of what is not ours, it changes nothing."""
    query = select(Release).where(
        Release.publish_id == event.publish_id, Release.step == Step.CHECKING
    )
    row = await db.scalar(query.with_for_update())
    if row is not None and event.status != 1:
        settle(row, Publication(event.publish_id, event.status, event.article_id,
                                event.article_urls))  # fmt: skip


def settle(row: Release, found: Publication) -> None:
    """What the platform decided."""
    if found.status == 0:
        row.article_id, row.url = found.article_id, next(iter(found.urls), "")
        _end(row, Step.PUBLISHED, "")
    else:
        _end(row, Step.FAILED, REFUSED.get(found.status, f"平台说不行，代号 {found.status}"))


async def _draft(db: AsyncSession, client: Client, speaker: Speaker, row: Release) -> None:
    """The article in the platform's drafts, new or changed."""
    article = DraftArticle(
        title=row.title, author=row.author, digest=row.digest,
        content=await _with_pictures(db, client, row), cover=await _cover(db, client, row),
        source_url=speaker.address(row.page),
    )  # fmt: skip
    if row.media_id:
        try:
            await client.draft_update(row.media_id, article)
        except DataInvalid:  # somebody deleted it on the platform
            row.media_id = ""
    if not row.media_id:
        row.media_id = await client.draft_add([article])


async def _with_pictures(db: AsyncSession, client: Client, row: Release) -> str:
    """The HTML with pictures that lie on the platform: it drops all others."""
    known = dict(row.pictures)
    for number in dict.fromkeys(found[2] for found in PICTURE.finditer(row.html)):
        if number not in known and (data := await _jpeg(db, int(number))):
            known[number] = await client.article_picture(data)
    row.pictures = known
    return PICTURE.sub(lambda found: f"{found[1]}{known.get(found[2], '')}{found[3]}", row.html)


async def _cover(db: AsyncSession, client: Client, row: Release) -> str:
    """The cover's media_id: a permanent picture, put there once."""
    key = f"cover:{row.cover_id}"
    if key not in row.pictures:
        data = await _jpeg(db, row.cover_id) or b""
        row.pictures = {**row.pictures, key: await client.material_picture(data)}
    return str(row.pictures[key])


async def _jpeg(db: AsyncSession, upload_id: int) -> bytes | None:
    return await db.scalar(select(Upload.picture).where(Upload.id == upload_id))


async def _publish(database: Database, client: Client, source: str, media_id: str) -> None:
    """Ask for it once; what happens then is known from the answer, or a person finds out."""
    values: dict[str, Any] = {"step": Step.CHECKING, "at": clock.now()}
    try:
        values["publish_id"] = await client.publish(media_id)
    except TransportFailed as error:
        log.warning("publish_unanswered", source=source, reached=error.reached)
        step, reason = (Step.UNSURE, SILENT) if error.reached else (Step.FAILED, "连不上微信")
        values |= {"step": step, "reason": reason}
    except Busy:  # may have done it all the same
        values |= {"step": Step.UNSURE, "reason": SILENT}
    except ApiError as error:
        values |= {"step": Step.FAILED, "reason": _why(error)}
    async with database.session() as db:
        here = update(Release).where(Release.source == source, Release.step == Step.PUBLISHING)
        await db.execute(here.values(**values))
        if values["step"] == Step.CHECKING:
            await defer(db, "articles:check", at=clock.now() + PATIENCE, source=source)


async def _refused(database: Database, source: str, error: WeChatError, *, last: bool) -> None:
    """Say why it failed for good; raise `error` where another try may help."""
    permanent = getattr(error, "permanent", False)
    if not permanent and not last:
        raise error
    async with database.session() as db:
        row = await _locked(db, source)
        if row is not None and row.step == Step.WAITING:
            _end(row, Step.FAILED, _why(error))
            if isinstance(error, DataInvalid):
                row.pictures = {}  # perhaps deleted on the platform: the next time brings them anew


def _why(error: WeChatError) -> str:
    if isinstance(error, ApiError):
        return f"微信没收下：{error.errcode} {error.errmsg}"[:200]
    return "连不上微信，过会儿再试"


def _end(row: Release, step: Step, reason: str) -> None:
    row.step, row.reason, row.at = step, reason, clock.now()


async def _locked(db: AsyncSession, source: str) -> Release | None:
    return await db.scalar(select(Release).where(Release.source == source).with_for_update())


def _tools(context: JobContext) -> tuple[Database, Client, Speaker]:
    office = context.additional_context
    return office["inbox"].database, office["client"], office["speaker"]
