"""Teams: who is in them since when, who leads them, by which scheme they are assessed."""

from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.permission import Where
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.services.assess import outcomes
from app.services.assess.models import Outcome, Run, Scheme, Stay, Team
from app.services.assess.reach import NOT_YOURS, WRITE, runs
from app.services.assess.rules import BY_STEP, Step, month_of, say_month

LONGEST_NAME = 20
MOST_FEN = 10**8


async def get(db: AsyncSession, team_id: int) -> Team:
    """Raises NotFound."""
    if (found := await db.get(Team, team_id)) is None or found.gone_at:
        raise NotFound("没有这个班组")
    return found


async def led(db: AsyncSession, me: Me) -> list[Team]:
    """The teams that `me` leads."""
    query = select(Team).where(Team.leader_id == me.person_id, Team.gone_at.is_(None))
    return [team for team in await db.scalars(query.order_by(Team.name)) if runs(me, team)]


async def members(db: AsyncSession, team: Team, day: date) -> list[tuple[Stay, Person]]:
    """Who is in it on `day`, by number."""
    query = (
        select(Stay, Person).join(Person, Person.id == Stay.person_id)
        .where(Stay.team_id == team.id, Stay.since <= day,
               or_(Stay.until.is_(None), Stay.until > day))
        .order_by(Person.number)
    )  # fmt: skip
    return [(stay, person) for stay, person in await db.execute(query)]


async def during(db: AsyncSession, team: Team, month: date) -> list[Person]:
    """Who was in it on any day of a month, by number."""
    ids = [place.person_id for place in await outcomes.placed(db, month, team)]
    found = await db.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.number))
    return list(found)


async def save(
    db: AsyncSession, me: Me, team: Team | None, *, name: str, unit: str, leader: str,
    scheme_id: int | None,
) -> Team:  # fmt: skip
    """A new team, or another name, unit, leader (by number) or scheme of one.

    Raises Invalid, NotFound, Forbidden, Conflict.
    """
    name, unit = name.strip(), unit.strip()
    if not name or not unit or len(name) > LONGEST_NAME:
        raise Invalid(f"班组写上名字和单位，名字 {LONGEST_NAME} 个字以内")
    if not me.may(WRITE, Where(unit=unit)) or (team and not me.may(WRITE, Where(unit=team.unit))):
        raise Forbidden(NOT_YOURS)
    if scheme_id is not None and await db.get(Scheme, scheme_id) is None:
        raise NotFound("没有这个方案")
    made = team or Team(name=name, unit=unit)
    made.name, made.unit, made.scheme_id = name, unit, scheme_id
    made.leader_id = (await by_number(db, leader)).id if leader.strip() else None
    db.add(made)
    try:
        async with db.begin_nested():
            await db.flush()
    except IntegrityError:
        raise Conflict("已经有叫这个名字的班组了") from None
    after = {"name": name, "unit": unit, "leader": made.leader_id, "scheme": scheme_id}
    record(db, me, "assess.team", f"assess_teams:{made.id}", after=after)
    return made


async def join(
    db: AsyncSession, me: Me, team: Team, *, number: str, since: date, base_fen: int
) -> Stay:
    """Somebody belongs to `team` from `since` on; where they were before, they were until then.

    Raises Conflict when they are in a team later than that, or a month since is settled.
    """
    _must(me, team)
    if not 0 <= base_fen <= MOST_FEN:
        raise Invalid("基本工资写成 3200 或 3200.50 这样")
    person = await by_number(db, number)
    await _unsettled(db, person.id, since)
    here = select(Stay).where(Stay.person_id == person.id, Stay.until.is_(None))
    before = await db.scalar(here.with_for_update())
    if before is not None:
        await _end(db, me, before, since)
    made = Stay(team_id=team.id, person_id=person.id, since=since, base_fen=base_fen)
    try:
        async with db.begin_nested():
            db.add(made)
            await db.flush()
    except IntegrityError:
        raise Conflict(f"{person.name}那几天在别的班组，日期往后写") from None
    record(db, me, "assess.join", f"assess_teams:{team.id}",
           after={"person": person.id, "since": since, "base_fen": base_fen})  # fmt: skip
    return made


async def leave(db: AsyncSession, me: Me, stay_id: int, until: date) -> None:
    """Somebody is in their team no more from `until` on. Raises NotFound, Conflict, Invalid."""
    stay = await db.get(Stay, stay_id, with_for_update=True)
    if stay is None or stay.until is not None:
        raise NotFound("他已经不在这个班组了")
    _must(me, await db.get_one(Team, stay.team_id))
    await _unsettled(db, stay.person_id, until)
    await _end(db, me, stay, until)


async def _end(db: AsyncSession, me: Me, stay: Stay, until: date) -> None:
    _must(me, await db.get_one(Team, stay.team_id))
    if until <= stay.since:
        raise Conflict(f"他是 {stay.since:%Y-%m-%d} 才来的，日期往后写")
    stay.until = until
    await db.flush()
    record(db, me, "assess.leave", f"assess_teams:{stay.team_id}",
           after={"person": stay.person_id, "until": until})  # fmt: skip


async def _unsettled(db: AsyncSession, person_id: int, day: date) -> None:
    """Raise Conflict if a month of theirs, from `day` on, has been shown to people."""
    query = (
        select(Run.month).join(Outcome, Outcome.run_id == Run.id)
        .where(Outcome.person_id == person_id, Run.month >= month_of(day),
               Run.step.in_([step for step in Step if BY_STEP[step] >= BY_STEP[Step.OPEN]]))
        .limit(1)
    )  # fmt: skip
    if (month := await db.scalar(query)) is not None:
        raise Conflict(f"{say_month(month)}的考核已经公布，日期写到下个月")


async def close(db: AsyncSession, me: Me, team: Team, now: datetime) -> None:
    """The team is no more; its past months stay. Raises Conflict while somebody is in it."""
    _must(me, team)
    if await members(db, team, now.date()):
        raise Conflict("班组里还有人，先把他们调走")
    here = update(Team).where(Team.id == team.id, Team.gone_at.is_(None))
    await db.execute(here.values(gone_at=now))
    record(db, me, "assess.team_gone", f"assess_teams:{team.id}")


async def by_number(db: AsyncSession, number: str) -> Person:
    """Somebody on the roster. Raises NotFound."""
    query = select(Person).where(Person.number == number.strip().upper(), Person.gone_at.is_(None))
    if (found := await db.scalar(query)) is None:
        raise NotFound(f"名册里没有工号 {number.strip()[:20]}")
    return found


def _must(me: Me, team: Team) -> None:
    if not me.may(WRITE, Where(unit=team.unit)):
        raise Forbidden(NOT_YOURS)
