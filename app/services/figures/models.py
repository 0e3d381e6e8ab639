"""What is kept of every measure by day, and the reports made of it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, DateTime, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Day(Base):
    """What `app.campus.figures.Tally` gave for a day: `value` and `count` as the measure's shape
    says. `unit` and `part` are empty where there is none. Kept when its service is gone.
    """

    __tablename__ = "figures_days"

    measure: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int] = mapped_column(BigInteger)


class Span(StrEnum):
    """What a report is of."""

    MONTH = "month"
    YEAR = "year"


class Report(Base):
    """A month or a year on paper, from its `first` day. Made anew, the newest stays.

    `pdf` None: asked for, not made yet. `words` are its first sentences.
    """

    __tablename__ = "figures_reports"
    __table_args__ = (UniqueConstraint("span", "first"), Index(None, "first", "span"))

    id: Mapped[int] = mapped_column(primary_key=True)
    span: Mapped[str]
    first: Mapped[date]
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    made_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    pages: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(default="")
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
