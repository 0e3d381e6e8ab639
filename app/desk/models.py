"""How operators get to the desk: passwords, and codes to scan."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base


class Credential(Base):
    """A person's password, as argon2 keeps it. Without a row they can only scan.

    `must_change`: somebody else chose it. `needs_both`: the password alone does not let in,
    a scan with the phone that is bound to the person must follow.
    """

    __tablename__ = "desk_credentials"

    person_id: Mapped[int] = mapped_column(ForeignKey("campus_people.id"), primary_key=True)
    hash: Mapped[str]
    must_change: Mapped[bool] = mapped_column(default=False)
    needs_both: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Scan(Base):
    """A code on a login page. `token` is the SHA-256 of what the code says, `browser` of the
    secret that only the page's browser has: seeing the code is not enough to get in by it.

    `number` is shown on the page and told to the phone. `password_of` is who gave the right
    password before (None: nobody), `person_id` who confirmed on the phone.
    """

    __tablename__ = "desk_scans"

    token: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    browser: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    number: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    password_of: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("campus_people.id"))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
