"""Marks that people give: a leader to members, teams and units to other teams; and notes.

Nobody marks themselves or their own team. What was given can be given anew until the month of the
marked is shown; the trail keeps what it was.
"""

from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record
from app.campus.people.me import Me
from app.campus.permission import Where
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.services.assess import outcomes, schemes
from app.services.assess.explaining import number, say
from app.services.assess.language import Given, Item
from app.services.assess.models import Mark, Note, Run, Team
from app.services.assess.reach import APPROVE, NOT_YOURS, WRITE, heads, leads, must_run, runs
from app.services.assess.rules import Step, begins, closes, marking, month_of, say_month

BEFORE = (Step.COUNTING, Step.COUNTED)  # steps at which marks still may change
LONGEST = 200


async def items(db: AsyncSession, team: Team, month: date, *given: Given) -> list[Item]:
    """What of the team's scheme is marked by these in a month."""
    book = await schemes.used(db, team.scheme_id, month)
    return book.scheme.given(*given) if book else []


async def mark_member(
    db: AsyncSession, me: Me, team: Team, *, person_id: int, item: str, month: date, points: int,
    words: str = "", now: datetime,
) -> None:  # fmt: skip
    """The leader (or an operator) gives a member the month's mark."""
    must_run(me, team)
    if person_id == me.person_id:
        raise Forbidden("自己的分自己打不了，找主任或运营同事")
    place = await outcomes.place_of(db, month, person_id)
    if place is None or team.id not in place.shares:
        raise NotFound("这个月他不在这个班组")
    if month > month_of(now.date()):
        raise Invalid("这个月还没到")
    found = await _item(db, team, month, item, Given.LEADER)
    await _unshown(db, place.team_id, month)
    await _put(db, me, team, month, found, person_id=person_id, points=points, words=words, now=now)


async def mark_team(
    db: AsyncSession, me: Me, team: Team, *, by: Team | str, item: str, points: int,
    words: str = "", now: datetime,
) -> date:  # fmt: skip
    """Another team (through its leader) or another unit (through its head) marks `team`.

    Only in the window around the month's end; the month it counts for. Raises Conflict,
    Forbidden, Invalid.
    """
    month = marking(now.date())
    if month is None:
        raise Conflict("互评在每月 25 日到下月 5 日")
    operates = me.may(WRITE, Where(unit=team.unit))
    if isinstance(by, Team):
        if by.id == team.id or not (leads(me, by) or operates):
            raise Forbidden("只能替自己带的班组给别的班组打分")
        given = Given.TEAMS
    else:
        if by == team.unit or not (me.may(APPROVE, Where(unit=by)) or operates):
            raise Forbidden("只能替自己管的单位给别的单位打分")
        given = Given.UNITS
    found = await _item(db, team, month, item, given)
    await _unshown(db, team.id, month)
    await _put(db, me, team, month, found, points=points, words=words, now=now,
               from_team_id=by.id if isinstance(by, Team) else None,
               from_unit=by if isinstance(by, str) else None)  # fmt: skip
    return month


async def _put(
    db: AsyncSession, me: Me, team: Team, month: date, item: Item, *, points: int, words: str,
    now: datetime, person_id: int | None = None, from_team_id: int | None = None,
    from_unit: str | None = None,
) -> None:  # fmt: skip
    _within(item, points)
    key = {"month": month, "team_id": team.id, "item": item.name, "person_id": person_id,
           "from_team_id": from_team_id, "from_unit": from_unit}  # fmt: skip
    said = {"points": points, "words": _words(words), "by_id": me.person_id, "at": now}
    new = insert(Mark).values(**key, **said)
    await db.execute(new.on_conflict_do_update(index_elements=list(key), set_=said))
    record(db, me, "assess.mark", f"assess_teams:{team.id}", after={**key, "points": points})


