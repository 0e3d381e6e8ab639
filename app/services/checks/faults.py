"""The way of a fault: found → mended → looked at again → closed, or to be mended once more.

Each move is one conditional statement: of two at once one succeeds, the other is told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import calendar
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.permission import Grant, Where
from app.campus.places import Building
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.services.checks import notices, reach, rules, telling
from app.services.checks.models import Fault, List, Look, Photo, Place, Step
from app.services.checks.rules import MOVES, Item, Move, State, Who
from app.services.checks.scores import count_fault

NO_FAULT = "没有这个问题，或者不归你管"
HEAD_AFTER = 4  # hours of working time that an owner has before the head hears
FARTHEST = timedelta(days=365)


async def found(
    db: AsyncSession, me: Me, look: Look, place: Place, now: datetime, *, item: Item, words: str
) -> Step:
    """Open a fault for who answers for the place, and tell them; the first line of its story."""
    due, head = await _clocks(db, now, item.hours)
    fault = Fault(
        look_id=look.id, visit_id=look.visit_id, list_id=look.list_id, place_id=place.id,
        room_id=look.room_id, item=item.name, words=words.strip(), contractor=place.contractor,
        owner_id=place.owner_id, state=State.OPEN, hours=item.hours, due_at=due, head_at=head,
        found_by=me.person_id, found_at=look.at,
    )  # fmt: skip
    db.add(fault)
    await db.flush()
    step = _note(db, me, fault, look.at, what="found", words=words.strip() or item.fault)
    await db.flush()
    await count_fault(db, fault, place)
    await telling.owner(db, fault, place, notices.FOUND, now)
    return step


async def find(
    db: AsyncSession, me: Me, fault_id: int
) -> tuple[Fault, List, Place, frozenset[Who]]:
    """A fault, its list and place, and what `me` is to it. Raises NotFound for who is nothing."""
    query = (
        select(Fault, List, Place, Building.area_id)
        .join(List, List.id == Fault.list_id)
        .join(Place, Place.id == Fault.place_id)
        .outerjoin(Building, Building.id == Place.building_id)
        .where(Fault.id == fault_id)
    )
    row = (await db.execute(query)).one_or_none()
    if row is None:
        raise NotFound(NO_FAULT)
    fault, list_, place, area = row
    parts = reach.parts(me, fault, list_, Where(area, place.building_id, place.unit))
    if not parts:
        raise NotFound(NO_FAULT)
    return fault, list_, place, parts


def moves(me: Me, fault: Fault, parts: frozenset[Who]) -> list[Move]:
    """What `me`, who is `parts` to it, may do to the fault as it stands."""
    mended = fault.fixed_by is not None and fault.fixed_by == me.person_id
    return [m for m in Move if rules.may(m, State(fault.state), parts, mended=mended)]


async def fix(
    db: AsyncSession, me: Me, fault_id: int, now: datetime, *,
    words: str, uploads: Sequence[int],
) -> Fault:  # fmt: skip
    """It is mended, as a photo shows. Raises NotFound, Forbidden, Invalid, Conflict."""
    fault, list_, place, _ = await _may(db, me, fault_id, Move.FIX)
    if not uploads:
        raise Invalid("拍一张改好以后的照片")
    fault = await _move(db, fault, Move.FIX, fixed_by=me.person_id, fixed_at=now)
    await _step(db, me, fault, Move.FIX, now, words=words, uploads=uploads)
    await telling.checkers(db, fault, list_, place, now)
    return fault


async def judge(
    db: AsyncSession, me: Me, fault_id: int, now: datetime, *,
    good: bool, words: str = "", uploads: Sequence[int] = (),
) -> Fault:  # fmt: skip
    """It was looked at again: closed, or to be mended once more with as long a time.

    Raises NotFound, Forbidden (also for who mended it), Invalid (what is wrong?), Conflict.
    """
    move = Move.PASS if good else Move.FAIL
    fault, _, place, _ = await _may(db, me, fault_id, move)
    if good:
        fault = await _move(db, fault, move, closed_at=now)
    else:
        _why(words, "写一句哪里还不行")
        due, head = await _clocks(db, now, fault.hours)
        fault = await _move(db, fault, move, tries=Fault.tries + 1, **_anew(due, head))
    await _step(db, me, fault, move, now, words=words, uploads=uploads)
    await telling.owner(db, fault, place, notices.PASSED if good else notices.FAILED, now)
    return fault


async def drop(db: AsyncSession, me: Me, fault_id: int, now: datetime, *, words: str) -> Fault:
    """It was no fault; it counts for nobody. Raises NotFound, Forbidden, Invalid, Conflict."""
    fault, _, place, _ = await _may(db, me, fault_id, Move.DROP)
    _why(words, "写一句为什么不算")
    fault = await _move(db, fault, Move.DROP, closed_at=now)
    await _step(db, me, fault, Move.DROP, now, words=words)
    await count_fault(db, fault, place, times=0)
    await telling.owner(db, fault, place, notices.DROPPED, now)
    return fault


async def hand(
    db: AsyncSession, me: Me, fault_id: int, now: datetime, *, to: int, words: str = ""
) -> Fault:
    """Somebody else mends it, and it counts for them; a late one gets its time anew.

    Raises NotFound, Forbidden, Invalid (nobody who mends), Conflict.
    """
    fault, _, place, _ = await _may(db, me, fault_id, Move.HAND)
    person = await db.scalar(select(Person).where(Person.id == to, Person.gone_at.is_(None)))
    staff = await db.scalar(
        select(Grant.id).where(Grant.person_id == to, Grant.role.in_(reach.MEND.roles)).limit(1)
    )
    if person is None or staff is None or to == fault.owner_id:
        raise Invalid("换一位能整改的人：有师傅、外包、宿管这类身份的才行")
    await count_fault(db, fault, place, times=0)
    anew = _anew(*await _clocks(db, now, fault.hours)) if fault.due_at <= now else {}
    fault = await _move(db, fault, Move.HAND, owner_id=to, **anew)
    said = f"交给{person.name}。{words}".rstrip("。")
    await _step(db, me, fault, Move.HAND, now, words=said)
    await count_fault(db, fault, place)
    await telling.owner(db, fault, place, notices.FOUND, now)
    return fault


async def later(
    db: AsyncSession, me: Me, fault_id: int, now: datetime, *, until: datetime, words: str
) -> Fault:
    """Another deadline. Raises NotFound, Forbidden, Invalid, Conflict."""
    fault, _, place, _ = await _may(db, me, fault_id, Move.LATER)
    _why(words, "写一句为什么改期")
    if not now < until <= now + FARTHEST:
        raise Invalid("改到今天以后、一年以内")
    head = (await calendar.within(db)).deadline(until, HEAD_AFTER)
    fault = await _move(db, fault, Move.LATER, **_anew(until, head))
    await _step(db, me, fault, Move.LATER, now, words=words)
    await telling.owner(db, fault, place, notices.LATER, now)
    return fault


def _why(words: str, sentence: str) -> None:
    if not words.strip():
        raise Invalid(sentence)


async def _clocks(db: AsyncSession, start: datetime, hours: int) -> tuple[datetime, datetime]:
    """By when it is to be mended, and when the head hears if it is not."""
    works = await calendar.within(db)
    due = works.deadline(start, hours)
    return due, works.deadline(due, HEAD_AFTER)


def _anew(due: datetime, head: datetime) -> dict[str, Any]:
    return {"due_at": due, "head_at": head, "told_owner_at": None, "told_head_at": None}


async def _may(
    db: AsyncSession, me: Me, fault_id: int, move: Move
) -> tuple[Fault, List, Place, frozenset[Who]]:
    fault, list_, place, parts = await find(db, me, fault_id)
    states, _, who = MOVES[move]
    if not parts & who:
        raise Forbidden("这一步不归你做")
    if move in rules.JUDGES and fault.state == State.FIXED and fault.fixed_by == me.person_id:
        raise Forbidden("自己改的让同事来复查")
    if fault.state not in states:
        raise Conflict(telling.STANDS[State(fault.state)])
    return fault, list_, place, parts


async def _move(db: AsyncSession, fault: Fault, move: Move, **values: Any) -> Fault:
    """The one statement that changes it. Raises Conflict when somebody was faster."""
    states, to, _ = MOVES[move]
    if to is not None:
        values["state"] = to
    same = Fault.id == fault.id, Fault.state.in_(states), Fault.state == fault.state
    owner = Fault.owner_id.is_not_distinct_from(fault.owner_id)
    changed = update(Fault).where(*same, owner).values(**values).returning(Fault)
    new: Fault | None = await db.scalar(changed, execution_options={"populate_existing": True})
    if new is None:
        raise Conflict("同事刚动过这个问题，刷新看看")
    return new


async def _step(
    db: AsyncSession, me: Me, fault: Fault, move: Move, now: datetime, *,
    words: str, uploads: Sequence[int] = (),
) -> None:  # fmt: skip
    step = _note(db, me, fault, now, what=move, words=words.strip())
    await db.flush()
    db.add_all(Photo(step_id=step.id, upload_id=id) for id in uploads)


def _note(db: AsyncSession, me: Me, fault: Fault, at: datetime, *, what: str, words: str) -> Step:
    step = Step(fault_id=fault.id, what=what, words=words, by_id=me.person_id, at=at)
    db.add(step)
    return step
