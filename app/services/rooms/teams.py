"""Friends who want one room: made, joined by code or asked by number, each with their consent."""

import secrets
from datetime import datetime

from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import notify
from app.campus.people.models import Person
from app.kit.errors import Conflict, NotFound
from app.services.rooms import locks
from app.services.rooms.models import Bed, Eligible, Member, Round, Team
from app.services.rooms.notices import ASKED
from app.services.rooms.rules import BedState, phase

LETTERS = "ACDEFHJKLMNPRTUVWXY34679"  # none sounds or looks like another
NONE = "没有这支队伍，核对一下口令"


async def make(db: AsyncSession, round_id: int, person_id: int, now: datetime) -> Team:
    """A team of one, with a code to tell friends. Raises Conflict, NotFound."""
    found = await locks.shared(db, round_id)
    me = await _chooser(db, found, person_id, now)
    await _in_no_team(db, round_id, person_id)
    team = Team(round_id=round_id, pool_id=me.pool_id, code=await _code(db), leader_id=person_id,
                size=await _largest(db, me), at=now)  # fmt: skip
    db.add(team)
    await db.flush()
    await _agree(db, team, person_id, None, now)
    return team


async def join(db: AsyncSession, person_id: int, code: str, now: datetime) -> Team:
    """Join by the code that a friend told. Raises NotFound, Conflict.

    Codes can be guessed at: count tries with `app.kit.limits`.
    """
    query = select(Team.id, Team.round_id).where(
        Team.code == code.strip().upper(), Team.ended_at.is_(None)
    )
    row = (await db.execute(query)).one_or_none()
    if row is None:
        raise NotFound(NONE)
    return await _enter(db, row.round_id, row.id, person_id, now)


async def ask(db: AsyncSession, round_id: int, person_id: int, number: str, now: datetime) -> None:
    """Ask whoever has this admission number into one's team.

    Says the same whether or not there is somebody: nobody learns who exists by trying numbers.
    Raises Conflict when one has no team, or it is full.
    """
    found = await locks.shared(db, round_id)
    await _chooser(db, found, person_id, now)
    team = await _led(db, round_id, person_id)
    query = (
        select(Person.id)
        .join(Eligible, (Eligible.person_id == Person.id) & (Eligible.round_id == round_id))
        .where(Person.number == number.strip(), Person.id != person_id,
               Eligible.pool_id == team.pool_id, Eligible.withdrawn_at.is_(None))
    )  # fmt: skip
    asked = await db.scalar(query)
    pending = select(func.count()).where(Member.team_id == team.id)
    if (await db.scalar(pending) or 0) >= team.size + 4:
        raise Conflict("已经约了不少同学，等他们回复再约")
    if asked is None:
        return
    row = {"team_id": team.id, "person_id": asked, "round_id": round_id,
           "asked_by_id": person_id, "at": now}  # fmt: skip
    new = insert(Member).values(row).on_conflict_do_nothing().returning(Member.person_id)
    if await db.scalar(new) is not None:
        name = await db.scalar(select(Person.name).where(Person.id == person_id)) or ""
        await notify(db, ASKED, to=[asked], who=name, round=round_id)


async def agree(db: AsyncSession, team_id: int, person_id: int, now: datetime) -> Team:
    """Say yes to having been asked. Raises NotFound, Conflict."""
    query = select(Member.round_id).where(
        Member.team_id == team_id, Member.person_id == person_id, Member.agreed_at.is_(None)
    )
    round_id = await db.scalar(query)
    if round_id is None:
        raise NotFound("这个邀请已经收回了")
    return await _enter(db, round_id, team_id, person_id, now)


async def refuse(db: AsyncSession, team_id: int, person_id: int) -> None:
    """Say no to having been asked."""
    await db.execute(delete(Member).where(
        Member.team_id == team_id, Member.person_id == person_id, Member.agreed_at.is_(None)
    ))  # fmt: skip


async def leave(db: AsyncSession, round_id: int, person_id: int, now: datetime) -> None:
    """Leave one's team; what the team holds is let go. The next to have agreed leads."""
    await locks.shared(db, round_id)
    team = await _locked(db, _of(round_id, person_id))
    if team is None:
        raise Conflict("你现在没有队伍")
    agreed = select(Member.person_id).where(
        Member.team_id == team.id, Member.agreed_at.is_not(None)
    )
    members = list(await db.scalars(agreed.order_by(Member.agreed_at, Member.person_id)))
    await locks.people(db, round_id, members)
    await db.execute(_LET_GO, {"round": round_id, "team": team.id, "by": person_id})
    await db.execute(delete(Member).where(Member.team_id == team.id, Member.person_id == person_id))
    rest = [member for member in members if member != person_id]
    if not rest:
        team.ended_at = now
        await db.execute(delete(Member).where(Member.team_id == team.id))
    elif team.leader_id == person_id:
        team.leader_id = rest[0]


async def hand_over(db: AsyncSession, round_id: int, person_id: int, to_id: int) -> None:
    """Let somebody else of the team lead it. Raises Conflict."""
    await locks.shared(db, round_id)
    team = await _locked(db, _of(round_id, person_id))
    if team is None or team.leader_id != person_id:
        raise Conflict("只有队长能换队长")
    member = await db.get(Member, (team.id, to_id))
    if member is None or member.agreed_at is None:
        raise Conflict("新队长要先在队里")
    team.leader_id = to_id


