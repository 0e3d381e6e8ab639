"""Facts, one row each; what a scheme makes of them is its own business."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Fact(Base):
    """`kind` of `amount` (its unit is the kind's) for a person, of a team, at a time.

    `source` is what it came from (`repairs:17`, `repairs:17:rework:1`): with `kind` and the
    person it is unique, so that a fact counts once.
    """

    __tablename__ = "campus_facts"
    __table_args__ = (
        UniqueConstraint("source", "kind", "person_id", postgresql_nulls_not_distinct=True),
        Index(None, "person_id", "at"),
        Index(None, "kind", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    team: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    amount: Mapped[int]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    source: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
