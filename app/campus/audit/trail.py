"""Writing the audit trail, in the transaction of the deed."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit.models import Entry
from app.campus.people.me import Me
from app.kit import clock


def record(
    db: AsyncSession,
    me: Me | None,
    action: str,
    thing: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Note that `me` (None: the system) did `action` to `thing` (`<kind>:<id>`).

    `before` and `after` are JSON of what changed only; never a secret, a hash or an ID card.
    """
    db.add(
        Entry(
            at=clock.now(), action=action, thing=thing, before=before, after=after,
            actor_id=me.person_id if me else None, actor=me.name if me else "",
            address=me.address if me else "",
        )
    )  # fmt: skip
