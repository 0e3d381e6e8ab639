"""What the account heard and said."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Heard(Base):
    """One message of one user and its answer, for good. The unique `key` decides who runs it.

    `answer` is what `app.kit.answers.dump` gives, None for an event that wants no answer;
    `matched` is False where no handler knew the words; `offers` marks answers with digits.
    `reference` is the number the user was told when a handler failed.
    """

    __tablename__ = "gateway_messages"
    __table_args__ = (
        Index("ix_gateway_messages_offers", "who", "id", postgresql_where=text("offers")),
        Index("ix_gateway_messages_unmatched", "at", postgresql_where=text("NOT matched")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    who: Mapped[str]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    kind: Mapped[str]
    text: Mapped[str]
    answer: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    matched: Mapped[bool]
    offers: Mapped[bool]
    reference: Mapped[str | None]


class Owed(Base):
    """An answer that was not ready when a delivery ended: `missed` deliveries so far.

    `told` when the user has it, by a later delivery or by a customer-service message. `ask` is
    what was asked, kept here and not in the job, whose arguments are logged.
    """

    __tablename__ = "gateway_owed"

    key: Mapped[str] = mapped_column(primary_key=True)
    missed: Mapped[int] = mapped_column(SmallInteger)
    told: Mapped[bool] = mapped_column(default=False)
    ask: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class AccessToken(Base):
    """The one access token of an app id, shared by all processes."""

    __tablename__ = "gateway_tokens"

    app_id: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
