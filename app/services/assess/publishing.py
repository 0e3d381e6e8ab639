"""What must hold before a month is shown: it is what marks, notes and members say now."""

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.campus.people.models import Person
from app.kit.errors import Conflict, Invalid
from app.services.assess.models import Mark, Note, Outcome, Run, Team
from app.services.assess.rules import SHOWN, next_month, say_month


async def must_stand(db: AsyncSession, run: Run) -> None:
    """Raise Invalid for a month of nobody, Conflict for one that has to be counted again."""
    people = select(Outcome.person_id).where(Outcome.run_id == run.id)
    if not await db.scalar(people.limit(1)):
        raise Invalid("这个月班组里没有人，先在「班组」里加上成员")
    marked = exists().where(
        Mark.month == run.month, Mark.at > run.counted_at,
        or_(Mark.person_id.in_(people), Mark.person_id.is_(None) & (Mark.team_id == run.team_id)),
    )  # fmt: skip
    noted = exists().where(
        Note.person_id.in_(people), Note.day >= run.month, Note.day < next_month(run.month),
        or_(Note.at > run.counted_at, Note.withdrawn_at > run.counted_at),
    )  # fmt: skip
    if await db.scalar(select(or_(marked, noted))):
        raise Conflict("算好以后又打过分、记过事，再算一遍再公布")
    other, theirs = aliased(Run), aliased(Outcome)
    twice = (
        select(Person.name, Team.name)
        .join(theirs, theirs.person_id == Person.id).join(other, other.id == theirs.run_id)
        .join(Team, Team.id == other.team_id)
        .where(theirs.person_id.in_(people), other.month == run.month, other.id != run.id,
               other.step.in_(SHOWN))
        .limit(1)
    )  # fmt: skip
    if (found := (await db.execute(twice)).one_or_none()) is not None:
        raise Conflict(f"{found[0]}{say_month(run.month)}已经在{found[1]}公布了，再算一遍再公布")