async def _enter(
    db: AsyncSession, round_id: int, team_id: int, person_id: int, now: datetime
) -> Team:
    found = await locks.shared(db, round_id)
    team = await _locked(db, select(Team).where(Team.id == team_id, Team.ended_at.is_(None)))
    if team is None:
        raise NotFound(NONE)
    me = await _chooser(db, found, person_id, now)
    if me.pool_id != team.pool_id:
        raise Conflict("你们能选的床位范围不一样，组不了队")
    await _in_no_team(db, round_id, person_id)
    agreed = select(func.count()).where(Member.team_id == team.id, Member.agreed_at.is_not(None))
    if (await db.scalar(agreed) or 0) >= team.size:
        raise Conflict(f"这支队伍满 {team.size} 人了")
    # What somebody of the team holds was chosen for other people than it is now.
    await db.execute(_LET_GO, {"round": round_id, "team": team.id, "by": person_id})
    await db.execute(_LET_GO_OWN, {"round": round_id, "person": person_id})
    await _agree(db, team, person_id, None, now)
    return team


_LET_GO = text("""
SELECT rooms_free(:round, array_agg(bed_id), 'release', :by, clock_timestamp()) FROM (
    SELECT bed_id FROM rooms_beds WHERE round_id = :round AND state = 'held' AND person_id IN (
        SELECT person_id FROM rooms_members WHERE team_id = :team AND agreed_at IS NOT NULL)
    ORDER BY bed_id FOR NO KEY UPDATE) held
""")
_LET_GO_OWN = text("""
SELECT rooms_free(:round, array_agg(bed_id), 'release', :person, clock_timestamp()) FROM (
    SELECT bed_id FROM rooms_beds WHERE round_id = :round AND state = 'held'
    AND person_id = :person FOR NO KEY UPDATE) held
""")


async def _agree(
    db: AsyncSession, team: Team, person_id: int, by: int | None, now: datetime
) -> None:
    new = insert(Member).values(
        team_id=team.id, person_id=person_id, round_id=team.round_id, asked_by_id=by, at=now,
        agreed_at=now,
    )  # fmt: skip
    await db.execute(
        new.on_conflict_do_update(
            index_elements=["team_id", "person_id"], set_={"agreed_at": new.excluded.agreed_at}
        )
    )


async def _chooser(db: AsyncSession, found: Round, person_id: int, now: datetime) -> Eligible:
    """Their row, locked. Raises NotFound, and Conflict once the round is over or they chose."""
    me = (await locks.people(db, found.id, [person_id])).get(person_id)
    if me is None or me.withdrawn_at is not None:
        raise NotFound("这一轮选房里没有你的名字")
    if phase(found.stage, found.opens_at, found.closes_at, now) not in ("soon", "open"):
        raise Conflict("这一轮已经结束了")
    taken = select(Bed.bed_id).where(
        Bed.round_id == found.id, Bed.person_id == person_id, Bed.state == BedState.TAKEN
    )
    if await db.scalar(taken) is not None:
        raise Conflict("你已经有床了，想和同学一起住可以换床")
    return me


async def _in_no_team(db: AsyncSession, round_id: int, person_id: int) -> None:
    """Raises Conflict when they are in a team that still wants to choose; an old one they leave."""
    team = await db.scalar(_of(round_id, person_id))
    if team is not None and team.ended_at is None:
        raise Conflict("你已经在一支队伍里，先退出再来")
    await db.execute(
        update(Member)
        .where(Member.round_id == round_id, Member.person_id == person_id,
               Member.agreed_at.is_not(None))
        .values(agreed_at=None)
    )  # fmt: skip


def _of(round_id: int, person_id: int) -> Select[Team]:
    return (
        select(Team)
        .join(Member, Member.team_id == Team.id)
        .where(Member.round_id == round_id, Member.person_id == person_id,
               Member.agreed_at.is_not(None), Team.ended_at.is_(None))
    )  # fmt: skip


async def _led(db: AsyncSession, round_id: int, person_id: int) -> Team:
    team = await db.scalar(_of(round_id, person_id))
    if team is None:
        raise Conflict("先组一支队伍再约同学")
    return team


async def _locked(db: AsyncSession, query: Select[Team]) -> Team | None:
    fresh = query.with_for_update(of=Team).execution_options(populate_existing=True)
    return await db.scalar(fresh)


async def _largest(db: AsyncSession, me: Eligible) -> int:
    """How many beds the largest room of the pool has."""
    rooms = (
        select(func.count().label("beds"))
        .where(Bed.round_id == me.round_id, Bed.pool_id == me.pool_id,
               Bed.state != BedState.FROZEN)
        .group_by(Bed.room_id)
        .subquery()
    )  # fmt: skip
    return await db.scalar(select(func.max(rooms.c.beds))) or 1


async def _code(db: AsyncSession) -> str:
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(6))
        if await db.scalar(select(Team.id).where(Team.code == code)) is None:
            return code
