"""What the ledger tells somebody of themselves: sums by month, never a single fact.

Single facts would say who rated what. Of who is deleted they stay, under an emptied name.
"""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.ledger.models import Fact
from app.campus.people.privacy import Holder, Subject, holds


async def tell(db: AsyncSession, subject: Subject) -> list[dict[str, Any]]:
    """Per month and kind, how many facts and what they come to."""
    if subject.person_id is None:
        return []
    month = func.to_char(func.timezone("Asia/Shanghai", Fact.at), "YYYY-MM")
    sums = (
        select(month, Fact.kind, func.count(), func.sum(Fact.amount))
        .where(Fact.person_id == subject.person_id)
        .group_by(month, Fact.kind)
        .order_by(month, Fact.kind)
    )
    return [
        {"月份": when, "项目": kind, "次数": times, "合计": int(total)}
        for when, kind, times, total in await db.execute(sums)
    ]


async def erase(db: AsyncSession, subject: Subject) -> None:
    """Nothing: the books keep the numbers, and the person's row has no name any more."""


holds(Holder("考核记录", tell, erase))
