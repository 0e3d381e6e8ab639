"""What 「我的」 shows of feedback: what one wrote, and what waits for one's answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Integer, and_, bindparam, func, or_, select

from app.campus.permission import Grant, Role
from app.kit.db import Database
from app.kit.service import Mine, Row
from app.services.feedback.links import WORK, page_of
from app.services.feedback.models import IS_OPEN, Case
from app.services.feedback.rules import State
from app.services.feedback.words import about, brief

MOST, COUNTED = 3, 99
_ME = bindparam("person_id", type_=Integer)
_NEWEST = (
    select(Case.id, Case.state, Case.unit, func.left(Case.words, 40), Case.due_at, Case.answered_at)
    .where(Case.asker_id == _ME, or_(IS_OPEN, Case.state == State.ANSWERED))
    .order_by(Case.id.desc()).limit(MOST).subquery()
)  # fmt: skip
# Of the units that one answers for, as `parts.answers` has them, without administrators.
_HEADS = select(1).where(
    Grant.person_id == _ME, Grant.area_id.is_(None), Grant.building_id.is_(None),
    or_(
        and_(Grant.role == Role.HEAD, or_(Grant.unit.is_(None), Grant.unit == Case.unit)),
        and_(Grant.role == Role.LEADER, Grant.unit == Case.unit),
    ),
).exists()  # fmt: skip
_WAITING = (
    select(Case.id, Case.due_at).where(IS_OPEN, or_(Case.owner_id == _ME, _HEADS))
    .order_by(Case.due_at).limit(COUNTED).subquery()
)  # fmt: skip
_NOW = bindparam("now", type_=DateTime(timezone=True))
# [[[number, state, unit, words, due, answered], …] or None, how many wait, how many are late]
FOUND = select(
    func.json_build_array(
        select(func.json_agg(func.json_build_array(*_NEWEST.c))).scalar_subquery(),
        select(func.count()).select_from(_WAITING).scalar_subquery(),
        select(func.count())
        .select_from(_WAITING)
        .where(_WAITING.c.due_at < _NOW)
        .scalar_subquery(),
    )
).scalar_subquery()


async def rows(database: Database, found: list[Any] | None, now: datetime) -> list[Row]:
    """A row for each that one wrote; one for all that wait."""
    own, waiting, late = found or (None, 0, 0)
    told = [_row(one, now) for one in own or ()]
    if waiting:
        sub = f"{late} 件超时了" if late else "到点前答一句"
        told.insert(0, Row("send", "待我答复", WORK, sub, badge=waiting))
    return told


def _row(one: list[Any], now: datetime) -> Row:
    id, state, unit, words, due, answered = one
    at = datetime.fromisoformat(answered) if answered else None
    case = Case(state=state, due_at=datetime.fromisoformat(due), answered_at=at)
    line = about("", words, 16)
    if state == State.ANSWERED:
        return Row("chat", f"{unit}答复了", page_of(id), line, badge=1)
    return Row("chat", brief(case, now), page_of(id), f"{unit}：{line}")


mine = Mine(FOUND, rows)
