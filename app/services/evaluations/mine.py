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
    """A row if one was asked."""
    return [Row("star", "评价", HOME, "有人请你说一句")] if found and found[0] else []


mine = Mine(WAITING, rows)
