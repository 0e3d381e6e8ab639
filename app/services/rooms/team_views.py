"""What a team looks like to those in it, and to those who are asked into one."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Person
from app.services.rooms.models import Member, Team


@dataclass(frozen=True, slots=True)
class Mate:
    """Somebody in a team, or asked into it (`agreed` False)."""

    person_id: int
    name: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class TeamView:
    id: int
    code: str
    leader_id: int
    size: int
    members: tuple[Mate, ...]


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody asks them into a team."""

    team_id: int
    by_name: str
    members: int


async def team_of(db: AsyncSession, round_id: int, person_id: int) -> TeamView | None:
    """The team that somebody is in, or was in when it chose."""
    query = (
        select(Team)
        .join(Member, Member.team_id == Team.id)
        .where(Member.round_id == round_id, Member.person_id == person_id,
               Member.agreed_at.is_not(None))
    )  # fmt: skip
    team = await db.scalar(query)
    if team is None:
        return None
    mates = (
        select(Person.id, Person.name, Member.agreed_at.is_not(None))
        .join(Member, Member.person_id == Person.id)
        .where(Member.team_id == team.id)
        .order_by(Person.id != team.leader_id, Member.agreed_at.nulls_last(), Person.id)
    )
    members = tuple(Mate(*row) for row in await db.execute(mates))
    return TeamView(team.id, team.code, team.leader_id, team.size, members)


async def invitations(db: AsyncSession, round_id: int, person_id: int) -> list[Invitation]:
    """Teams that wait for somebody's yes."""
    others = Member.__table__.alias("others")
    count = (
        select(func.count())
        .where(others.c.team_id == Team.id, others.c.agreed_at.is_not(None))
        .scalar_subquery()
    )
    query = (
        select(Team.id, Person.name, count)
        .join(Member, Member.team_id == Team.id)
        .join(Person, Person.id == Member.asked_by_id)
        .where(Member.round_id == round_id, Member.person_id == person_id,
               Member.agreed_at.is_(None), Team.ended_at.is_(None))
        .order_by(Team.id)
    )  # fmt: skip
    return [Invitation(*row) for row in await db.execute(query)]
