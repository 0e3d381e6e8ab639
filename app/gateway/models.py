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
        Index("ix_gateway_messages_failed", "at", postgresql_where=text("reference IS NOT NULL")),
        # Whoever unsubscribes is forgotten at once, however long the log is.
        Index("ix_gateway_messages_who", "who", "at"),
        # Rows come in order of time: a BRIN finds a day, and costs the hot path next to nothing.
        Index("ix_gateway_messages_at", "at", postgresql_using="brin"),
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


class SharedToken(Base):
    """A token that all processes share: an app id's access token or JS-SDK ticket."""

    __tablename__ = "gateway_tokens"

    name: Mapped[str] = mapped_column("app_id", primary_key=True)
    value: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Login(Base):
    """A login that came back from WeChat: whose it was, and the page that was wanted.

    `key` is from its `state`: a second coming of the same state finds the row and is given
    no second exchange.
    """

    __tablename__ = "gateway_logins"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    who: Mapped[str]
    next: Mapped[str]


class SavedMenu(Base):
    """One version of the account's menu, for good. The newest is the draft.

    `buttons` as `menu_rules` has them. `after` is the version that it was made from, 0 for the
    first: unique, so that of two operators who change one version the second is told.
    """

    __tablename__ = "gateway_menus"

    id: Mapped[int] = mapped_column(primary_key=True)
    after: Mapped[int] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    author: Mapped[str]
    buttons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), index=True)
    published_by: Mapped[str] = mapped_column(default="")
