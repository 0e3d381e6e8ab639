"""Roles that were given to people. Student, teacher and freshman come with the roster."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.campus.permission.rules import Right, Role
from app.kit.db import Base


class Grant(Base):
    """A role that a person was given, and the limits of it (all None: everywhere)."""

    __tablename__ = "campus_grants"
    __table_args__ = (
        UniqueConstraint(
            "person_id",
            "role",
            "area_id",
            "building_id",
            "unit",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"))
    role: Mapped[str]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("campus_areas.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("campus_buildings.id"))
    unit: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    def right(self) -> Right:
        return Right(Role(self.role), self.area_id, self.building_id, self.unit)
