"""Meters as last read, their days, and the money paid in."""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Meter(Base):
    """One circuit of a room. `balance_fen` may be negative; `price_fen` is for one kWh.

    `read_at`: when the meter had these figures. `asked_at`: when a gateway last confirmed them.
    `warned_at`: since when it is under the limit and those who live there have been told.
    """

    __tablename__ = "electricity_meters"
    __table_args__ = (UniqueConstraint("room_id", "circuit"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("campus_rooms.id", ondelete="CASCADE"))
    circuit: Mapped[str]
    state: Mapped[str]
    balance_fen: Mapped[int]
    price_fen: Mapped[int]
    read_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    asked_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))
    warned_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


class DayUse(Base):
    """What a meter counted on one date, in Wh."""

    __tablename__ = "electricity_days"
    __table_args__ = (CheckConstraint("wh >= 0", name="wh_not_negative"),)

    meter_id: Mapped[int] = mapped_column(
        ForeignKey("electricity_meters.id", ondelete="CASCADE"), primary_key=True
    )
    date: Mapped[dt.date] = mapped_column(primary_key=True)
    wh: Mapped[int]


class TopUp(Base):
    """Money paid in: `fen`, the balance after it, and by which `channel` (「微信充值」).

    `by` is the payer's account where the meter's side tells it; it is never shown.
    """

    __tablename__ = "electricity_topups"
    __table_args__ = (UniqueConstraint("meter_id", "at", "fen"), Index(None, "meter_id", "at"))

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    meter_id: Mapped[int] = mapped_column(ForeignKey("electricity_meters.id", ondelete="CASCADE"))
    at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    fen: Mapped[int]
    balance_after_fen: Mapped[int]
    channel: Mapped[str]
    by: Mapped[str] = mapped_column(default="")
