"""What repairs keep of people: told to them; of who is deleted the orders stay, without a name."""

from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.privacy import Holder, Subject, holds
from app.services.repairs.chat_photo import drop_of
from app.services.repairs.models import Follow, Order, Rating, Step


async def tell(db: AsyncSession, subject: Subject) -> list[dict[str, Any]]:
    """Orders that they reported, with what they wrote."""
    if subject.person_id is None:
        return []
    query = (
        select(Order, Rating)
        .outerjoin(Rating, (Rating.order_id == Order.id) & (Rating.rework == Order.rework))
        .where(Order.reporter_id == subject.person_id)
        .order_by(Order.id)
    )
    return [
        {
            "单号": order.number, "时间": order.created_at.isoformat(), "说明": order.words,
            "位置": order.spot, "电话": order.phone, "评价": rating.stars if rating else None,
            "评价的话": rating.words if rating else "",
        }
        for order, rating in await db.execute(query)
    ]  # fmt: skip


async def erase(db: AsyncSession, subject: Subject) -> None:
    """Take the name off their orders; the fault, its timeline and what it cost stay."""
    if subject.person_id is None:
        return
    theirs = or_(Order.reporter_id == subject.person_id, Order.by_id == subject.person_id)
    ids = select(Order.id).where(theirs)
    steps = update(Step).where(Step.order_id.in_(ids), Step.by_id == subject.person_id)
    await db.execute(steps.values(by_id=None))
    reported = update(Order).where(Order.reporter_id == subject.person_id)
    await db.execute(reported.values(reporter_id=None, phone=""))
    entered = update(Order).where(Order.by_id == subject.person_id)
    await db.execute(entered.values(by_id=None))
    await drop_of(db, subject.person_id)
    await db.execute(delete(Follow).where(Follow.person_id == subject.person_id))


holds(Holder("报修", tell, erase))
