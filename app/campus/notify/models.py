"""What was told, to whom, and what came of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class State(StrEnum):
    """Of a delivery. The first two are work to do, the rest are ends."""

    WAITING = "waiting"  # until `due_at`, or until its campaign goes on
    SENDING = "sending"  # some worker has it until `due_at`; past that, its worker died
    SENT = "sent"  # the platform took it; no receipt yet
    DELIVERED = "delivered"  # the receipt says so
    BLOCKED = "blocked"  # the receipt says that this follower refuses messages
    FAILED = "failed"  # `reason` says why; only the inbox has it
    UNSURE = "unsure"  # perhaps told: no answer came, and asking again might tell them twice
    KEPT = "kept"  # meant for the inbox alone: no phone, or switched off
    MERGED = "merged"  # told as a part of the delivery `into_id`
    CANCELLED = "cancelled"  # its campaign was ended before its turn


URGENT, ORDINARY, MANY = range(3)  # ranks of deliveries: the lower goes first


class Message(Base):
    """What is told, once, however many are told it.

    `notice` is the declaration's name, empty for free `words`. `fields` as they were meant,
    uncut, by the declaration's names. `page` is a path of ours or empty.
    """

    __tablename__ = "campus_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    page: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campus_campaigns.id"), index=True)


class Delivery(Base):
    """One message to one recipient, who is told at most once.

    `who` is their follower when it was written, None without one. `due_at`: while waiting, not
    before; while sending, when the worker's lease ends. `tried_at`: first try on `channel`.
    `told_as`: the platform's number of the message, which the receipt repeats.
    """

    __tablename__ = "campus_deliveries"
    __table_args__ = (
        UniqueConstraint("message_id", "person_id"),
        UniqueConstraint("message_id", "who"),
        Index(
            "ix_campus_deliveries_due", "rank", "due_at",
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
        Index("ix_campus_deliveries_outcome", "message_id", "state", "reason"),
        Index(None, "person_id", "id", postgresql_where=text("person_id IS NOT NULL")),
        Index(None, "who", "id", postgresql_where=text("who IS NOT NULL")),
        Index(None, "told_as", postgresql_where=text("told_as IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("campus_messages.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    who: Mapped[str | None] = mapped_column(ForeignKey("campus_followers.who"))
    rank: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str]
    channel: Mapped[str] = mapped_column(default="", server_default="")
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    tried_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str] = mapped_column(default="", server_default="")
    told_as: Mapped[str | None]
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    into_id: Mapped[int | None] = mapped_column(BigInteger)
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Mute(Base):
    """A kind of notice that a person switched off."""

    __tablename__ = "campus_mutes"

    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"), primary_key=True)
    notice: Mapped[str] = mapped_column(primary_key=True)
