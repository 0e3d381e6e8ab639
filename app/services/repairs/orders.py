"""Reporting a fault, and what its reporter adds to it while it is open."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record, thing
from app.campus.calendar import calendar
from app.campus.people.me import BindingNeeded, Me
from app.campus.permission import Where
from app.campus.places import Building, Room
from app.kit.clock import SHANGHAI
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.kit.jobs import defer
from app.services.repairs import notices
from app.services.repairs.clocks import Slot, calendar_of, clocks
from app.services.repairs.limits import must_be_welcome
from app.services.repairs.models import IS_OPEN, Day, Kind, Order, Photo
from app.services.repairs.moves import note, set_where, state_of
from app.services.repairs.parts import by_rights, must
from app.services.repairs.rules import OPEN, Event, Moment, Source, State, Who
from app.services.repairs.telling import leaders, tell, tell_step
from app.services.repairs.timing import restarted, started
from app.services.repairs.words import now_it_is, say_promise, say_slot

MOST_WORDS, MOST_PHOTOS = 500, 6
EARLIEST, LATEST = 8, 21  # hours between which somebody comes by appointment
HANDS = (Who.REPORTER, Who.FOLLOWER, Who.WORKER, Who.HELPER, Who.DISPATCHER, Who.KEEPER)
AHEAD, DAYS_AHEAD = timedelta(hours=2), timedelta(days=14)
URGE_EVERY = {True: timedelta(minutes=15), False: timedelta(hours=2)}  # by whether it is urgent


@dataclass(frozen=True, slots=True)
class New:
    """What a report says. A room, or a building and a `spot` in words; or both.

    `answers` to the kind's questions, by their name. `slot`: the visit, within one day.
    `reporter_id`: on behalf of that person; None: `me`, or from the telephone and the stall
    (`source`) somebody of whom there is but the phone.
    """

    kind_id: int
    sign: str = ""
    words: str = ""
    room_id: int | None = None
    building_id: int | None = None
    spot: str = ""
    phone: str = ""
    urgent: bool = False
    slot: Slot | None = None
    key_with_keeper: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    source: Source = Source.H5
    reporter_id: int | None = None


async def report(
    db: AsyncSession, me: Me, new: New, now: datetime, *, uploads: Sequence[int] = ()
) -> Order:
    """A new order, with photos (ids of uploads), number, clocks and promise; dispatch follows.

    Raises BindingNeeded, Invalid in words for the form, Forbidden (barred; or on behalf of
    somebody, and neither keeper nor dispatcher there), TooMany, NotFound (kind or place is gone).
    """
    if me.person_id is None:
        raise BindingNeeded("先绑定学号，才能报修")
    kind = await db.get(Kind, new.kind_id)
    if kind is None or kind.gone_at:
        raise NotFound("这一类现在不收了，换一类")
    check(new, kind, len(uploads), now)
    building = await _building(db, new)
    behalf = new.reporter_id is not None and new.reporter_id != me.person_id
    if behalf or new.source in (Source.PHONE, Source.STALL, Source.KEEPER, Source.SWEEP):
        where = Where(building.area_id, building.id, kind.team or None)
        if not by_rights(me, where) & {Who.DISPATCHER, Who.KEEPER}:
            raise Forbidden("替人报修要宿管或运营来做，你可以报自己的")
    else:
        await must_be_welcome(db, me, now)
    order = await enter(db, me, new, now, kind=kind, building=building)
    db.add_all(
        Photo(order_id=order.id, upload_id=upload, moment=Moment.REPORT, position=position)
        for position, upload in enumerate(uploads)
    )
    await db.flush()
    return order


async def enter(
    db: AsyncSession, me: Me | None, new: New, now: datetime, *, kind: Kind, building: Building
) -> Order:
    """The order itself, with whatever was found to be right; `me` None: nobody, a plan."""
    order = await _insert(db, me.person_id if me else None, new, now, kind=kind, building=building)
    note(db, me, order, Event.REPORT, now, source=new.source)
    await db.flush()
    assert order.finish_by is not None  # noqa: S101 set above, for the type checker
    says = say_promise(order.finish_by, now)
    await tell_step(db, order, says, now)
    await defer(db, "repairs:dispatch", order=order.id)
    return order


def check(new: New, kind: Kind, photos: int, now: datetime) -> None:
    """Raise Invalid with what is wrong with a report; pages may ask it before sending."""
    if len(new.words) > MOST_WORDS:
        raise Invalid(f"说明最多 {MOST_WORDS} 个字，短一点就好")
    if photos > MOST_PHOTOS:
        raise Invalid(f"最多 {MOST_PHOTOS} 张照片，去掉几张")
    if new.sign and new.sign not in kind.signs:
        raise Invalid("选一个列出来的毛病，或者写在说明里")
    if not (new.sign or new.words or photos):
        raise Invalid("选一下怎么坏的，或者写一句、拍一张")
    for question in kind.questions:
        if question.get("required") and not new.answers.get(question["name"], "").strip():
            raise Invalid(f"还差一项：{question['title']}")
    if new.slot is not None and new.urgent:
        raise Invalid("很急的马上就来，不用选上门时间")
    if new.slot is not None:
        check_slot(new.slot, now)


def check_slot(slot: Slot, now: datetime) -> None:
    """Raise Invalid for a visit that nobody can keep."""
    starts, ends = slot.starts.astimezone(SHANGHAI), slot.ends.astimezone(SHANGHAI)
    if starts >= ends or starts.date() != ends.date():
        raise Invalid("上门时间的开始要早于结束，在同一天里")
    if starts.hour < EARLIEST or (ends.hour, ends.minute) > (LATEST, 0):
        raise Invalid("上门时间选 8:00–21:00 之间")
    if starts < now + AHEAD:
        raise Invalid("上门时间至少提前 2 小时，急的话选「很急」")
    if starts > now + DAYS_AHEAD:
        raise Invalid("上门时间选两周以内")


async def _building(db: AsyncSession, new: New) -> Building:
    if new.room_id is not None:
        at = Building.id == Room.building_id
        query = select(Building).join(Room, at).where(Room.id == new.room_id)
        found = await db.scalar(query.where(Room.gone_at.is_(None)))
    elif new.building_id is not None:
        found = await db.get(Building, new.building_id)
        if found is not None and not new.spot.strip():
            raise Invalid("写一下在楼里哪儿，比如「3 层楼道」")
    else:
        raise Invalid("选一下哪里坏了")
    if found is None:
        raise NotFound("没有这个地方，重新选一下")
    return found


async def _insert(
    db: AsyncSession, by_id: int | None, new: New, now: datetime, *,
    kind: Kind, building: Building,
) -> Order:  # fmt: skip
    works = await calendar.within(db)
    set_to = clocks(kind, new.urgent, works, now, new.slot)
    by_phone = new.source in (Source.PHONE, Source.STALL)
    order = Order(
        number=await _number(db, now), kind_id=kind.id, sign=new.sign, words=new.words.strip(),
        answers=new.answers, room_id=new.room_id, building_id=building.id,
        area_id=building.area_id, spot=new.spot.strip(), source=new.source,
        reporter_id=new.reporter_id or (None if by_phone else by_id), by_id=by_id,
        phone=new.phone.strip(), urgent=new.urgent, key_with_keeper=new.key_with_keeper,
        slot_from=new.slot.starts if new.slot else None,
        slot_to=new.slot.ends if new.slot else None, created_at=now,
        code=f"{secrets.randbelow(1_000_000):06}",
        **started(set_to, now, calendar_of(kind, new.urgent, works)),
    )  # fmt: skip
    db.add(order)
    await db.flush()
    return order


async def _number(db: AsyncSession, now: datetime) -> str:
    """「261121-87」. Asked for last: who reports at the same moment waits for this transaction."""
    day = now.astimezone(SHANGHAI).date()
    next_one = insert(Day).values(day=day, last=1)
    counted = next_one.on_conflict_do_update(index_elements=["day"], set_={"last": Day.last + 1})
    return f"{day:%y%m%d}-{(await db.execute(counted.returning(Day.last))).scalar_one()}"


async def edit(
    db: AsyncSession, me: Me, order: Order, now: datetime, *,
    words: str | None = None, spot: str | None = None, phone: str | None = None,
    slot: Slot | None = None, key_with_keeper: bool | None = None,
) -> Order:  # fmt: skip
    """Change what a report says, until a worker has accepted it; None leaves a thing as it is.

    Raises NotFound, Forbidden, Invalid; Conflict once somebody is on the way.
    """
    await must(db, me, order, Who.REPORTER, Who.DISPATCHER)
    if words is not None and len(words) > MOST_WORDS:
        raise Invalid(f"说明最多 {MOST_WORDS} 个字，短一点就好")
    given = {"words": words, "spot": spot, "phone": phone, "key_with_keeper": key_with_keeper}
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if slot is not None:
        check_slot(slot, now)
        values |= {"slot_from": slot.starts, "slot_to": slot.ends}
        values |= await restarted(db, order, order.created_at, slot)
    early = Order.state.in_([State.SUBMITTED, State.OFFERED])
    changed = await set_where(db, [Order.id == order.id, early], **(values or {"id": order.id}))
    if changed is None:
        raise Conflict(f"{now_it_is(await state_of(db, order))}，要改的写在补充说明里")
    said = {"slot": say_slot(slot.starts, slot.ends)} if slot else {}
    note(db, me, order, Event.EDIT, now, **said)
    await db.flush()
    to = [changed.worker_id]
    await tell(db, changed, notices.NEWS, now, to=to, says="报修的人改了内容，看一下再去")
    return changed


async def add(
    db: AsyncSession, me: Me, order: Order, now: datetime, *,
    words: str = "", uploads: Sequence[int] = (), moment: Moment = Moment.REPORT,
) -> None:  # fmt: skip
    """Words and photos that come later, from anybody with a hand in it, until it is closed.

    Raises NotFound, Forbidden, Invalid (nothing said, or more photos than an order holds).
    """
    hands = HANDS if moment is Moment.REPORT else (Who.WORKER, Who.HELPER, Who.DISPATCHER)
    await must(db, me, order, *hands)
    if not (words.strip() or uploads):
        raise Invalid("写一句或者加一张照片")
    if order.state not in OPEN | {State.DONE}:
        raise Conflict(now_it_is(State(order.state)))
    await keep_photos(db, order, uploads, moment)
    if moment is Moment.REPORT:
        note(db, me, order, Event.ADD, now, words=words.strip()[:MOST_WORDS], photos=len(uploads))
        by = None if me.person_id == order.worker_id else order.worker_id
        await tell(db, order, notices.NEWS, now, to=[by], says=words.strip() or "补了照片")
    await db.flush()


async def keep_photos(
    db: AsyncSession, order: Order, uploads: Sequence[int], moment: Moment
) -> None:
    """Tie photos to the order, after those of the same moment. Raises Invalid past six of them."""
    there = select(func.count()).where(Photo.order_id == order.id, Photo.moment == moment)
    first = await db.scalar(there) or 0
    if uploads and first + len(uploads) > MOST_PHOTOS:
        raise Invalid(f"这一步最多 {MOST_PHOTOS} 张照片，已经有 {first} 张了")
    db.add_all(
        Photo(order_id=order.id, upload_id=upload, moment=moment, position=position)
        for position, upload in enumerate(uploads, start=first)
    )


async def urge(db: AsyncSession, me: Me, order: Order, now: datetime) -> Order:
    """Press for it, once per period: worker and leader hear. Raises Conflict when too soon."""
    await must(db, me, order, Who.REPORTER, Who.FOLLOWER, Who.KEEPER)
    every = URGE_EVERY[order.urgent]
    due = or_(Order.urged_at.is_(None), Order.urged_at <= now - every)
    changed = await set_where(db, [Order.id == order.id, IS_OPEN, due], urged_at=now)
    if changed is None:
        state = await state_of(db, order)
        if state not in OPEN:
            raise Conflict(now_it_is(state))
        again = max(1, round(every / timedelta(minutes=1)))
        raise Conflict(f"刚催过，师傅和班长都知道了，{again} 分钟后还没动静再催")
    note(db, me, order, Event.URGE, now)
    people = [changed.worker_id, *await leaders(db, changed)]
    await tell(db, changed, notices.NEWS, now, to=people, says="报修的人在催，去看一下")
    return changed


async def hide_photo(
    db: AsyncSession, me: Me, order: Order, now: datetime, *, upload_id: int, hidden: bool = True
) -> None:
    """Put a photo out of everybody's sight but the dispatchers', or back. Raises NotFound."""
    await must(db, me, order, Who.DISPATCHER)
    photo = await db.get(Photo, (order.id, upload_id))
    if photo is None:
        raise NotFound("这张单没有这张照片")
    if photo.hidden != hidden:
        photo.hidden = hidden
        record(db, me, "repairs.hide", thing("repairs_order", order.id),
               after={"upload": upload_id, "hidden": hidden})  # fmt: skip
        note(db, me, order, Event.HIDE, now, hidden=hidden)
    await db.flush()
