"""Lines, their tables and runs. Times are minutes after midnight of the day of service."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kit.db import Base


class Stop(Base):
    """Where a bus stops. `campus` groups stops under what people say; empty: a place of its own."""

    __tablename__ = "bus_stops"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    campus: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class Line(Base):
    """A line, both ways: a run's calls tell which. `contact` is the drivers' phone."""

    __tablename__ = "bus_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    note: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")


class Table(Base):
    """A line's runs for one kind of day (`Days`) between two dates, both included.

    `priority` above 0 is a temporary change, and `note` says why. A table without runs says
    that the line rests.
    """

    __tablename__ = "bus_timetables"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_to", name="from_before_to"),
        Index(None, "line_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("bus_lines.id", ondelete="CASCADE"))
    days: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    priority: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")
    trips: Mapped[list["Trip"]] = relationship(lazy="raise", passive_deletes=True)
    dates: Mapped[list["TableDate"]] = relationship(lazy="raise", passive_deletes=True)


class TableDate(Base):
    """One date on which a table runs although its days say no, or rests although they say yes."""

    __tablename__ = "bus_timetable_dates"

    table_id: Mapped[int] = mapped_column(
        ForeignKey("bus_timetables.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    runs: Mapped[bool]


class Trip(Base):
    """One run. `departure` from its first stop, in minutes; `vehicles` 1 to 4 leave together."""

    __tablename__ = "bus_trips"
    __table_args__ = (
        CheckConstraint("vehicles BETWEEN 1 AND 4", name="vehicles"),
        Index(None, "table_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("bus_timetables.id", ondelete="CASCADE"))
    departure: Mapped[int]
    vehicles: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(default="")
    calls: Mapped[list["Call"]] = relationship(
        lazy="raise", passive_deletes=True, order_by="Call.order"
    )


class Call(Base):
    """A stop of a run; `at` in minutes, or None where only the departure is published."""

    __tablename__ = "bus_calls"

    trip_id: Mapped[int] = mapped_column(
        ForeignKey("bus_trips.id", ondelete="CASCADE"), primary_key=True
    )
    order: Mapped[int] = mapped_column(primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("bus_stops.id"))
    at: Mapped[int | None]


class Fare(Base):
    """What a kind of rider pays on a line, in fen; 0 is free."""

    __tablename__ = "bus_fares"
    __table_args__ = (UniqueConstraint("line_id", "rider"), CheckConstraint("fen >= 0", name="fen"))

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("bus_lines.id", ondelete="CASCADE"))
    rider: Mapped[str]
    fen: Mapped[int]
