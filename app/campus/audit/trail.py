"""Writing the audit trail, in the transaction of the deed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit.changes import plain
from app.campus.audit.models import Entry
from app.campus.people.me import Me
from app.kit import clock

# What the trail calls rows of these tables: a person is `person:7`, whoever writes of them.
SHORT = {
    "campus_people": "person",
    "desk_credentials": "person",
    "campus_buildings": "building",
    "campus_rooms": "room",
}


def thing(kind: str, *keys: object) -> str:
    """The name of a thing in the trail, by its kind or its table: `thing("person", 7)`."""
    return f"{SHORT.get(kind, kind)}:{','.join(map(str, keys))}"


def record(
    db: AsyncSession,
    me: Me | None,
    action: str,
    thing: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note that `me` (None: the system) did `action` to `thing` (`<kind>:<id>`).

    `before` and `after` are what changed only (see `diff`). Raises ValueError where a field
    names a secret, a hash or an ID card.
    """
    db.add(
        Entry(
            at=clock.now(), action=action, thing=thing,
            before=None if before is None else plain(before),
            after=None if after is None else plain(after),
            actor_id=me.person_id if me else None, actor=me.name if me else "",
            address=me.address if me else "",
        )
    )  # fmt: skip
