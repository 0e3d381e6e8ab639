"""How an order ends: withdrawn, rejected, confirmed, rated, or by silence; and comes back."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.kit.errors import Conflict, Invalid
from app.kit.jobs import defer
from app.kit.limits import attempt
from app.services.repairs import notices
from app.services.repairs.crew import end, need
from app.services.repairs.models import Kind, Order, Rating, Step
from app.services.repairs.moves import move, note
from app.services.repairs.orders import keep_photos
from app.services.repairs.parts import must, parts
from app.services.repairs.rules import Event, Moment, Move, Part, State, Who, sees_rating
from app.services.repairs.scores import count_rating, count_rework
from app.services.repairs.telling import tell, tell_all, tell_step
from app.services.repairs.timing import CLOSED, restarted
from app.services.repairs.words import TAGS

ASKED, SILENCE = timedelta(days=3), timedelta(days=7)
MOST_WORDS = 500
WRONG_CODES = 5  # an hour


async def withdraw(
    db: AsyncSession, me: Me, order: Order, now: datetime, *, reason: str = ""
) -> Order:
    """The reporter needs nobody any more; until a worker has accepted."""
    worker = order.worker_id
    moved = await move(
        db, me, order, Move.WITHDRAW, now, words=reason.strip(), closed_at=now, **CLOSED
    )
    await end(db, moved, Part.ENDED, now)
    await tell(db, moved, notices.GONE, now, to=[worker], says="报修的人撤了，不用去了")
    await tell_step(db, moved, "这张单撤了", now, but=me.person_id)
    return moved


async def reject(db: AsyncSession, me: Me, order: Order, now: datetime, *, reason: str) -> Order:
    """Not ours to mend, and why. Raises NotFound, Forbidden, Invalid (no reason), Conflict."""
    need(reason)
    worker = order.worker_id
    moved = await move(
        db, me, order, Move.REJECT, now, words=reason.strip(), closed_at=now, **CLOSED
    )
    await end(db, moved, Part.ENDED, now)
    await tell(db, moved, notices.GONE, now, to=[worker], says="这张单不受理了")
    await tell_all(db, moved, notices.LATER, f"没有受理：{reason.strip()}", now)
    return moved


async def confirm(
    db: AsyncSession, me: Me, order: Order, now: datetime, *, code: str = ""
) -> Order:
    """It is mended, says who reported it or the keeper; or the worker, with the reporter's code.

    Raises NotFound, Forbidden, Conflict; Invalid for a wrong code, TooMany after five in an hour.
    """
    if code:
        await must(db, me, order, Who.WORKER, Who.HELPER)
        await attempt(
            db.info["database"], f"repairs:code:{order.id}", now, most=WRONG_CODES,
            within=timedelta(hours=1), sentence="确认码错太多次了，让报修的人在手机上点一下",
        )  # fmt: skip
        if not order.code or not hmac.compare_digest(code.strip().encode(), order.code.encode()):
            raise Invalid("确认码不对，报修的人那一页最下面有")
    moved = await move(
        db, None if code else me, order, Move.CONFIRM, now, closed_at=now,
        data={"code": True} if code else None,
    )  # fmt: skip
    await tell_step(db, moved, "确认修好了", now, but=me.person_id)
    return moved


async def rate(
    db: AsyncSession, me: Me, order: Order, now: datetime, *,
    stars: int, tags: Sequence[str] = (), words: str = "", uploads: Sequence[int] = (),
) -> Order:  # fmt: skip
    """What the reporter thinks, once; also of an order that silence closed.

    Raises NotFound, Forbidden (not the reporter), Invalid, Conflict (rated already, or open).
    """
    if stars not in range(1, 6):
        raise Invalid("点 1 到 5 颗星")
    if set(tags) - set(TAGS) or len(words) > MOST_WORDS:
        raise Invalid(f"标签选列出来的，话最多 {MOST_WORDS} 个字")
    moved = await move(db, me, order, Move.RATE, now, closed_at=order.closed_at or now)
    said = {"stars": stars, "tags": list(dict.fromkeys(tags)), "words": words.strip(), "at": now}
    new = insert(Rating).values(order_id=order.id, rework=order.rework, **said)
    kept = new.on_conflict_do_update(index_elements=["order_id", "rework"], set_=said)
    rating = (await db.execute(kept.returning(Rating.id))).scalar_one()
    await keep_photos(db, moved, uploads, Moment.RATING)
    await count_rating(db, moved, rating, stars, now)
    await db.flush()
    return moved


async def rating_of(db: AsyncSession, me: Me, order: Order) -> Rating | None:
    """What was thought of the order, for those who may know: never for who mended it."""
    if not sees_rating(await parts(db, me, order)):
        return None
    asked = select(Rating).where(Rating.order_id == order.id, Rating.rework == order.rework)
    return await db.scalar(asked)


async def rework(
    db: AsyncSession, me: Me, order: Order, now: datetime, *,
    words: str, uploads: Sequence[int] = (),
) -> Order:  # fmt: skip
    """It is broken again within the warranty: the same worker comes, and it is counted.

    Raises NotFound, Forbidden, Invalid (no words), Conflict (open, or the warranty is over).
    """
    if not words.strip():
        raise Invalid("写一句现在怎么样，师傅好带东西来")
    kind = await db.get_one(Kind, order.kind_id)
    oldest = now - timedelta(days=kind.warranty)
    if order.done_at is not None and order.done_at < oldest:
        raise Conflict(f"过了 {kind.warranty} 天保修期，另报一张就行")
    await must(db, me, order, Who.REPORTER, Who.KEEPER, Who.DISPATCHER)
    await count_rework(db, order, now)
    moved = await move(
        db, me, order, Move.REWORK, now, words=words.strip()[:MOST_WORDS],
        only=Order.done_at >= oldest, rework=Order.rework + 1, worker_id=None, accepted_at=None,
        arrived_at=None, done_at=None, closed_at=None, dispatched_at=None, stuck_at=None,
        urged_at=None, promised_for=None, promise="", slot_from=None, slot_to=None,
        **await restarted(db, order, now),
    )  # fmt: skip
    await keep_photos(db, moved, uploads, Moment.REPORT)
    await tell_step(db, moved, "记下了，让原来的师傅再来", now)
    await defer(db, "repairs:dispatch", order=order.id)
    return moved


async def ask_silent(db: AsyncSession, now: datetime) -> int:
    """Ask once about what has been done for three days without a word; how many."""
    asked = exists().where(
        Step.order_id == Order.id, Step.what == Event.ASK, Step.at >= Order.done_at
    )
    quiet = select(Order).where(
        Order.state == State.DONE,
        Order.done_at <= now - ASKED,
        Order.done_at > now - SILENCE,
        ~asked,
    )
    found = (await db.scalars(quiet.order_by(Order.id))).all()
    for order in found:
        note(db, None, order, Event.ASK, now)
        await tell_all(db, order, notices.DONE, "修好 3 天了，行不行点一下，再过 4 天算确认", now)
    return len(found)


async def close_silent(db: AsyncSession, now: datetime) -> int:
    """Confirm what has been done for seven days without a word; how many. No praise: no stars."""
    quiet = update(Order).where(Order.state == State.DONE, Order.done_at <= now - SILENCE)
    closed = quiet.values(state=State.CONFIRMED, closed_at=now).returning(Order.id, Order.rework)
    rows = (await db.execute(closed)).all()
    if not rows:
        return 0
    steps = [{"order_id": id, "at": now, "what": Move.CONFIRM, "data": {"silent": True}}
             for id, _ in rows]  # fmt: skip
    await db.execute(plain_insert(Step), steps)
    unsaid = [{"order_id": id, "rework": rework, "at": now} for id, rework in rows]
    await db.execute(insert(Rating).on_conflict_do_nothing(), unsaid)
    return len(rows)
