"""What people were told, as something that is kept of them."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.campus.notify.models import Delivery, Message, Mute, State
from app.campus.people.privacy import Holder, Subject, holds
from app.kit import clock

LEFT = "left"


def own(subject: Subject) -> ColumnElement[bool]:
    """Deliveries of `subject`. What a phone was told while it was bound to somebody is theirs."""
    keys = [Delivery.person_id == subject.person_id] if subject.person_id is not None else []
    if subject.who is not None:
        keys.append(to_phone(subject.who))
    return or_(*keys) if keys else Delivery.id.is_(None)


def to_phone(who: str | ScalarSelect[str]) -> ColumnElement[bool]:
    """What went to a phone that was nobody's."""
    return and_(Delivery.person_id.is_(None), Delivery.who == who)


async def _tell(db: AsyncSession, subject: Subject) -> dict[str, Any]:
    query = select(Delivery, Message).join(Message, Message.id == Delivery.message_id)
    told = await db.execute(query.where(own(subject)).order_by(Delivery.id))
    off = await db.scalars(select(Mute.notice).where(Mute.person_id == subject.person_id))
    return {
        "通知": [
            {
                "时间": message.at.isoformat(), "标题": message.title,
                "内容": message.words or message.fields, "结果": delivery.state,
                "读过": delivery.read_at.isoformat() if delivery.read_at else None,
            }
            for delivery, message in told
        ],
        "关掉的": list(off),
    }  # fmt: skip


async def _erase(db: AsyncSession, subject: Subject) -> None:
    """A follower loses their name on all that was sent to them; a person everything.

    A campaign keeps the row, for its figures, with nobody in it.
    """
    if subject.who is not None:
        await _part(db, Delivery.who == subject.who, who=None)
    if subject.person_id is None:
        return
    await db.execute(delete(Mute).where(Mute.person_id == subject.person_id))
    other = aliased(Delivery)
    alone = ~exists().where(
        other.message_id == Delivery.message_id, other.person_id.is_distinct_from(subject.person_id)
    )
    mine = select(Delivery.message_id).join(Message, Message.id == Delivery.message_id).where(
        Delivery.person_id == subject.person_id, Message.campaign_id.is_(None), alone
    )  # fmt: skip
    messages = list(await db.scalars(mine))
    await db.execute(delete(Delivery).where(Delivery.message_id.in_(messages)))
    await db.execute(delete(Message).where(Message.id.in_(messages)))
    await _part(db, Delivery.person_id == subject.person_id, person_id=None, who=None)


async def _part(db: AsyncSession, theirs: ColumnElement[bool], **emptied: None) -> None:
    """What waits ends; what a worker holds may have been told, and must not be told anew."""
    for state, end in ((State.WAITING, State.FAILED), (State.SENDING, State.UNSURE)):
        ended = update(Delivery).where(theirs, Delivery.state == state)
        await db.execute(ended.values(state=end, reason=LEFT, done_at=clock.now()))
    await db.execute(update(Delivery).where(theirs).values(**emptied))


holds(Holder("收到的通知", _tell, _erase))
