"""What 「我的」 shows of evaluations: what somebody was asked to rate."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Integer, bindparam, func, select

from app.kit.db import Database
from app.kit.service import Mine, Row
from app.services.evaluations.models import Invitation

HOME = "/h5/evaluations"
# [how many invitations hold, when the first ends]; which of them are answered nobody knows here.
WAITING = (
    select(func.json_build_array(func.count(), func.min(Invitation.until)))
    .where(
        Invitation.person_id == bindparam("person_id", type_=Integer),
        Invitation.until > bindparam("now", type_=DateTime(timezone=True)),
    )
    .scalar_subquery()
)


async def rows(database: Database, found: list[Any] | None, now: datetime) -> list[Row]:
    """One row, always: what can be rated, and whether one was asked."""
    count = found[0] if found else 0
    sub = "有人请你说一句" if count else "食堂、宿舍、班车怎么样，说一句"
    return [Row("star", "评价", HOME, sub)]


mine = Mine(WAITING, rows)
