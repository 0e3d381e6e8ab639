"""A campaign: one message to many, as operators wrote, confirmed and ran it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Stage(StrEnum):
    """A campaign's life: draft → (asked →) scheduled → running ⇄ paused → done, or cancelled."""

    DRAFT = "draft"
    ASKED = "asked"  # above the set number: waits for a second operator
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class Way(StrEnum):
    """By what it is told: a notice, a free text inside the window, or the platform's mass send."""

    NOTICE = "notice"
    TEXT = "text"
    MASS = "mass"


class Campaign(Base):
    """`audience` as `campaigns.audience` reads it. `source`: who made it, empty for the desk,
    `<service>:<id>` for a service's: of each source one campaign is alive or done. `after_id`:
    the campaign that this one follows or repeats. `made_by` wrote its last words.

    `urgent` and `optional` are the notice's, which workers do not know. `counts`: before the
    start {"phones": …, "others": …}, then deliveries by state, as the last sweep saw them.
    """

    __tablename__ = "campus_campaigns"
    __table_args__ = (
        Index(None, "stage"),
        Index(None, "after_id"),
        Index(
            "uq_campus_campaigns_source", "source", unique=True,
            postgresql_where=text("source <> '' AND stage <> 'cancelled'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    way: Mapped[str]
    notice: Mapped[str] = mapped_column(default="")
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    words: Mapped[str] = mapped_column(default="")
    page: Mapped[str] = mapped_column(default="")
    audience: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    source: Mapped[str] = mapped_column(default="", server_default="")
    urgent: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    optional: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    stage: Mapped[str] = mapped_column(default=Stage.DRAFT)
    starts_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    after_id: Mapped[int | None] = mapped_column(ForeignKey("campus_campaigns.id"))
