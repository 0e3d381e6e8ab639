"""Who follows the account."""

from datetime import datetime

from sqlalchemy import DateTime
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Follower(Base):
    """One follower by the opaque name that the messenger gives them.

    `left_at` is None while they follow; `scene` is the code they came in by, or empty.
    """

    __tablename__ = "campus_followers"

    who: Mapped[str] = mapped_column(primary_key=True)
    joined_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    left_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    scene: Mapped[str] = mapped_column(default="")
