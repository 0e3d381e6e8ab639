"""Laying out shifts: for several workers and days at once, from the week before, and away again."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record, thing
from app.campus.people.me import Me
from app.kit.clock import SHANGHAI
from app.kit.errors import Forbidden, Invalid, NotFound
from app.services.repairs.models import Shift, Swap
from app.services.repairs.shifts import leads

WEEK = timedelta(days=7)


def monday(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def begins(day: date, at: time = time(0)) -> datetime:
    """A moment of a day, in Shanghai."""
    return datetime.combine(day, at, SHANGHAI)


async def add(
    db: AsyncSession, me: Me, people: Sequence[int], days: Sequence[date], *,
    starts: time, ends: time,
) -> tuple[int, int]:  # fmt: skip
    """A shift for each of `people` on each of `days`; (made, left out as they have one then).

    One that ends before it begins goes over midnight. Raises Invalid, Forbidden.
    """
    if not people or not days:
        raise Invalid("选至少一位师傅、一天")
    if starts == ends:
        raise Invalid("下班要和上班不一样")
    await _must_lead(db, me, people)
    rows = [
        {
            "person_id": person, "starts_at": begins(day, starts),
            "ends_at": begins(day + timedelta(days=ends < starts), ends),
        }
        for person in people for day in days
    ]  # fmt: skip
    return await _insert(db, me, rows)


async def copy(db: AsyncSession, me: Me, people: Sequence[int], week: date) -> tuple[int, int]:
    """The week as the one before it, for `people`; as `add` answers. Raises Forbidden, Invalid."""
    await _must_lead(db, me, people)
    before = select(Shift).where(
        Shift.person_id.in_(people), Shift.starts_at >= begins(week) - WEEK,
        Shift.starts_at < begins(week),
    )  # fmt: skip
    rows = [
        {"person_id": s.person_id, "starts_at": s.starts_at + WEEK, "ends_at": s.ends_at + WEEK}
        for s in await db.scalars(before)
    ]
    if not rows:
        raise Invalid("上一周没有排班，先排一天试试")
    return await _insert(db, me, rows)


async def drop(db: AsyncSession, me: Me, shift_id: int) -> None:
    """Take a shift away. Raises NotFound, Forbidden."""
    shift = await db.get(Shift, shift_id)
    if shift is None:
        raise NotFound("这个班已经没有了")
    await _must_lead(db, me, [shift.person_id])
    await db.execute(delete(Swap).where(Swap.shift_id == shift_id))
    await db.execute(delete(Shift).where(Shift.id == shift_id))
    before = {"person_id": shift.person_id, "starts_at": shift.starts_at, "ends_at": shift.ends_at}
    record(db, me, "repairs.shift_drop", thing("repairs_shift", shift_id), before=before)


async def _insert(db: AsyncSession, me: Me, rows: list[dict[str, object]]) -> tuple[int, int]:
    new = insert(Shift).on_conflict_do_nothing().returning(Shift.id)
    made = list(await db.scalars(new, rows))
    what = {"made": len(made), "asked": len(rows), "first": rows[0]["starts_at"]}
    record(db, me, "repairs.shift_add", thing("repairs_shift", "*"), after=what)
    return len(made), len(rows) - len(made)


async def _must_lead(db: AsyncSession, me: Me, people: Sequence[int]) -> None:
    for person in people:
        if not await leads(db, me, person):
            raise Forbidden("这里有不归你排的师傅")
