"""What 「我的」 shows of checks: what is to be looked at today, and what is to be mended."""

from datetime import datetime
from typing import Any

from sqlalchemy import Date, DateTime, Integer, and_, bindparam, cast, func, select

from app.campus.permission import Grant
from app.campus.places import Building
from app.kit.db import Database
from app.kit.service import Mine, Row
from app.services.checks.links import HOME
from app.services.checks.models import Fault, List, Place, Visit
from app.services.checks.reach import granted
from app.services.checks.rules import TO_MEND, Seen

_ME = bindparam("person_id", type_=Integer)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_TODAY = cast(func.timezone("Asia/Shanghai", _NOW), Date)
_DUE = (
    select(func.count(Visit.id.distinct()))
    .select_from(Grant)
    .join(List, List.gone_at.is_(None))
    .join(Place, Place.gone_at.is_(None))
    .outerjoin(Building, Building.id == Place.building_id)
    .join(Visit, and_(Visit.list_id == List.id, Visit.place_id == Place.id))
    .where(Grant.person_id == _ME, granted(), Visit.due <= _TODAY, Visit.last >= _TODAY,
           Visit.state.in_([Seen.TODO, Seen.DOING]))
    .scalar_subquery()
)  # fmt: skip
_MEND = select(func.count()).where(Fault.owner_id == _ME, Fault.state.in_(TO_MEND))
# [visits due, faults to mend, of these late] of who was given any role; else NULL.
FOUND = (
    select(func.json_build_array(
        _DUE, _MEND.scalar_subquery(), _MEND.where(Fault.due_at <= _NOW).scalar_subquery()))
    .where(select(Grant.id).where(Grant.person_id == _ME).exists())
    .scalar_subquery()
)  # fmt: skip


async def rows(database: Database, found: list[Any] | None, now: datetime) -> list[Row]:
    """A row for what is due, and one for what is to be mended."""
    if not found:
        return []
    due, mend, late = found
    shown = [Row("check", f"今天有 {due} 处要查", HOME, badge=due)] if due else []
    if mend:
        sub = f"{late} 个过期了" if late else ""
        shown.append(Row("wrench", f"{mend} 个问题要整改", f"{HOME}/faults", sub, badge=late))
    return shown


mine = Mine(FOUND, rows)
