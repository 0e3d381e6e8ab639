"""What operators set up: kinds of faults, prices, stock, phrases."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.kit.db import Base


class Kind(Base):
    """A kind of fault: 「水管」, its picture, the trade that mends it, and its clocks.

    `signs` are what one taps (「漏水」). `questions`: [{"name", "title", "choices"?, "required"}].
    `respond`, `arrive` in minutes on the clock's calendar, `finish` in hours; the `urgent_*` ones
    run around the clock. `always`: the ordinary clocks run around the clock too. `team`: the unit
    that mends it, to which its leader's right may be limited. `grab`: workers take it themselves,
    and it is given to one only when none has in ten minutes. `warranty` in days.
    """

    __tablename__ = "repairs_kinds"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    icon: Mapped[str]
    trade: Mapped[str]
    team: Mapped[str] = mapped_column(default="", server_default="")
    signs: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    respond: Mapped[int] = mapped_column(default=30)
    arrive: Mapped[int] = mapped_column(default=240)
    finish: Mapped[int] = mapped_column(default=24)
    urgent_respond: Mapped[int] = mapped_column(default=5)
    urgent_arrive: Mapped[int] = mapped_column(default=20)
    urgent_finish: Mapped[int] = mapped_column(default=2)
    always: Mapped[bool] = mapped_column(default=False)
    free: Mapped[bool] = mapped_column(default=True)
    grab: Mapped[bool] = mapped_column(default=False)
    warranty: Mapped[int] = mapped_column(default=30)
    position: Mapped[int] = mapped_column(default=50)
    gone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Price(Base):
    """A line of the free-and-paid list; `fen` 0 is free. `note`: when it is charged."""

    __tablename__ = "repairs_prices"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("repairs_kinds.id"))
    item: Mapped[str]
    unit: Mapped[str] = mapped_column(default="个")
    fen: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=50)


class Plan(Base):
    """What is looked after every so often, broken or not: 「每 90 天，7号楼 屋顶，疏通落水管」.

    `next_on`: the day of the next order; `every` days later that of the one after it.
    """

    __tablename__ = "repairs_plans"
    __table_args__ = (Index(None, "next_on"), CheckConstraint("every > 0", name="every_so_often"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("repairs_kinds.id"))
    building_id: Mapped[int] = mapped_column(ForeignKey("campus_buildings.id"))
    spot: Mapped[str]
    words: Mapped[str]
    every: Mapped[int]
    next_on: Mapped[date]
    ends_on: Mapped[date | None]


class Stock(Base):
    """Material in stock: `quantity` never falls below none; at `low` it warns, once."""

    __tablename__ = "repairs_stock"
    __table_args__ = (CheckConstraint("quantity >= 0", name="not_below_none"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    unit: Mapped[str] = mapped_column(default="个")
    fen: Mapped[int] = mapped_column(default=0)
    quantity: Mapped[int] = mapped_column(default=0)
    low: Mapped[int] = mapped_column(default=0)
    warned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class StockMove(Base):
    """What came in or went out, and for which order."""

    __tablename__ = "repairs_stock_moves"
    __table_args__ = (Index(None, "stock_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stock_id: Mapped[int] = mapped_column(ForeignKey("repairs_stock.id"))
    change: Mapped[int]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repairs_orders.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    why: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Phrase(Base):
    """Words that are often written, for a kind of step (or any)."""

    __tablename__ = "repairs_phrases"

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(default="")
    words: Mapped[str]
    position: Mapped[int] = mapped_column(default=50)
