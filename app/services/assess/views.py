"""What pages show of months: one's own as it stands, those that were shown, and a team's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.campus.people.models import Person
from app.kit.errors import NotFound
from app.services.assess import gather, outcomes, payroll, schemes, steps
from app.services.assess.language import Scheme
from app.services.assess.models import Correction, Objection, Outcome, Run, Team
from app.services.assess.payroll import Share
from app.services.assess.reach import APPROVE, LEAD, WRITE, units
from app.services.assess.rules import SHOWN, Step, Verdict, month_of

MOST_MONTHS, MOST_RUNS = 24, 24
NO_RUN = "没有这次考核，可能还没公布"


@dataclass(frozen=True, slots=True)
class Standing:
    """A month as it stands: `parts` as `outcomes.told` wrote them, points in hundredths."""

    month: date
    team: Team
    points: int
    parts: list[dict[str, Any]]
    scheme: Scheme


async def standing(db: AsyncSession, me: Me, now: datetime) -> Standing | None:
    """This month of `me` up to now; None without a team, or a scheme in use."""
    month = month_of(now.date())
    place = await outcomes.place_of(db, month, me.person_id or 0)
    if place is None:
        return None
    team = await db.get_one(Team, place.team_id)
    book = await schemes.used(db, team.scheme_id, month)
    if book is None:
        return None
    found = await outcomes.counted(db, book, [place], gather.so_far(month, now))
    result = found[place.person_id]
    return Standing(month, team, result.points, outcomes.told(result), book.scheme)


async def months(db: AsyncSession, me: Me) -> list[tuple[Run, Outcome]]:
    """The months that were shown to them, newest first."""
    query = (
        select(Run, Outcome).join(Outcome, Outcome.run_id == Run.id)
        .where(Outcome.person_id == me.person_id, Run.step.in_(SHOWN))
        .order_by(Run.month.desc()).limit(MOST_MONTHS)
    )  # fmt: skip
    return [(run, row) for run, row in await db.execute(query)]


@dataclass(frozen=True, slots=True)
class Month:
    """One person's month end: what was counted, what was corrected, what was objected to."""

    run: Run
    team: Team
    row: Outcome
    name: str
    scheme: Scheme
    corrections: Sequence[Correction]
    objections: Sequence[Objection]

    @property
    def share(self) -> Share | None:
        """Pay, once it is locked."""
        if self.run.step != Step.LOCKED:
            return None
        return Share(self.row.person_id, self.row.pay_fen or 0, self.row.bonus_fen or 0)

    @property
    def asked(self) -> set[str]:
        """Items that wait for an answer."""
        return {one.item for one in self.objections if one.state == Verdict.ASKED}


async def own(db: AsyncSession, me: Me, run_id: int) -> Month:
    """A month of `me` that was shown. Raises NotFound: nobody's else, and nothing before that."""
    run = await db.get(Run, run_id)
    if run is None or run.step not in SHOWN:
        raise NotFound(NO_RUN)
    return await month_of_person(db, run, me.person_id or 0)


async def month_of_person(db: AsyncSession, run: Run, person_id: int) -> Month:
    """Raises NotFound."""
    query = (
        select(Outcome, Person.name).join(Person, Person.id == Outcome.person_id)
        .where(Outcome.run_id == run.id, Outcome.person_id == person_id)
    )  # fmt: skip
    found = (await db.execute(query)).one_or_none()
    if found is None:
        raise NotFound(NO_RUN)
    theirs = {"run_id": run.id, "person_id": person_id}
    corrections = select(Correction).filter_by(**theirs).order_by(Correction.id)
    asked = select(Objection).filter_by(**theirs).order_by(Objection.id)
    return Month(
        run, await db.get_one(Team, run.team_id), found[0], found[1],
        (await steps.book_of(db, run)).scheme, list(await db.scalars(corrections)),
        list(await db.scalars(asked)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Whole:
    """A team's month end: everybody's outcome with their name, most points first."""

    run: Run
    team: Team
    scheme: Scheme
    rows: Sequence[tuple[Outcome, str]]
    shares: dict[int, Share]
    asked: Sequence[tuple[Objection, str]]  # waiting, oldest first

    @property
    def items(self) -> list[tuple[str, str]]:
        """(part, item) of the scheme, in its order."""
        return [(part.name, item.name) for part in self.scheme.parts for item in part.items]

    @property
    def mean(self) -> int:
        return round(sum(row.points for row, _ in self.rows) / len(self.rows)) if self.rows else 0

    @property
    def rewarded(self) -> int:
        return sum(row.points >= self.scheme.bonus for row, _ in self.rows)

    @property
    def sums(self) -> tuple[int, int]:
        """Base pay and bonuses of all, in fen."""
        found = self.shares.values()
        return sum(one.pay for one in found), sum(one.bonus for one in found)


async def whole(db: AsyncSession, run: Run, team: Team) -> Whole:
    """All of a month end, for who runs or approves it."""
    rows = (
        select(Outcome, Person.name).join(Person, Person.id == Outcome.person_id)
        .where(Outcome.run_id == run.id).order_by(Outcome.points.desc(), Person.number)
    )  # fmt: skip
    asked = (
        select(Objection, Person.name).join(Person, Person.id == Objection.person_id)
        .where(Objection.run_id == run.id, Objection.state == Verdict.ASKED)
        .order_by(Objection.id)
    )  # fmt: skip
    return Whole(
        run, team, (await steps.book_of(db, run)).scheme,
        [(row, name or "已注销") for row, name in await db.execute(rows)],
        await payroll.shares_of(db, run),
        [(one, name) for one, name in await db.execute(asked)],
    )  # fmt: skip


async def teams_of(db: AsyncSession, me: Me) -> list[Team]:
    """The teams that `me` leads, heads or operates."""
    leads = (Team.leader_id == me.person_id) if me.may_somewhere(LEAD) else Team.id.is_(None)
    mine = or_(leads, units(me, APPROVE), units(me, WRITE))
    query = select(Team).where(mine, Team.gone_at.is_(None)).order_by(Team.unit, Team.name)
    return list(await db.scalars(query.limit(200)))


async def runs_of(db: AsyncSession, teams: Sequence[Team], most: int = MOST_RUNS) -> list[Run]:
    """Month ends of these teams, newest first."""
    query = select(Run).where(Run.team_id.in_([team.id for team in teams]))
    return list(await db.scalars(query.order_by(Run.month.desc(), Run.team_id).limit(most)))


async def waiting(db: AsyncSession, runs: Sequence[Run]) -> dict[int, int]:
    """How many objections of each run wait."""
    query = (
        select(Objection.run_id, func.count())
        .where(Objection.run_id.in_([run.id for run in runs]), Objection.state == Verdict.ASKED)
        .group_by(Objection.run_id)
    )  # fmt: skip
    return dict((await db.execute(query)).all())
