"""Handing an article over: a row and a job, in the caller's transaction."""

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.articles.models import Release, Step
from app.kit import clock
from app.kit.errors import Conflict
from app.kit.jobs import defer

BUSY = (Step.PUBLISHING, Step.CHECKING)


@dataclass(frozen=True, slots=True)
class Piece:
    """What is handed over; `Release` says what the fields are."""

    title: str
    author: str
    digest: str
    html: str
    page: str
    cover_id: int


async def hand_over(db: AsyncSession, source: str, piece: Piece, *, publish: bool) -> None:
    """Put it into the messenger's drafts; with `publish` on to its readers.

    Handed over again it is changed, as long as it is a draft; what was published stays, and a
    second one is made. Raises Conflict while it is being published.
    """
    new = insert(Release).values(
        source=source, **asdict(piece), publish=publish, step=Step.WAITING, at=clock.now()
    )
    if await db.scalar(new.on_conflict_do_nothing().returning(Release.source)) is None:
        await _again(db, source, piece, publish)
    await defer(db, "articles:release", source=source)


async def _again(db: AsyncSession, source: str, piece: Piece, publish: bool) -> None:
    query = select(Release).where(Release.source == source).with_for_update()
    row = (await db.scalars(query.execution_options(populate_existing=True))).one()
    if row.step in BUSY:
        raise Conflict("上一次还在发，等它有了结果再说")
    if row.step in (Step.PUBLISHED, Step.UNSURE):
        row.media_id = ""  # publishing takes the draft away
    for name, value in asdict(piece).items():
        setattr(row, name, value)
    row.publish, row.step, row.reason, row.at = publish, Step.WAITING, "", clock.now()


async def release_of(db: AsyncSession, source: str) -> Release | None:
    """How far it is; None if it was never handed over."""
    return await db.get(Release, source, populate_existing=True)
