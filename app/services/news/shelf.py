"""The newest articles in memory: what the chat answers with."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.cache import Cached
from app.services.news.draft import Kind
from app.services.news.models import Article

MOST = 5
Shelf = dict[Kind, tuple["Item", ...]]


@dataclass(frozen=True, slots=True)
class Item:
    """A published article without its body."""

    id: int
    kind: Kind
    title: str
    summary: str
    at: datetime
    cover_id: int | None

    @property
    def href(self) -> str:
        return f"/h5/news/{self.id}"

    @property
    def cover(self) -> str:
        return f"/h5/news/pictures/{self.cover_id}.jpg" if self.cover_id else ""


async def load(db: AsyncSession) -> Shelf:
    return {kind: await newest(db, kind, MOST) for kind in Kind}


async def newest(
    db: AsyncSession, kind: Kind | None, most: int, before: int | None = None
) -> tuple[Item, ...]:
    """The newest `most` of a kind (None: of all), or those that come after article `before`."""
    query = select(
        Article.id, Article.kind, Article.title, Article.summary, Article.published_at,
        Article.cover_id,
    ).where(Article.published_at.is_not(None))  # fmt: skip
    if kind is not None:
        query = query.where(Article.kind == kind)
    if before is not None:
        last = select(Article.published_at).where(Article.id == before).scalar_subquery()
        query = query.where(
            (Article.published_at < last) | ((Article.published_at == last) & (Article.id < before))
        )
    found = query.order_by(Article.published_at.desc(), Article.id.desc()).limit(most)
    rows = (await db.execute(found)).all()
    return tuple(
        Item(id, Kind(kind), title, summary, at, cover)
        for id, kind, title, summary, at, cover in rows
        if at is not None
    )


shelf = Cached("news", load)
