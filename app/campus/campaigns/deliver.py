"""A campaign's message and its deliveries, all of them by one statement."""

from datetime import datetime

from sqlalchemy import ColumnElement, SmallInteger, and_, case, func, literal, or_, select, update
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.campaigns.audience import recipients
from app.campus.campaigns.models import Campaign, Way
from app.campus.notify import rules
from app.campus.notify.models import MANY, URGENT, Delivery, Message, Mute, State
from app.campus.notify.settings import settings
from app.campus.notify.tell import SEND
from app.campus.people.lookup import follower_of
from app.campus.people.me import Me
from app.kit.errors import Conflict
from app.kit.jobs import defer

NO_PHONE, MUTED = "no_phone", "muted"
CHANNEL: dict[str, str] = {Way.TEXT: "custom", Way.MASS: "mass"}  # free words


async def tell(db: AsyncSession, campaign: Campaign, now: datetime) -> None:
    """Write the message and a delivery to everybody, and have them sent: each person once.

    Takes about two seconds for 78,000. `campaign` must be locked, and not told before.
    """
    message = await _message(db, campaign, now, campaign.id)
    due = due_at(campaign, now)
    to = recipients(campaign.audience).subquery()
    off = and_(
        literal(campaign.optional), Mute.person_id == to.c.person_id, Mute.notice == campaign.notice
    )
    kept = or_(to.c.who.is_(None), Mute.person_id.is_not(None))
    rows = select(
        literal(message.id), to.c.person_id, to.c.who, as_type(literal(MANY), SmallInteger),
        case((kept, State.KEPT), else_=State.WAITING), literal(due),
        case((to.c.who.is_(None), NO_PHONE), (kept, MUTED), else_=""),
        case((kept, literal(now))), literal(CHANNEL.get(campaign.way, "")),
    ).outerjoin_from(to, Mute, off)  # fmt: skip
    columns = ("message_id", "person_id", "who", "rank", "state", "due_at", "reason", "done_at",
               "channel")  # fmt: skip
    await db.execute(insert(Delivery).from_select(columns, rows).on_conflict_do_nothing())
    await defer(db, SEND, at=due)


async def trial(db: AsyncSession, me: Me, campaign: Campaign, now: datetime) -> None:
    """Tell it to `me` alone, at once. Raises Conflict without a phone."""
    who = await follower_of(db, me.person_id) if me.person_id else None
    if who is None:
        raise Conflict("你的微信还没绑工号，先在公众号里绑定，再发给自己试试")
    message = await _message(db, campaign, now, None)
    db.add(
        Delivery(
            message_id=message.id, person_id=me.person_id, who=who, rank=URGENT,
            state=State.WAITING, due_at=now,
        )
    )  # fmt: skip
    await defer(db, SEND)


async def wake(db: AsyncSession, campaign: Campaign, now: datetime) -> None:
    """Have the rest of a campaign that stood still sent, after the quiet hours."""
    due = due_at(campaign, now)
    if due > now:
        waits = update(Delivery).where(_of(campaign.id), Delivery.state == State.WAITING)
        await db.execute(waits.values(due_at=func.greatest(Delivery.due_at, due)))
    await defer(db, SEND, at=due)


async def drop(db: AsyncSession, campaign: Campaign, now: datetime) -> None:
    """End what still waits; what a worker holds goes out. What waits in doubt may have gone out."""
    waits = update(Delivery).where(_of(campaign.id), Delivery.state == State.WAITING)
    ended = case((Delivery.tried_at.is_not(None), State.UNSURE), else_=State.CANCELLED)
    await db.execute(waits.values(state=ended, done_at=now))


def due_at(campaign: Campaign, now: datetime) -> datetime:
    """When it may go out: `now`, or after the quiet hours."""
    if campaign.urgent:
        return now
    quiet = settings()
    return rules.quiet_until(now, quiet.quiet_from, quiet.quiet_until) or now


async def _message(db: AsyncSession, campaign: Campaign, now: datetime, id: int | None) -> Message:
    message = Message(
        notice=campaign.notice, title=campaign.title, words=campaign.words,
        fields=campaign.fields, page=campaign.page, at=now, campaign_id=id,
    )  # fmt: skip
    db.add(message)
    await db.flush()
    return message


def _of(campaign_id: int) -> ColumnElement[bool]:
    messages = select(Message.id).where(Message.campaign_id == campaign_id)
    return Delivery.message_id.in_(messages)
