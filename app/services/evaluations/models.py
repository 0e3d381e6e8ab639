"""What is rated, by which form, and what was said.

No row of an anonymous answer, and none that is written with it, names who answered, says when
it was to the minute, or carries a number that counts up: docs/decisions/0021.
"""

import secrets
import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base
from app.services.evaluations.rules import LOW, Period, Stage


def random_id() -> int:
    """An id that says nothing of when it was made; 52 bits, which a browser's numbers hold."""
    return secrets.randbits(52) + 1


class FormKind(StrEnum):
    RATING = "rating"  # of something served: a form serves many subjects
    SURVEY = "survey"  # 你扫我办: the form is its own, only, subject


class SubjectKind(StrEnum):
    CANTEEN = "canteen"
    WINDOW = "window"
    DORMITORY = "dormitory"
    BUS = "bus"
    BATH = "bath"
    OFFICE = "office"
    EVENT = "event"
    ORDER = "order"
    SURVEY = "survey"
    OTHER = "other"


class Form(Base):
    """A form as it is now; its questions are those of `version` in `Version`.

    `unit` owns it ("" the whole department). `low`: stars up to which the unit's head is told at
    once (0: never). `most`: answers in all; colleges have theirs in `Quota`. `live`: whoever has
    answered sees the results. `listed`: 「评价」 shows it to everybody, not only to those with the
    code. `invited`: how many were asked, for the share that answered.
    """

    __tablename__ = "evaluations_forms"
    __table_args__ = (
        CheckConstraint("opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at",
                        name="opens_before_it_closes"),
        Index(None, "unit"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    thanks: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default=FormKind.RATING)
    unit: Mapped[str] = mapped_column(default="")
    stage: Mapped[str] = mapped_column(default=Stage.DRAFT)
    anonymous: Mapped[bool] = mapped_column(default=False)
    period: Mapped[str] = mapped_column(default=Period.ONCE)
    opens_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closes_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(default=1)
    low: Mapped[int] = mapped_column(default=LOW)
    most: Mapped[int | None]
    live: Mapped[bool] = mapped_column(default=False)
    listed: Mapped[bool] = mapped_column(default=True)
    invited: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Version(Base):
    """The questions of a form as they once were; never changed. `rules.read` reads them."""

    __tablename__ = "evaluations_versions"

    form_id: Mapped[int] = mapped_column(ForeignKey("evaluations_forms.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Subject(Base):
    """Something that is rated by `form_id`, with a code of its own.

    `person_id`, `team`: who gets the stars in the score ledger. `source`: what of another service
    it stands for (`events:17`), or None. `rotation`: of its codes, only the newest is good.
    `gone_at`: not rated any more; its answers stay.
    """

    __tablename__ = "evaluations_subjects"
    __table_args__ = (
        Index(None, "form_id"), Index(None, "unit"), Index(None, "room_id"),
        Index(None, "building_id"), Index(None, "kind", "position", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default=SubjectKind.OTHER)
    unit: Mapped[str] = mapped_column(default="")
    form_id: Mapped[int] = mapped_column(ForeignKey("evaluations_forms.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("campus_buildings.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("campus_rooms.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"), index=True)
    team: Mapped[str] = mapped_column(default="")
    source: Mapped[str | None] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)
    rotation: Mapped[int] = mapped_column(default=1)
    gone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Invitation(Base):
    """Somebody was asked to rate a subject on one occasion, until `until`. Says nothing of whether
    they did."""

    __tablename__ = "evaluations_invitations"
    __table_args__ = (
        Index(None, "person_id", "until"),
        Index("uq_evaluations_invitations_once", "subject_id", "occasion", "person_id",
              unique=True),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("evaluations_subjects.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"))
    occasion: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Taken(Base):
    """Somebody has answered on an occasion: `key` is a keyed hash of who, what and which occasion,
    with a key that is not in the database. `day` is when."""

    __tablename__ = "evaluations_taken"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    day: Mapped[date] = mapped_column(index=True)


class Quota(Base):
    """How many answers of a form there may be, of people of a college ("" of everybody)."""

    __tablename__ = "evaluations_quotas"
    __table_args__ = (CheckConstraint("taken <= most", name="not_too_many"),)

    form_id: Mapped[int] = mapped_column(ForeignKey("evaluations_forms.id"), primary_key=True)
    college: Mapped[str] = mapped_column(primary_key=True, default="")
    most: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)


class Sealed(Base):
    """An anonymous answer on its way, encrypted with a key that is not in the database; opened
    with all others of some minutes, in no order."""

    __tablename__ = "evaluations_sealed"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    form_id: Mapped[int] = mapped_column(ForeignKey("evaluations_forms.id"), index=True)
    envelope: Mapped[bytes] = mapped_column(LargeBinary)


class Answer(Base):
    """What somebody said of a subject. Anonymous: `person_id`, `at` are None, and `receipt` is the
    SHA-256 of the code by which they read a reply.

    `given`: {question's name: value} by the questions of `version`; photos are ids of uploads.
    `stars`: of the first question of stars, `words`: all that was written, one a line. `reply` is
    what the answerer is told. `complained_at`: made into a case. `id` is random.
    """

    __tablename__ = "evaluations_answers"
    __table_args__ = (
        Index(None, "day"),
        Index(None, "subject_id", "day"),
        Index(None, "form_id", "day"),
        Index(None, "person_id", "at"),
        Index("ix_evaluations_answers_low", "day", postgresql_where=text("low")),
    )

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, default=random_id
    )
    form_id: Mapped[int] = mapped_column(ForeignKey("evaluations_forms.id"))
    version: Mapped[int]
    subject_id: Mapped[int] = mapped_column(ForeignKey("evaluations_subjects.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    anonymous: Mapped[bool]
    day: Mapped[date]
    at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    given: Mapped[dict[str, Any]] = mapped_column(JSONB)
    stars: Mapped[int | None]
    words: Mapped[str] = mapped_column(default="")
    photos: Mapped[list[int]] = mapped_column(JSONB, server_default=text("'[]'"))
    low: Mapped[bool] = mapped_column(default=False)
    receipt: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    reply: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    replied_by: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    complained_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
