"""The audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Entry(Base):
    """One deed. A trigger refuses UPDATE and DELETE of this table.

    `actor_id` is the person (no foreign key: the trail outlives them), `actor` how they were
    called then; None and 「」 for the system itself. `thing` is `<kind>:<id>`. `before` and
    `after` hold what changed, without secrets. `address` is the IP address, or empty.
    """

    __tablename__ = "campus_audit"
    __table_args__ = (
        Index(None, "thing", "at", "id"),
        Index(None, "actor_id", "at", "id"),
        Index(None, "at", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor_id: Mapped[int | None]
    actor: Mapped[str]
    action: Mapped[str]
    thing: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    address: Mapped[str] = mapped_column(default="")
