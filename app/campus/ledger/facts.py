"""Writing facts."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.ledger.models import Fact


async def count(
    db: AsyncSession, kind: str, amount: int, *, source: str, at: datetime,
    person_id: int | None, team: str = "", **data: Any,
) -> None:  # fmt: skip
    """Write a fact, in the transaction of what it tells of. Told again, the newer amount holds."""
    fact = insert(Fact).values(
        person_id=person_id, team=team, kind=kind, amount=amount, at=at, source=source, data=data
    )
    newer = {"amount": fact.excluded.amount, "at": fact.excluded.at, "data": fact.excluded.data}
    known = fact.on_conflict_do_update(index_elements=["source", "kind", "person_id"], set_=newer)
    await db.execute(known)
