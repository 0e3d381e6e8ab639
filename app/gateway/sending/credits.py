"""What followers have subscribed to: each acceptance is one notice that may be sent."""

import hashlib
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.privacy import Holder, Subject, holds
from app.gateway.sending.models import Credit
from app.wechat import messages as wire


def told_as(who: str, template_id: str) -> str:
    """By what a notice is known until its receipt, which has no other number than these."""
    return "s:" + hashlib.sha256(f"{template_id} {who}".encode()).hexdigest()[:32]


async def heard(db: AsyncSession, event: wire.SubscriptionAsked | wire.SubscriptionChanged) -> None:
    """Count what `event` accepts; a refusal in the settings ends what was left."""
    asked = isinstance(event, wire.SubscriptionAsked)
    for item in event.items:
        if asked and item.status == "accept":
            await _grant(db, event.from_, item.template_id)
        elif not asked and item.status == "reject":
            await end(db, event.from_, item.template_id)


async def _grant(db: AsyncSession, who: str, template_id: str) -> None:
    one = insert(Credit).values(who=who, template_id=template_id, left_over=1)
    more = one.on_conflict_do_update(
        index_elements=["who", "template_id"], set_={"left_over": Credit.left_over + 1}
    )
    await db.execute(more)


async def spend(db: AsyncSession, who: str, template_id: str) -> bool:
    """Use up one; False if there is none."""
    some = update(Credit).where(
        Credit.who == who, Credit.template_id == template_id, Credit.left_over > 0
    )
    spent = some.values(left_over=Credit.left_over - 1).returning(Credit.who)
    return await db.scalar(spent) is not None


async def end(db: AsyncSession, who: str, template_id: str) -> None:
    """Nothing is left: they said so, or the platform did."""
    theirs = update(Credit).where(Credit.who == who, Credit.template_id == template_id)
    await db.execute(theirs.values(left_over=0))


async def _tell(db: AsyncSession, subject: Subject) -> list[dict[str, Any]]:
    found = await db.scalars(select(Credit).where(Credit.who == subject.who))
    return [{"模板": credit.template_id, "还能收": credit.left_over} for credit in found]


async def _erase(db: AsyncSession, subject: Subject) -> None:
    if subject.who is not None:
        await db.execute(delete(Credit).where(Credit.who == subject.who))


holds(Holder("订阅的通知", _tell, _erase))
