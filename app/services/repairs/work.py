"""What the worker does at the place: arrives, waits, goes on, finishes, phones."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import say_deadline
from app.campus.people.me import Me
from app.campus.places.doors import code_key, find_place
from app.kit.errors import Conflict, Invalid
from app.services.repairs import notices
from app.services.repairs.crew import end
from app.services.repairs.hours import stop_all
from app.services.repairs.models import Order
from app.services.repairs.moves import move, note, state_of
from app.services.repairs.orders import keep_photos
from app.services.repairs.parts import must
from app.services.repairs.rules import Event, Moment, Move, Part, State, Wait, Who
from app.services.repairs.scores import count_finished
from app.services.repairs.telling import tell_all, tell_step
from app.services.repairs.timing import CLOSED, as_seen, met, resumed, stopped
from app.services.repairs.words import WAITS, now_it_is

LONGEST = timedelta(days=60)
MOST_WORDS = 500


async def arrive(db: AsyncSession, me: Me, order: Order, now: datetime, *, code: str) -> Order:
    """The worker is there, and shows it with the code on the door of the order's place.

    A building's own code will do for what is not in a room. Raises NotFound (a forged or
    rotated code, too), Forbidden, Conflict, TooMany; Invalid for another door.
    """
    await must(db, me, order, Who.WORKER)
    place = await find_place(db, await code_key.within(db), code.strip().lower(),
                             me.who or str(me.person_id))  # fmt: skip
    same = place.where.building_id == order.building_id
    if not same or (order.room_id is not None and place.room_id != order.room_id):
        raise Invalid(f"这是{place.name}的码，不是这张单的地方")
    clock = await met(db, order, now, arrived=now) | await resumed(db, order, now, arrived=now)
    moved = await move(
        db, me, order, Move.ARRIVE, now, data={"place": place.name}, only=as_seen(order),
        arrived_at=order.arrived_at or now, **clock,
    )  # fmt: skip
    await tell_step(db, moved, f"{me.name}师傅到了", now, but=me.person_id)
    return moved


async def wait(
    db: AsyncSession, me: Me, order: Order, now: datetime, *,
    why: Wait, until: datetime, words: str = "",
) -> Order:  # fmt: skip
    """Stop the clocks for a reason, until a moment at most: then they go on by themselves.

    Raises NotFound, Forbidden, Conflict, Invalid (no reason that stops clocks, or too long).
    """
    if why is Wait.PROMISE or (why is Wait.OTHER and not words.strip()):
        raise Invalid("选一个原因，选「其他」就写一句")
    if not now < until <= now + LONGEST:
        raise Invalid("等到哪天要选今后两个月以内，再久就请班长给个承诺")
    said = say_deadline(until, now).removesuffix(" 前")
    moved = await move(
        db, me, order, Move.WAIT, now, words=words.strip()[:MOST_WORDS],
        data={"why": WAITS[why], "until": said}, **stopped(now, why, until),
    )  # fmt: skip
    await tell_step(db, moved, f"{WAITS[why]}，{said}接着修", now, but=me.person_id)
    return moved


async def go_on(db: AsyncSession, me: Me | None, order: Order, now: datetime) -> Order:
    """The clocks run again, later by the working time that passed. `me` None: the time has come.

    Raises NotFound, Forbidden, Conflict (not waiting, or nobody has it yet).
    """
    there = as_seen(order) & Order.worker_id.is_not(None)
    moved = await move(db, me, order, Move.GO_ON, now, only=there, **await resumed(db, order, now))
    await tell_step(db, moved, "接着修了", now, but=me.person_id if me else None)
    return moved


async def finish(
    db: AsyncSession, me: Me, order: Order, now: datetime, *,
    uploads: Sequence[int] = (), words: str = "",
) -> Order:  # fmt: skip
    """It is mended, with photos (ids of uploads) and what was done. Raises NotFound, Forbidden,
    Conflict, Invalid (too many photos)."""
    moved = await move(
        db, me, order, Move.FINISH, now, words=words.strip()[:MOST_WORDS], done_at=now, **CLOSED
    )
    await keep_photos(db, moved, uploads, Moment.AFTER)
    await stop_all(db, moved, now)
    await end(db, moved, Part.DONE, now)
    await count_finished(db, moved, now)
    await tell_all(db, moved, notices.DONE, f"{me.name}师傅修好了，看看行不行", now)
    return moved


async def call(db: AsyncSession, me: Me, order: Order, now: datetime, *, words: str = "") -> None:
    """The worker phoned the reporter: a line of the timeline, with what they agreed on."""
    await must(db, me, order, Who.WORKER, Who.HELPER, Who.DISPATCHER)
    if order.state not in (State.OFFERED, State.ACCEPTED, State.WORKING, State.WAITING):
        raise Conflict(now_it_is(await state_of(db, order)))
    note(db, me, order, Event.CALL, now, words=words.strip()[:MOST_WORDS])
    await db.flush()
