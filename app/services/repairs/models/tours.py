"""Sweeps of buildings (扫楼) and follow-up visits (回访)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Sweep(Base):
    """A building gone through room by room with a checklist: [{"name", "kind_id"}]."""

    __tablename__ = "repairs_sweeps"

    id: Mapped[int] = mapped_column(primary_key=True)
    building_id: Mapped[int] = mapped_column(ForeignKey("campus_buildings.id"))
    title: Mapped[str]
    checklist: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    until: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SweepRoom(Base):
    """A room of a sweep: `state` todo, fine, faults, absent; `found` by item of the checklist."""

    __tablename__ = "repairs_sweep_rooms"
    __table_args__ = (Index(None, "sweep_id", "state"),)

    sweep_id: Mapped[int] = mapped_column(ForeignKey("repairs_sweeps.id"), primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("campus_rooms.id"), primary_key=True)
    state: Mapped[str] = mapped_column(default="todo")
    found: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Visit(Base):
    """A follow-up of a finished order that the rule drew, and what was heard."""

    __tablename__ = "repairs_visits"
    __table_args__ = (Index(None, "done_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repairs_orders.id"), unique=True)
    drawn_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    rule: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    how: Mapped[str] = mapped_column(default="")
    attitude: Mapped[int | None]
    quality: Mapped[int | None]
    finishing: Mapped[int | None]
    words: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
