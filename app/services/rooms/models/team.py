"""Friends who want to live in one room."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Team(Base):
    """A team of one round and one pool. `code` is what one tells friends; `size` the most."""

    __tablename__ = "rooms_teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rooms_rounds.id"), index=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("rooms_pools.id"))
    code: Mapped[str] = mapped_column(unique=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"))
    size: Mapped[int]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Member(Base):
    """Somebody in a team, or asked into one (`agreed_at` None). At most one team agreed to."""

    __tablename__ = "rooms_members"
    __table_args__ = (
        Index("uq_rooms_members_one_team", "round_id", "person_id", unique=True,
              postgresql_where=text("agreed_at IS NOT NULL")),
    )  # fmt: skip

    team_id: Mapped[int] = mapped_column(ForeignKey("rooms_teams.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rooms_rounds.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    agreed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
