"""Cases with their threads, and what the desk keeps for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base
from app.services.feedback.rules import OPEN, Channel, State

_IS_OPEN = f"state IN ({', '.join(repr(str(state)) for state in sorted(OPEN))})"


class Case(Base):
    """One matter that somebody wrote about. `state` changes only along `rules.MOVES`.

    `unit` by name; `to_head`: written to its head in person. `subject`: what it is about, where
    something else knows (a canteen's window). `asker_id`: None when anonymous, unknown, or
    deleted. `seal`: SHA-256 of the receipt of who wrote without a name; the receipt itself is
    kept nowhere. `source` of an event (`evaluations:17`); `box`, `box_number`, `sender` of a
    letter. `owner_id`: who answers. `due_at`: by when; `next_at`: when `rules.STEPS[stage]` is
    due, None when nothing is. `first_answer_at`, `answered_at`: the first answer and the last;
    `on_time`: whether each came in time. `consent`: may be made public. `reopened`: how often.
    """

    __tablename__ = "feedback_cases"
    __table_args__ = (
        UniqueConstraint("box", "box_number"),
        Index("ix_feedback_cases_open", "unit", "due_at", postgresql_where=text(_IS_OPEN)),
        Index("ix_feedback_cases_next", "next_at", postgresql_where=text("next_at IS NOT NULL")),
        Index("ix_feedback_cases_silent", "answered_at",
              postgresql_where=text("state = 'answered'")),
        Index(None, "asker_id", "id"),
        Index(None, "owner_id", "id"),
        Index(None, "unit", "created_at"),
        Index(None, "created_at"),
        Index(None, "state", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    unit: Mapped[str]
    to_head: Mapped[bool] = mapped_column(default=False)
    subject: Mapped[str] = mapped_column(default="")
    words: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.NEW)
    channel: Mapped[str] = mapped_column(default=Channel.PAGE)
    anonymous: Mapped[bool] = mapped_column(default=False)
    asker_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    seal: Mapped[str | None] = mapped_column(unique=True)
    source: Mapped[str | None] = mapped_column(unique=True)
    box: Mapped[str | None]
    box_number: Mapped[str | None]
    sender: Mapped[str] = mapped_column(default="")
    consent: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    stage: Mapped[int] = mapped_column(SmallInteger, default=0)
    next_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    taken_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    first_answer_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    on_time: Mapped[bool | None]
    reopened: Mapped[int] = mapped_column(SmallInteger, default=0)
    stars: Mapped[int | None] = mapped_column(SmallInteger)
    rating: Mapped[str] = mapped_column(default="")
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("feedback_cases.id"), index=True
    )  # fmt: skip


class Line(Base):
    """One thing that happened: `what` is a `rules.Move` or `rules.Event`.

    `by_id` is None for the system and for who wrote without a name.
    """

    __tablename__ = "feedback_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("feedback_cases.id"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    what: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"), index=True)
    words: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class Photo(Base):
    """A photo of a line."""

    __tablename__ = "feedback_photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("feedback_lines.id"), index=True)
    upload_id: Mapped[int] = mapped_column(
        ForeignKey("campus_uploads.id", ondelete="CASCADE"), unique=True
    )


class Duty(Base):
    """A line of the list of duties: `matter` is `unit`'s. `words`: how else people call it."""

    __tablename__ = "feedback_duties"
    __table_args__ = (UniqueConstraint("unit", "matter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str]
    matter: Mapped[str]
    words: Mapped[str] = mapped_column(default="")


class Question(Base):
    """A published question with its answer, as edited; `case_id` of the case it came from."""

    __tablename__ = "feedback_questions"
    __table_args__ = (Index(None, "unit", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("feedback_cases.id"), unique=True)
    unit: Mapped[str]
    question: Mapped[str]
    answer: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    shown: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Phrase(Base):
    """A reply that is written often. `unit`, `kind` empty: for all."""

    __tablename__ = "feedback_phrases"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    words: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class TermRow(Base):
    """A kind's deadlines where the desk has set its own; else `rules.TERMS`."""

    __tablename__ = "feedback_terms"

    kind: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(SmallInteger)
    warn: Mapped[int] = mapped_column(SmallInteger)
    raised: Mapped[int] = mapped_column(SmallInteger)


# Written out, never as parameters: so every plan may use the indexes of open cases.
IS_OPEN = Case.state.in_(
    bindparam(
        "feedback_open",
        [str(state) for state in sorted(OPEN)],
        expanding=True,
        literal_execute=True,
    )
)
