"""What only the desk keeps: who may not report for a while, and filters that somebody saved."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Barred(Base):
    """Somebody who may not report until then, and why, in words that they read."""

    __tablename__ = "repairs_barred"
    __table_args__ = (Index(None, "person_id", "until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"))
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str]


class Saved(Base):
    """A filter of the queue that somebody named: `query` as it stands in the address."""

    __tablename__ = "repairs_saved"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"))
    name: Mapped[str]
    query: Mapped[str]
