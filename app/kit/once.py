"""A form that creates something carries a key, so that a double tap or a reload creates one."""

import secrets
from datetime import datetime

from sqlalchemy import DateTime, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base
from app.kit.errors import Invalid

FIELD = "once"


class Done(Base):
    """A form's key, and where its first sending led (empty while that still runs)."""

    __tablename__ = "kit_once"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    led_to: Mapped[str] = mapped_column(default="")


def new_key() -> str:
    """A key for a form: put it into a hidden field `once`."""
    return secrets.token_urlsafe(16)


async def first(db: AsyncSession, owner: str, key: str, now: datetime) -> str | None:
    """None if `owner` sends the form with `key` for the first time; else where that led.

    A second sending waits for the first to commit. Raises Invalid for a key that is no key.
    """
    if not 16 <= len(key) <= 64:
        raise Invalid("这张表放太久了，刷新一下再填")
    new = insert(Done).values(key=f"{owner}:{key}", at=now).on_conflict_do_nothing()
    if await db.scalar(new.returning(Done.key)) is not None:
        return None
    return await db.scalar(select(Done.led_to).where(Done.key == f"{owner}:{key}"))


async def led_to(db: AsyncSession, owner: str, key: str, address: str) -> None:
    """Note where the first sending led, for those that come after it."""
    await db.execute(update(Done).where(Done.key == f"{owner}:{key}").values(led_to=address))
