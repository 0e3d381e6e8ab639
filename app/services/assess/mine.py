"""What 「我的」 shows of assessment to who is in a team: the newest month, or that one runs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, bindparam, func, select

from app.kit.db import Database
from app.kit.service import Mine, Row
from app.services.assess.models import Outcome, Run, Stay
from app.services.assess.rules import SHOWN, Step
from app.services.assess.words import say_points, stage

ME = bindparam("person_id", type_=Integer)
_NEWEST = (
    select(func.json_build_array(Run.id, Run.month, Run.step, Run.until, Outcome.points))
    .join(Outcome, Outcome.run_id == Run.id)
    .where(Outcome.person_id == ME, Run.step.in_(SHOWN))
    .order_by(Run.month.desc())
    .limit(1)
    .correlate(None)
    .scalar_subquery()
)
# [their team, [run, month, step, until, points] or None]; None for who was never in a team.
_MINE = (
    select(func.json_build_array(func.max(Stay.team_id), _NEWEST))
    .where(Stay.person_id == ME)
    .having(func.count() > 0)
    .scalar_subquery()
)


async def rows(database: Database, found: Any, now: datetime) -> list[Row]:
    """One row."""
    if not found:
        return []
    _, newest = found
    if newest is None:
        return [Row("chart", "考核", "/h5/assess", "这个月多少分，为什么")]
    run, month, step, until, points = newest
    said = f"{date.fromisoformat(month).month}月 {say_points(points)} 分"
    if step == Step.OPEN:
        ends = datetime.fromisoformat(until)
        return [Row("chart", f"考核 {said}", f"/h5/assess/{run}", stage(step, ends), badge=1)]
    return [Row("chart", "考核", "/h5/assess", f"{said}，{stage(step, None)}")]


mine = Mine(_MINE, rows)
