"""Beds in a round, who has them, who asked, and who waits."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Bed(Base):
    """A bed in a round. One person, one bed: two unique indexes, for what is theirs and what is
    held for them while they still have the old one. `state`: free, held, taken, frozen, or kept:
    freed, and waiting to be offered to the first in line. A hold past `held_until` counts as free.
    """

    __tablename__ = "rooms_beds"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('held', 'taken')) = (person_id IS NOT NULL)", name="somebody_s_or_nobody_s"
        ),
        CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name="held_until"),
        Index("uq_rooms_beds_taken", "round_id", "person_id", unique=True,
              postgresql_where=text("state = 'taken'")),
        Index("uq_rooms_beds_held", "round_id", "person_id", unique=True,
              postgresql_where=text("state = 'held'")),
        Index(None, "round_id", "room_id"),
        CheckConstraint("state IN ('free', 'held', 'taken', 'frozen', 'kept')", name="state"),
        Index("ix_rooms_beds_holds", "held_until", postgresql_where=text("state = 'held'")),
    )  # fmt: skip

    round_id: Mapped[int] = mapped_column(ForeignKey("rooms_rounds.id"), primary_key=True)
    bed_id: Mapped[int] = mapped_column(ForeignKey("campus_beds.id"), primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("campus_rooms.id"))
    pool_id: Mapped[int] = mapped_column(ForeignKey("rooms_pools.id"))
    state: Mapped[str] = mapped_column(default="free", server_default="free")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("rooms_teams.id"))
    held_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    frozen: Mapped[str] = mapped_column(default="", server_default="")  # why


class Log(Base):
    """Who asked for what when, what came of it, and why it was refused. Append-only; replayed.

    `what` and `outcome`: see `rules.py`. `bed_id` is the bed in question, `from_id` the one that
    was left for it. One row for each bed that something happened to. Rows that touch the same bed
    or person have ids in the order in which it happened: they are made under its lock.
    """

    __tablename__ = "rooms_log"
    __table_args__ = (Index(None, "round_id", "id"), Index(None, "person_id", "id"))

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    round_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("clock_timestamp()")
    )
    person_id: Mapped[int | None]
    by_id: Mapped[int | None]
    what: Mapped[str]
    outcome: Mapped[str]
    bed_id: Mapped[int | None]
    from_id: Mapped[int | None]
    team_id: Mapped[int | None]
    data: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class Swap(Base):
    """Two who change beds in one step, once both agree. `state`: asked, agreed, refused, gone.

    `from_bed_id` and `to_bed_id`: what they had when it was asked; another bed, and it is gone.
    """

    __tablename__ = "rooms_swaps"
    __table_args__ = (
        Index("uq_rooms_swaps_asked", "round_id", "from_id", "to_id", unique=True,
              postgresql_where=text("state = 'asked'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rooms_rounds.id"))
    from_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"), index=True)
    from_bed_id: Mapped[int]
    to_bed_id: Mapped[int]
    state: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Waiting(Base):
    """Somebody who wants a bed in a full room.

    `state`: waiting, offered (bed `bed_id` is held for them until `offered_until`), got, missed
    (they did not answer), left.
    """

    __tablename__ = "rooms_waiting"
    __table_args__ = (
        Index("uq_rooms_waiting_once", "round_id", "room_id", "person_id", unique=True,
              postgresql_where=text("state IN ('waiting', 'offered')")),
        Index(None, "round_id", "room_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rooms_rounds.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("campus_rooms.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"), index=True)
    state: Mapped[str]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    offered_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    bed_id: Mapped[int | None]


class Gate(Base):
    """The admission queue of a round: `last` number given out, and how far it has let in."""

    __tablename__ = "rooms_gates"

    round_id: Mapped[int] = mapped_column(ForeignKey("rooms_rounds.id"), primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    frontier: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class Turn(Base):
    """Somebody's place in the admission queue of a round, kept over reconnects.

    In once `number` is not above the gate's `frontier`; `served_at`: their first choice.
    """

    __tablename__ = "rooms_turns"
    __table_args__ = (Index(None, "round_id", "number"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("rooms_rounds.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    came_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    served_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
