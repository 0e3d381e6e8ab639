"""Articles as operators write them."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Article(Base):
    """`source` as it was written in `markup`, `html` what `text.clean` made of it.

    On our pages since `published_at`; None: only operators see it. `version` goes up with every
    change: who saves an older one is told that somebody else was there.
    """

    __tablename__ = "news_articles"
    __table_args__ = (Index(None, "published_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    author: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    markup: Mapped[str]
    source: Mapped[str]
    html: Mapped[str]
    cover_id: Mapped[int | None] = mapped_column(ForeignKey("campus_uploads.id"))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_by: Mapped[str] = mapped_column(default="")


class Picture(Base):
    """A photo that was uploaded for an article. Everybody sees it once the article is published."""

    __tablename__ = "news_pictures"

    article_id: Mapped[int] = mapped_column(ForeignKey("news_articles.id"), primary_key=True)
    upload_id: Mapped[int] = mapped_column(
        ForeignKey("campus_uploads.id"), primary_key=True, index=True
    )
