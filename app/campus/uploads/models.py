"""Photos as rows."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Upload(Base):
    """A photo as JPEG without metadata: `picture` ≤ 300 kB, `thumbnail` ≤ 320 pixels a side.

    `width`, `height` are the picture's, in pixels. `person_id` is who sent it; None once that
    person's data were deleted. Both byte columns load only when asked for by name.
    """

    __tablename__ = "campus_uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    width: Mapped[int]
    height: Mapped[int]
    picture: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    thumbnail: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
