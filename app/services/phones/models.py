"""The phone book's tables."""

from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class EntryKind(StrEnum):
    EMERGENCY = "emergency"
    COMPLAINT = "complaint"
    NORMAL = "normal"


class Unit(Base):
    """A department. `hours` is written as `rules.parse_hours` reads it; empty: the parent's."""

    __tablename__ = "phones_units"
    __table_args__ = (UniqueConstraint("parent_id", "name", postgresql_nulls_not_distinct=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("phones_units.id"))
    name: Mapped[str]
    hours: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)


class Entry(Base):
    """A number (digits only) and whose it is. Empty `post`: the unit's own line.

    `person` may be a full name; the public sees `rules.public_name` of it.
    """

    __tablename__ = "phones_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("phones_units.id"), index=True)
    post: Mapped[str] = mapped_column(default="")
    person: Mapped[str] = mapped_column(default="")
    number: Mapped[str]
    hours: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default=EntryKind.NORMAL)
    position: Mapped[int] = mapped_column(default=0)
