"""Where an article stands with the messenger."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Step(StrEnum):
    """waiting → drafted, or on to publishing → checking → published; failed and unsure need
    somebody.
    """

    WAITING = "waiting"  # a job will put it into the drafts
    DRAFTED = "drafted"
    PUBLISHING = "publishing"  # asked for, no answer yet: never asked for again by itself
    CHECKING = "checking"  # taken; the messenger looks through it
    PUBLISHED = "published"
    FAILED = "failed"
    UNSURE = "unsure"  # no answer came, so that it may be published or not


class Release(Base):
    """One article as it was handed over. `source`: whose it is, `<service>:<id>`.

    `html` is clean, its pictures `picture:<id>` of uploads; `page` our own address of it, a path.
    `publish`: to be published, not only drafted. `pictures`: what the messenger calls those that
    it has, by their ids. `url`: where it was published.
    """

    __tablename__ = "campus_releases"

    source: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    author: Mapped[str]
    digest: Mapped[str]
    html: Mapped[str]
    page: Mapped[str]
    cover_id: Mapped[int]
    publish: Mapped[bool]
    step: Mapped[str]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    pictures: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    media_id: Mapped[str] = mapped_column(default="", server_default="")
    publish_id: Mapped[str] = mapped_column(default="", server_default="", index=True)
    article_id: Mapped[str] = mapped_column(default="", server_default="")
    url: Mapped[str] = mapped_column(default="", server_default="")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
