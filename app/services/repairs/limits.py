"""Who may report now: nobody who is barred, and nobody who has too many open orders."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import say_deadline
from app.campus.people.me import Me
from app.kit.errors import Forbidden, TooMany
from app.services.repairs.models import IS_OPEN, Barred, Order

MOST_OPEN = 10  # of one reporter; the telephone takes what comes after


async def must_be_welcome(db: AsyncSession, me: Me, now: datetime) -> None:
    """Raise Forbidden with the reason for who is barred, TooMany for who has ten open orders."""
    barred = select(Barred).where(Barred.person_id == me.person_id, Barred.until > now)
    found = await db.scalar(barred.order_by(Barred.until.desc()).limit(1))
    if found is not None:
        until = say_deadline(found.until, now)
        raise Forbidden(f"{found.reason}，{until}不能在这里报，急的打抢修电话")
    theirs = select(func.count()).where(Order.reporter_id == me.person_id, IS_OPEN)
    if (await db.scalar(theirs) or 0) >= MOST_OPEN:
        raise TooMany(f"你有 {MOST_OPEN} 张单还没修好，修好几张再报，急的打抢修电话")
