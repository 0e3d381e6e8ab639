"""Workers, when they work, and what they used."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.kit.db import Base


class Worker(Base):
    """Somebody who mends. Their areas are those of their role; `trades` as of the kinds.

    `team` is the unit that their leader's role is limited to. `contractor`: whose people they
    are, empty for our own. `most`: orders at a time before others come first. `since`: the year.
    """

    __tablename__ = "repairs_workers"

    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"), primary_key=True)
    trades: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    team: Mapped[str]
    contractor: Mapped[str] = mapped_column(default="")
    most: Mapped[int] = mapped_column(default=5)
    since: Mapped[int | None]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("campus_uploads.id"))
    gone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Shift(Base):
    """A worker is on duty. Two shifts of one person never overlap."""

    __tablename__ = "repairs_shifts"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="in_order"),
        Index(None, "starts_at", "ends_at"),
        ExcludeConstraint(
            (func.int4range(text("person_id"), text("person_id"), text("'[]'")), "&&"),
            (func.tstzrange(text("starts_at"), text("ends_at")), "&&"),
            name="ex_repairs_shifts_once", using="gist",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Leave(Base):
    """A worker is away: asked for, then granted or not. Granted leave beats any shift."""

    __tablename__ = "repairs_leaves"
    __table_args__ = (Index(None, "person_id", "ends_at"), Index(None, "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))


class Swap(Base):
    """A shift that its owner wants to give to another worker, who agrees or not."""

    __tablename__ = "repairs_swaps"
    __table_args__ = (Index(None, "shift_id"), Index(None, "to_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("repairs_shifts.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"))
    state: Mapped[str]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Material(Base):
    """What an order used, at the price of that day; from stock, or bought for it."""

    __tablename__ = "repairs_materials"
    __table_args__ = (
        Index(None, "order_id"),
        CheckConstraint("quantity > 0", name="some"),
        UniqueConstraint("order_id", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repairs_orders.id"))
    stock_id: Mapped[int | None] = mapped_column(ForeignKey("repairs_stock.id"))
    name: Mapped[str]
    unit: Mapped[str] = mapped_column(default="个")
    quantity: Mapped[int]
    fen: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    key: Mapped[str]  # the phone's own, so that what is sent again counts once


class Hours(Base):
    """Time that a worker spent on an order; nobody works on two things at once."""

    __tablename__ = "repairs_hours"
    __table_args__ = (
        Index(None, "order_id"),
        Index(None, "worker_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="in_order"),
        ExcludeConstraint(
            (func.int4range(text("worker_id"), text("worker_id"), text("'[]'")), "&&"),
            (func.tstzrange(text("starts_at"), text("ends_at")), "&&"),
            name="ex_repairs_hours_once", using="gist",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repairs_orders.id"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
