"""An order, and everything that happens to it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.kit.db import Base
from app.services.repairs.rules import OPEN, State

_IS_OPEN = f"state IN ({', '.join(repr(str(state)) for state in sorted(OPEN))})"


class Order(Base):
    """One fault at one place. `state` changes only along `rules.MOVES`.

    `number` 「261121-87」: day, and how many that day. Place: `room_id`, or a `building_id`, and
    `spot` in words (「楼道」). `source` as `rules.Source`. `reporter_id` is None once their data
    were deleted; `by_id` who entered it for them. `slot_from`/`slot_to`: the visit agreed.
    `respond_by`, `arrive_by`, `finish_by`: the clocks; `due_at` is the first that is not met yet
    (`accepted_at`, `arrived_at`, `done_at`), None once the order is closed. `stopped_at`: they
    stand still since then for `waiting_for` (`rules.Wait`), until `waiting_until` at most.
    `look_at`: when the minutely round has something to do here. `promised_for`: the date that a
    hard repair was promised for. `escalated`, of the clock that runs: 0 nobody, 1 the worker was
    warned, 2 the leader knows, 3 the head. `stuck_at`: nobody was free, and the leader knows.
    `code`: six digits that the reporter tells the worker instead of a tap. `rework`: how many
    times it came back.
    """

    __tablename__ = "repairs_orders"
    __table_args__ = (
        CheckConstraint("room_id IS NOT NULL OR building_id IS NOT NULL", name="has_place"),
        Index("ix_repairs_orders_open", "state", "id", postgresql_where=text(_IS_OPEN)),
        Index("ix_repairs_orders_open_place", "building_id", "room_id", "kind_id",
              postgresql_where=text(_IS_OPEN)),
        Index("ix_repairs_orders_due", "due_at", postgresql_where=text(_IS_OPEN)),
        Index("ix_repairs_orders_look", "look_at", postgresql_where=text(_IS_OPEN)),
        Index("ix_repairs_orders_promised", "promised_for",
              postgresql_where=text(f"{_IS_OPEN} AND promised_for IS NOT NULL")),
        Index(None, "reporter_id", "id"),
        Index("ix_repairs_orders_worker_open", "worker_id", "id", postgresql_where=text(_IS_OPEN)),
        Index(None, "worker_id", "done_at"),
        Index(None, "created_at"),
        Index(None, "building_id", "created_at"),
        Index(None, "kind_id", "created_at"),
        Index(None, "state", "created_at"),
        Index(None, "done_at"),
        Index("ix_repairs_orders_unclosed", "done_at", postgresql_where=text("state = 'done'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=State.SUBMITTED)
    kind_id: Mapped[int] = mapped_column(ForeignKey("repairs_kinds.id"))
    sign: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("campus_rooms.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("campus_buildings.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("campus_areas.id"))
    spot: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    phone: Mapped[str] = mapped_column(default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    slot_from: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    slot_to: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    key_with_keeper: Mapped[bool] = mapped_column(default=False)
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    contractor: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    dispatched_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    arrived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    respond_by: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    arrive_by: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finish_by: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    stopped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    waiting_for: Mapped[str] = mapped_column(default="")
    waiting_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    look_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    stuck_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    code: Mapped[str] = mapped_column(default="", server_default="")
    promised_for: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    promise: Mapped[str] = mapped_column(default="")
    escalated: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    urged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    rework: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("repairs_orders.id"), index=True)
    charge: Mapped[int] = mapped_column(default=0, server_default="0")  # fen, to the reporter
    hidden: Mapped[bool] = mapped_column(default=False, server_default="false")


# Written out, never as parameters: so every plan may use the indexes of open orders. The name is
# our own: 「我的」 asks all services in one statement, where two of one name would be one.
IS_OPEN = Order.state.in_(
    bindparam(
        "repairs_open", [str(state) for state in sorted(OPEN)], expanding=True, literal_execute=True
    )
)


class Day(Base):
    """How many orders a day had: numbers count up by it."""

    __tablename__ = "repairs_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class Step(Base):
    """A line of the timeline: who did what when. `data` is what the sentence needs beside."""

    __tablename__ = "repairs_steps"
    __table_args__ = (Index(None, "order_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repairs_orders.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    what: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class Photo(Base):
    """A photo of an order; `moment`: report, before, after, rating."""

    __tablename__ = "repairs_photos"

    order_id: Mapped[int] = mapped_column(ForeignKey("repairs_orders.id"), primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("campus_uploads.id"), primary_key=True)
    moment: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger)
    hidden: Mapped[bool] = mapped_column(default=False, server_default="false")


class ChatPhoto(Base):
    """A photo that came through the chat, until a report holds it or it is dropped."""

    __tablename__ = "repairs_chat_photos"

    upload_id: Mapped[int] = mapped_column(
        ForeignKey("campus_uploads.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class Follow(Base):
    """Somebody else whom the same fault troubles: 「我也遇到」."""

    __tablename__ = "repairs_follows"

    order_id: Mapped[int] = mapped_column(ForeignKey("repairs_orders.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("campus_people.id"), primary_key=True, index=True
    )
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Assignment(Base):
    """An order that was given to a worker, and what they did with it: the chain.

    `reasons` are why they were chosen, as `rules.rank` gave them. `share` of the work, in
    hundredths; the shares of an order's working assignments add up to 100. At most one worker
    leads an order at a time: the unique index decides who grabbed it. `state` as `rules.Part`;
    `rework` as of the order then.
    """

    __tablename__ = "repairs_assignments"
    __table_args__ = (
        Index(None, "order_id", "id"),
        Index("ix_repairs_assignments_now", "worker_id",
              postgresql_where=text("state IN ('offered', 'accepted')")),
        Index(None, "worker_id", "at"),
        Index("ix_repairs_assignments_unanswered", "answer_by",
              postgresql_where=text("state = 'offered'")),
        Index("uq_repairs_assignments_lead", "order_id", unique=True,
              postgresql_where=text("leads AND state IN ('offered', 'accepted')")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repairs_orders.id"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    leads: Mapped[bool] = mapped_column(default=True)
    share: Mapped[int] = mapped_column(SmallInteger, default=100)
    state: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    words: Mapped[str] = mapped_column(default="")
    rework: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    answer_by: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Postponement(Base):
    """A later date: asked for by a worker and decided by the leader, or promised and watched."""

    __tablename__ = "repairs_postponements"
    __table_args__ = (
        Index(None, "order_id"),
        Index("uq_repairs_postponements_asked", "order_id", unique=True,
              postgresql_where=text("state = 'asked'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repairs_orders.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str]
    state: Mapped[str]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Rating(Base):
    """What the reporter thinks: never shown to the worker per order, never changed by them.

    `stars` None: closed by silence, which is no praise; a later rating fills it in.
    """

    __tablename__ = "repairs_ratings"
    __table_args__ = (
        UniqueConstraint("order_id", "rework"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="one_to_five"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repairs_orders.id"))
    rework: Mapped[int] = mapped_column(SmallInteger, default=0)
    stars: Mapped[int | None] = mapped_column(SmallInteger)
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
