"""Cuts as operators announced them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Outage(Base):
    """A cut. A draft until `announced_at`; `over_at`: an operator said that it is back;
    `withdrawn_at`: it does not happen. `version` goes up with every change of the form.
    """

    __tablename__ = "outages_outages"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        Index(None, "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str]
    contact: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    announced_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    over_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Part(Base):
    """A place that a cut is at: a building, or one floor or room of it."""

    __tablename__ = "outages_places"

    id: Mapped[int] = mapped_column(primary_key=True)
    outage_id: Mapped[int] = mapped_column(ForeignKey("outages_outages.id"), index=True)
    building_id: Mapped[int] = mapped_column(ForeignKey("campus_buildings.id"))
    floor: Mapped[int | None]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("campus_rooms.id"))
