"""The units of the department. Rights name a unit by its name; so does all that belongs to one."""

from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Unit(Base):
    """`about`: what it looks after, in a line for whoever looks for somebody; `position`: order."""

    __tablename__ = "campus_units"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    about: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
