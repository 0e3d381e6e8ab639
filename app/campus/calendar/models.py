"""What the university decides beside the State Council's holidays."""

from datetime import date

from sqlalchemy import CheckConstraint
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
