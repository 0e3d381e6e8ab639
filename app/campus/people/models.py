"""Who follows the account, who people are, and which of them is which."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.kit.db import Base


class Follower(Base):
    """One follower by the opaque name that the messenger gives them.

    `left_at` is None while they follow; `scene` is the code they came in by, or empty.
    """

    __tablename__ = "campus_followers"
    __table_args__ = (
        Index(None, "joined_at"),
        Index(None, "tags", postgresql_using="gin"),
    )

    who: Mapped[str] = mapped_column(primary_key=True)
    joined_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    left_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    scene: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))


class PersonKind(StrEnum):
    STUDENT = "student"
    FRESHMAN = "freshman"
    TEACHER = "teacher"
    STAFF = "staff"
    CONTRACTOR = "contractor"


class Person(Base):
    """Somebody on the university's roster, or a worker, keeper, contractor of the department.

    `number` is the student, staff or admission number. `secret` is a keyed hash of the last
    six of the ID card; the card itself is never stored. `gone_at`: left the roster. A person
    whose data were deleted keeps the row with `name` and all else empty, for the books.
    """

    __tablename__ = "campus_people"
    __table_args__ = (Index(None, "room_id"), Index(None, "college", "grade"))

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    sex: Mapped[str] = mapped_column(default="")
    college: Mapped[str] = mapped_column(default="")
    grade: Mapped[str] = mapped_column(default="")
    class_name: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    room_id: Mapped[int | None] = mapped_column(ForeignKey("campus_rooms.id"))
    valid_until: Mapped[date | None]
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    gone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Binding(Base):
    """Which follower is which person: one to one, decided by the two unique keys."""

    __tablename__ = "campus_bindings"
    __table_args__ = (Index(None, "at"),)

    who: Mapped[str] = mapped_column(ForeignKey("campus_followers.who"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"), unique=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Move(Base):
    """A binding that somebody else's follower asks for: waits for the old one's consent."""

    __tablename__ = "campus_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"), unique=True)
    who: Mapped[str] = mapped_column(ForeignKey("campus_followers.who"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Session(Base):
    """A browser that a follower is logged in with, or a person at the desk.

    `token` is the SHA-256 of the cookie's. Ends when `ended_at` is set or 30 days unseen.
    """

    __tablename__ = "campus_sessions"
    __table_args__ = (
        CheckConstraint("(who IS NULL) <> (person_id IS NULL)", name="one_owner"),
        Index(None, "who"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    who: Mapped[str | None] = mapped_column(ForeignKey("campus_followers.who"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
