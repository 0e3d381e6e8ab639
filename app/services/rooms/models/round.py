"""A round of selection: when, which beds, and who may choose among them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.kit.db import Base


class Round(Base):
    """`kind`: rehearsal, formal, supplementary. A rehearsal has its own beds and changes nothing.

    `stage`: draft, ready, closed, cancelled, applied; open is `ready` between the two times.
    `hold` seconds a bed is kept for whoever tapped it, `changes` how often one may choose anew.
    `together`: leader or any: who chooses for a team. `seed` makes the placement of those left
    over the same each time. `version` grows with every edit, so that caches and phones notice.
    `before`: the stage before it was cancelled, to be put back to.
    """

    __tablename__ = "rooms_rounds"
    __table_args__ = (CheckConstraint("opens_at < closes_at", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    kind: Mapped[str]
    stage: Mapped[str]
    opens_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    closes_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    hold: Mapped[int] = mapped_column(default=300)
    changes: Mapped[int] = mapped_column(default=2)
    together: Mapped[str] = mapped_column(default="leader")
    seed: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    before: Mapped[str] = mapped_column(default="", server_default="")
    words: Mapped[str] = mapped_column(default="")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))


class Pool(Base):
    """Beds for those who share something: 「计算机学院 女 本科」. Its beds are its quota.

    `college`, `sex`, `level`, `needs` say whom an import puts into it; empty means any.
    """

    __tablename__ = "rooms_pools"
    __table_args__ = (UniqueConstraint("round_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rooms_rounds.id"))
    name: Mapped[str]
    college: Mapped[str] = mapped_column(default="")
    sex: Mapped[str]
    level: Mapped[str] = mapped_column(default="")
    needs: Mapped[str] = mapped_column(default="")


class Eligible(Base):
    """Somebody who may choose in a round: in exactly one pool, by the key.

    `used`: changes made so far, given up beds among them. `withdrawn_at`: they may not choose any
    more. `ticket`: tickets up to this serial are used up.
    """

    __tablename__ = "rooms_eligible"
    __table_args__ = (Index(None, "round_id", "pool_id"), Index(None, "person_id"))

    round_id: Mapped[int] = mapped_column(ForeignKey("rooms_rounds.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"), primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("rooms_pools.id"))
    used: Mapped[int] = mapped_column(default=0, server_default="0")
    ticket: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Habit(Base):
    """What a freshman says of themselves, shown to who might live with them; never their name.

    `answers`: {question: choice}. `shown`: name and home may be shown to future roommates.
    """

    __tablename__ = "rooms_habits"

    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"), primary_key=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    home: Mapped[str] = mapped_column(default="")
    shown: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class RoomFacts(Base):
    """What is to know of a room before one lives there. `plan`: [{"bed", "x", "y", "level"…}]."""

    __tablename__ = "rooms_facts"

    room_id: Mapped[int] = mapped_column(ForeignKey("campus_rooms.id"), primary_key=True)
    fen: Mapped[int] = mapped_column(default=0)  # per bed and year
    faces: Mapped[str] = mapped_column(default="")  # 朝南
    extras: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    plan: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    key_place: Mapped[str] = mapped_column(default="")
