"""What the university decides beside the State Council's holidays."""

from datetime import date, time

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Period(Base):
    """Days from `first` to `last` (both included) that are of one `kind`, and why.

    Where periods overlap, the one entered last counts; all outrank the statutory holidays.
    """

    __tablename__ = "campus_periods"
    __table_args__ = (CheckConstraint("first <= last", name="first_before_last"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[date]
    last: Mapped[date]
    kind: Mapped[str]
    name: Mapped[str]


class Term(Base):
    """A term: `weeks` weeks of teaching, the first of which begins on the Monday `first`."""

    __tablename__ = "campus_terms"
    __table_args__ = (
        CheckConstraint("extract(isodow FROM first) = 1", name="begins_on_monday"),
        CheckConstraint("weeks BETWEEN 1 AND 40", name="weeks_are_few"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    first: Mapped[date] = mapped_column(unique=True)
    weeks: Mapped[int]


class Hours(Base):
    """Working hours on days of one `kind` (`DayKind`): a morning, an afternoon, a shift.

    A shift whose `ends` is not after its `starts` goes on past midnight; 0:00 to 0:00 is a
    whole day. With no row at all, `hours.USUAL` counts.
    """

    __tablename__ = "campus_hours"
    __table_args__ = (UniqueConstraint("kind", "starts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    starts: Mapped[time]
    ends: Mapped[time]
