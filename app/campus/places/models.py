"""Campus → building → room → bed, and who answers for which part of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, UniqueConstraint
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
    """A building. `name` is what people say: 「3号楼」, unique on the whole account.

    `rotation` is the number of its codes that are good now: older prints are refused.
    """

    __tablename__ = "campus_buildings"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    campus: Mapped[str]
    kind: Mapped[str] = mapped_column(default=BuildingKind.OTHER)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("campus_areas.id"), index=True)
    rotation: Mapped[int] = mapped_column(default=1, server_default="1")


class Room(Base):
    """A room or another place inside (「大厅」): `number` as on its door, `beds` how many.

    `gone_at`: it stood no longer in the list of its building; others may still refer to it.
    `rotation` as of a building.
    """

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
    gone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    rotation: Mapped[int] = mapped_column(default=1, server_default="1")
    building: Mapped[Building] = relationship(lazy="raise")

    @property
    def name(self) -> str:
        """「3号楼 501」; needs `building` loaded."""
        return f"{self.building.name} {self.number}"


class Bed(Base):
    """A bed of a dormitory room, by what stands on it: 「1号床」. `gone_at` as of a room."""

    __tablename__ = "campus_beds"
    __table_args__ = (UniqueConstraint("room_id", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("campus_rooms.id"))
    label: Mapped[str]
    gone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class CodeKey(Base):
    """The one key that codes on doors are signed with; made when the first is asked for."""

    __tablename__ = "campus_code_keys"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary)
