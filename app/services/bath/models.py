"""Bathhouses: hours, closures, what counters report, what is usual."""

from datetime import datetime, time

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class House(Base):
    """A bathhouse of `rooms` shower rooms; `men_heads` or `women_heads` 0: not for them."""

    __tablename__ = "bath_houses"

    id: Mapped[int] = mapped_column(primary_key=True)
    building_id: Mapped[int] = mapped_column(ForeignKey("campus_buildings.id"), unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    rooms: Mapped[int]
    men_heads: Mapped[int]
    women_heads: Mapped[int]


class Opening(Base):
    """Open hours on one kind of day; a kind without rows is shut. `closes` may be past midnight."""

    __tablename__ = "bath_hours"
    __table_args__ = (UniqueConstraint("house_id", "sex", "day_kind", "opens"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    house_id: Mapped[int] = mapped_column(ForeignKey("bath_houses.id", ondelete="CASCADE"))
    sex: Mapped[str]
    day_kind: Mapped[str]
    opens: Mapped[time]
    closes: Mapped[time]


class Shutdown(Base):
    """Shut against its hours, for both (`sex` None) or one; `ends` None: not known yet."""

    __tablename__ = "bath_closures"
    __table_args__ = (
        CheckConstraint("ends > starts", name="starts_before_ends"),
        Index(None, "house_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    house_id: Mapped[int] = mapped_column(ForeignKey("bath_houses.id", ondelete="CASCADE"))
    sex: Mapped[str | None]
    starts: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str]


class Counter(Base):
    """The last figure of a counter: `free` places of `total`, and the water."""

    __tablename__ = "bath_counters"
    __table_args__ = (CheckConstraint("0 <= free AND free <= total", name="free_within_total"),)

    house_id: Mapped[int] = mapped_column(
        ForeignKey("bath_houses.id", ondelete="CASCADE"), primary_key=True
    )
    sex: Mapped[str] = mapped_column(primary_key=True)
    free: Mapped[int]
    total: Mapped[int]
    water: Mapped[str]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Load(Base):
    """How full it usually is at an hour of one kind of day: `share` in percent."""

    __tablename__ = "bath_load"
    __table_args__ = (CheckConstraint("share BETWEEN 0 AND 100", name="share_is_percent"),)

    house_id: Mapped[int] = mapped_column(
        ForeignKey("bath_houses.id", ondelete="CASCADE"), primary_key=True
    )
    sex: Mapped[str] = mapped_column(primary_key=True)
    day_kind: Mapped[str] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    share: Mapped[float]
