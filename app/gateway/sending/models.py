"""What the sender shares between processes: templates, paces, subscriptions, early receipts."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, DateTime, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Template(Base):
    """Which template of the account a notice is told by, on a channel that has templates.

    `keywords`: our field's name → the template's keyword (`thing3`). `title` and `titles`
    (keyword → the words before it) are as the account had them when it was chosen.
    """

    __tablename__ = "gateway_templates"

    notice: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    template_id: Mapped[str]
    keywords: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    title: Mapped[str] = mapped_column(default="", server_default="")
    titles: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))


class Pace(Base):
    """How much of one channel's limits is used, and whether the channel has to wait.

    `stopped_until`: nothing goes out before; `calm_until`: nothing that is not urgent. `why` is
    the platform's word for it.
    """

    __tablename__ = "gateway_paces"

    channel: Mapped[str] = mapped_column(primary_key=True)
    minute: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    in_minute: Mapped[int] = mapped_column(default=0)
    day: Mapped[date] = mapped_column(Date)
    in_day: Mapped[int] = mapped_column(default=0)
    stopped_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    calm_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    why: Mapped[str] = mapped_column(default="", server_default="")


class Credit(Base):
    """How many notices of a template a follower has accepted and not yet been sent."""

    __tablename__ = "gateway_credits"
    __table_args__ = (CheckConstraint("left_over >= 0", name="not_below_zero"),)

    who: Mapped[str] = mapped_column(primary_key=True)
    template_id: Mapped[str] = mapped_column(primary_key=True)
    left_over: Mapped[int] = mapped_column(default=0)


class Receipt(Base):
    """A receipt that came before the answer it belongs to; gone once they have met."""

    __tablename__ = "gateway_receipts"

    told_as: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
