"""Campus → building → room."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kit.db import Base


class BuildingKind(StrEnum):
    DORMITORY = "dormitory"
    BATHHOUSE = "bathhouse"
    TEACHING = "teaching"
    OTHER = "other"


class Area(Base):
    """A cell of the grid (网格): some buildings, and the one person who answers for them."""

    __tablename__ = "campus_areas"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("campus_people.id", use_alter=True, name="fk_campus_areas_person_id")
    )


class Building(Base):
    """A building. `name` is what people say: 「3号楼」, unique on the whole account."""

    __tablename__ = "campus_buildings"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    campus: Mapped[str]
    kind: Mapped[str] = mapped_column(default=BuildingKind.OTHER)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("campus_areas.id"), index=True)


class Room(Base):
    """A room: `number` as on its door (「501」), `beds` how many live there."""

    __tablename__ = "campus_rooms"
    __table_args__ = (
        UniqueConstraint("building_id", "number"),
        Index(None, "building_id", "floor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    building_id: Mapped[int] = mapped_column(ForeignKey("campus_buildings.id"))
    number: Mapped[str]
    floor: Mapped[int]
    beds: Mapped[int] = mapped_column(default=0)
    building: Mapped[Building] = relationship(lazy="raise")

    @property
    def name(self) -> str:
        """「3号楼 501」; needs `building` loaded."""
        return f"{self.building.name} {self.number}"
