"""The operators' rules."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from app.kit.db import Base


class Row(Base):
    """One rule as it was written; `rules.Rule` and `rules.When` say what the fields mean.

    `answer` is what `app.kit.answers.dump` gives. `version` goes up with every change: who saves
    an older one is told that somebody else was there.
    """

    __tablename__ = "answers_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    words: Mapped[list[str]] = mapped_column(ARRAY(String))
    answer: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    priority: Mapped[int] = mapped_column(default=0)
    first: Mapped[bool] = mapped_column(default=False)
    enabled: Mapped[bool] = mapped_column(default=True)
    starts: Mapped[date | None]
    ends: Mapped[date | None]
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    days: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_by: Mapped[str] = mapped_column(default="")
