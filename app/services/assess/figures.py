"""What of assessment stands on the desk's dashboard: months that wait for somebody."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.desk.figures import Shown, Todo
from app.services.assess.models import Objection, Run, Stay, Team
from app.services.assess.rules import Step, Verdict, month_before, month_of, say_month

HERE, MOST = "/desk/assess", 3


async def figures(db: AsyncSession, now: datetime) -> Sequence[Shown]:
    """Objections without an answer, months that nobody started, and what can be locked."""
    return [*await _asked(db), *await _unstarted(db, now), *await _approved(db)]


async def _asked(db: AsyncSession) -> list[Shown]:
    query = (
        select(Run.id, Team.name, Run.month, func.count())
        .join(Objection, Objection.run_id == Run.id).join(Team, Team.id == Run.team_id)
        .where(Objection.state == Verdict.ASKED).group_by(Run.id, Team.name)
        .order_by(Run.id).limit(MOST)
    )  # fmt: skip
    return [
        Todo(f"{team} {count} 条考核异议", f"{say_month(month)}，等班长答复", f"{HERE}/runs/{run}",
             "看看")
        for run, team, month, count in await db.execute(query)
    ]  # fmt: skip


async def _unstarted(db: AsyncSession, now: datetime) -> list[Shown]:
    month = month_before(month_of(now.date()))
    begun = select(Run.team_id).where(Run.month == month)
    here = select(Stay.team_id).where(Stay.since < month_of(now.date()))
    query = select(func.count()).where(
        Team.gone_at.is_(None), Team.scheme_id.is_not(None), Team.id.in_(here),
        Team.id.not_in(begun),
    )  # fmt: skip
    count = await db.scalar(query) or 0
    if not count:
        return []
    return [
        Todo(f"{count} 个班组{say_month(month)}的考核还没算", "班长在手机上也能开始", HERE, "去算")
    ]


async def _approved(db: AsyncSession) -> list[Shown]:
    query = (
        select(Run.id, Team.name, Run.month).join(Team, Team.id == Run.team_id)
        .where(Run.step == Step.APPROVED).order_by(Run.id).limit(MOST)
    )  # fmt: skip
    return [
        Todo(f"{team}{say_month(month)}考核批了", "锁定以后导出工资表", f"{HERE}/runs/{run}",
             "去锁定")
        for run, team, month in await db.execute(query)
    ]  # fmt: skip