async def note(
    db: AsyncSession, me: Me, team: Team, *, person_id: int, item: str, day: date, points: int,
    why: str, now: datetime,
) -> Note:  # fmt: skip
    """Something of discipline or ethics that happened on `day`, with points.

    Raises Invalid, Conflict when the month was shown already, Forbidden, NotFound.
    """
    must_note(me, team)
    if person_id == me.person_id:
        raise Forbidden("自己的分自己记不了，找主任或运营同事")
    if day > now.date():
        raise Invalid("日期还没到，写今天或以前")
    if not why.strip():
        raise Invalid("写一句是什么事，他会看到")
    place = await outcomes.place_of(db, month_of(day), person_id)
    if place is None or team.id not in place.shares:
        raise NotFound("那天他不在这个班组")
    found = await _item(db, team, month_of(day), item, Given.NOTED)
    _within(found, points)
    await _unshown(db, place.team_id, month_of(day))
    made = Note(person_id=person_id, item=item, points=points, day=day, why=_words(why),
                by_id=me.person_id, at=now)  # fmt: skip
    db.add(made)
    await db.flush()
    record(db, me, "assess.note", f"person:{person_id}",
           after={"item": item, "points": points, "day": day, "why": made.why})  # fmt: skip
    return made


async def withdraw(db: AsyncSession, me: Me, team: Team, note_id: int, now: datetime) -> None:
    """A note that was wrong counts no more; it stays in the trail."""
    must_note(me, team)
    found = await db.get(Note, note_id)
    if found is None:
        raise NotFound("没有这条记录")
    place = await outcomes.place_of(db, month_of(found.day), found.person_id)
    if place is None or team.id not in place.shares:
        raise NotFound("没有这条记录")
    if found.person_id == me.person_id:
        raise Forbidden("自己的记录自己撤不了，找主任或运营同事")
    await _unshown(db, place.team_id, month_of(found.day))
    here = update(Note).where(Note.id == note_id, Note.withdrawn_at.is_(None))
    if await db.scalar(here.values(withdrawn_at=now).returning(Note.id)) is None:
        raise Conflict("这条已经撤了")
    record(db, me, "assess.note_withdraw", f"person:{found.person_id}", before={"why": found.why})


def must_note(me: Me, team: Team) -> None:
    """Raise Forbidden unless they lead it, head its unit, or operate it."""
    if not (runs(me, team) or heads(me, team)):
        raise Forbidden(NOT_YOURS)


async def notes(db: AsyncSession, people: list[int], month: date) -> list[Note]:
    """What was noted of people in a month, newest first."""
    query = select(Note).where(
        Note.person_id.in_(people), Note.withdrawn_at.is_(None), Note.day >= month,
        Note.day < closes(month).replace(day=1),
    )  # fmt: skip
    return list(await db.scalars(query.order_by(Note.day.desc(), Note.id.desc())))


async def given(db: AsyncSession, month: date, **where: object) -> list[Mark]:
    """Marks of a month, by columns."""
    only = [getattr(Mark, name) == value for name, value in where.items()]
    return list(await db.scalars(select(Mark).where(Mark.month == month, *only)))


async def _item(db: AsyncSession, team: Team, month: date, name: str, given: Given) -> Item:
    for item in await items(db, team, month, given):
        if item.name == name:
            return item
    raise NotFound(f"{say_month(month)}的方案里没有「{name[:20]}」这一项")


async def _unshown(db: AsyncSession, team_id: int, month: date) -> None:
    """Raise Conflict once the month of the team was shown; holds the run against publishing."""
    query = select(Run.step).where(Run.team_id == team_id, Run.month == month)
    step = await db.scalar(query.with_for_update(read=True))
    if step is not None and step not in BEFORE:
        raise Conflict(f"{say_month(month)}的考核已经公布，改分走异议或更正")


def _within(item: Item, points: int) -> None:
    assert item.mark is not None  # noqa: S101 only items that are marked get here
    low, high = item.mark.low, item.mark.high
    if not low <= Fraction(points, 100) <= high:
        raise Invalid(f"「{item.name}」在 {number(low)} 到 {number(high)} 分之间，"
                      f"{say(points)} 不行")  # fmt: skip


def _words(text: str) -> str:
    words = " ".join(text.replace("\0", "").split())
    if len(words) > LONGEST:
        raise Invalid(f"最多 {LONGEST} 个字，短一点就好")
    return words


def window(now: datetime) -> tuple[date | None, datetime]:
    """The month that others mark now, and when the window (the next one, if none) ends."""
    month = marking(now.date())
    return month, begins(closes(month or month_of(now.date())))
