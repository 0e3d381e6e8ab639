"""What is checked, by which lists, what was seen, and the faults that were found."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Integer, Text

from app.kit.db import Base

_EMPTY = text("'{}'")


class Place(Base):
    """A canteen, a window of it, a dormitory, a building or grounds that a firm looks after.

    `contractor`: the firm that answers for it, empty for our own. `owner_id`: who mends what is
    found there; None: the firm's people, else the heads of `unit`.
    """

    __tablename__ = "checks_places"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    unit: Mapped[str]
    building_id: Mapped[int | None] = mapped_column(ForeignKey("campus_buildings.id"), index=True)
    contractor: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    position: Mapped[int] = mapped_column(default=0)
    gone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class List(Base):
    """A checklist. `version` is the number of the points that hold now.

    `roles` check it where their right reaches the place; `people`, where there are any, do it
    instead. `by_room`: room by room of the place's building. `public`: who lives in a room reads
    its result. `always`: also on days that are not worked.
    """

    __tablename__ = "checks_lists"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    rhythm: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=_EMPTY)
    people: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=_EMPTY)
    by_room: Mapped[bool] = mapped_column(default=False)
    public: Mapped[bool] = mapped_column(default=False)
    always: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    since: Mapped[date]
    gone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ListPlace(Base):
    """Where a list is checked."""

    __tablename__ = "checks_list_places"

    list_id: Mapped[int] = mapped_column(ForeignKey("checks_lists.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(
        ForeignKey("checks_places.id"), primary_key=True, index=True
    )


class Version(Base):
    """The points of a list from `at` on: `rules.Item` by their names. Never changed."""

    __tablename__ = "checks_versions"

    list_id: Mapped[int] = mapped_column(ForeignKey("checks_lists.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    points: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Visit(Base):
    """A list at a place in a period: to be done by `due`, possible until `last`.

    `score`: the mean of its looks, in hundredths of a point. `told_at`: when it was told that it
    is late.
    """

    __tablename__ = "checks_visits"
    __table_args__ = (
        UniqueConstraint("list_id", "place_id", "first"),
        Index(None, "place_id", "due"),
        Index("ix_checks_visits_open", "due", postgresql_where=text("state IN ('todo', 'doing')")),
        Index("ix_checks_visits_untold", "due", postgresql_where=text("told_at IS NULL")),
        Index(None, "due", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("checks_lists.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("checks_places.id"))
    first: Mapped[date]
    due: Mapped[date]
    last: Mapped[date]
    state: Mapped[str] = mapped_column(default="todo", server_default="todo")
    score: Mapped[int | None]
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"), index=True)
    told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Look(Base):
    """What was seen at a visit, of the whole place or of one room, by a version of the list.

    `answers` by key: {"score": marks or null, "words": …}.
    """

    __tablename__ = "checks_looks"
    __table_args__ = (
        UniqueConstraint("visit_id", "room_id", postgresql_nulls_not_distinct=True),
        ForeignKeyConstraint(
            ["list_id", "number"], ["checks_versions.list_id", "checks_versions.number"]
        ),
        Index(None, "room_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("checks_visits.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("campus_rooms.id"))
    list_id: Mapped[int]
    number: Mapped[int]
    score: Mapped[int | None]
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    words: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Fault(Base):
    """Something that was found and has to be put right by `due_at`; head hears at `head_at`.

    `tries`: how often it was looked at again in vain. `hours`: of working time for the next try.
    """

    __tablename__ = "checks_faults"
    __table_args__ = (
        Index(
            "ix_checks_faults_due", "due_at", postgresql_where=text("state IN ('open', 'failed')")
        ),
        Index(
            "ix_checks_faults_owner", "owner_id", "due_at",
            postgresql_where=text("state IN ('open', 'fixed', 'failed')"),
        ),
        Index(None, "place_id", "found_at"),
        Index(None, "found_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    look_id: Mapped[int] = mapped_column(ForeignKey("checks_looks.id"), index=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("checks_visits.id"), index=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("checks_lists.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("checks_places.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("campus_rooms.id"))
    item: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    contractor: Mapped[str] = mapped_column(default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    state: Mapped[str] = mapped_column(default="open")
    hours: Mapped[int]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    head_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    told_owner_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    told_head_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    found_by: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    found_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    fixed_by: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    fixed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Step(Base):
    """A line of a fault's story; `what` is `found`, a move, or `overdue`."""

    __tablename__ = "checks_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    fault_id: Mapped[int] = mapped_column(ForeignKey("checks_faults.id"), index=True)
    what: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Photo(Base):
    """A photo of an item of a look (`step_id` None), or of a step of a fault."""

    __tablename__ = "checks_photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    look_id: Mapped[int | None] = mapped_column(ForeignKey("checks_looks.id"), index=True)
    item: Mapped[str] = mapped_column(default="")
    step_id: Mapped[int | None] = mapped_column(ForeignKey("checks_steps.id"), index=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("campus_uploads.id"))
