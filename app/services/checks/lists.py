"""Writing checklists: each change makes a version, and what was seen keeps the one it was by."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus import audit
from app.campus.people.me import Me
from app.kit.errors import Conflict, NotFound
from app.services.checks.models import List, ListPlace, Version
from app.services.checks.rules import Item, Kind, Rhythm

NO_LIST = "没有这张清单，可能停用了"


@dataclass(frozen=True, slots=True)
class Draft:
    """A list as it was written: what `List` holds, where it is checked, and its points."""

    title: str
    kind: Kind
    rhythm: Rhythm
    roles: Sequence[str]
    people: Sequence[int]
    places: Sequence[int]
    items: Sequence[Item]
    by_room: bool = False
    public: bool = False
    always: bool = False


def items_of(version: Version) -> tuple[Item, ...]:
    """The points of a version."""
    return tuple(Item(**point) for point in version.points)


async def points(db: AsyncSession, list_id: int, number: int) -> tuple[Item, ...]:
    """The points of a version of a list. Raises NotFound."""
    if (version := await db.get(Version, (list_id, number))) is None:
        raise NotFound(NO_LIST)
    return items_of(version)


async def add(db: AsyncSession, me: Me | None, draft: Draft, now: datetime) -> List:
    """A new list, due from today on. Raises Conflict for a title that is taken."""
    new = insert(List).values(since=now.date(), version=1, **_columns(draft))
    list_: List | None = await db.scalar(new.on_conflict_do_nothing().returning(List))
    if list_ is None:
        raise Conflict(f"已经有一张「{draft.title}」，换个名字")
    await _points(db, me, list_, draft.items, now)
    await _places(db, list_, draft.places)
    audit.record(db, me, "checks.list", audit.thing("checks_list", list_.id), after=_said(draft))
    return list_


async def change(
    db: AsyncSession, me: Me, list_id: int, draft: Draft, now: datetime, *, known: int
) -> List:
    """Change a list whose version was `known` when its form was opened; the next one follows.

    Visits that are under way may be finished by the old points. Raises NotFound; Conflict when a
    colleague changed it meanwhile, or the title is taken.
    """
    list_ = await db.get(List, list_id, with_for_update=True)
    if list_ is None or list_.gone_at is not None:
        raise NotFound(NO_LIST)
    if list_.version != known:
        raise Conflict("同事刚改过这张清单，刷新看看再改")
    same = select(List.id).where(List.title == draft.title, List.id != list_id)
    if await db.scalar(same) is not None:
        raise Conflict(f"已经有一张「{draft.title}」，换个名字")
    for name, value in {**_columns(draft), "version": known + 1}.items():
        setattr(list_, name, value)
    await _points(db, me, list_, draft.items, now)
    await _places(db, list_, draft.places)
    what = audit.thing("checks_list", list_id)
    audit.record(db, me, "checks.list", what, before={"version": known}, after=_said(draft))
    return list_


async def retire(db: AsyncSession, me: Me, list_id: int, now: datetime) -> None:
    """Check it no longer; what was found stays. Raises NotFound."""
    there = update(List).where(List.id == list_id, List.gone_at.is_(None)).values(gone_at=now)
    if await db.scalar(there.returning(List.id)) is None:
        raise NotFound(NO_LIST)
    audit.record(db, me, "checks.retire", audit.thing("checks_list", list_id))


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title, "kind": draft.kind.value, "rhythm": draft.rhythm.value,
        "roles": list(draft.roles), "people": list(draft.people), "by_room": draft.by_room,
        "public": draft.public, "always": draft.always,
    }  # fmt: skip


def _said(draft: Draft) -> dict[str, Any]:
    return {**_columns(draft), "places": list(draft.places), "points": len(draft.items)}


async def _points(
    db: AsyncSession, me: Me | None, list_: List, items: Sequence[Item], now: datetime
) -> None:
    by = me.person_id if me else None
    db.add(Version(list_id=list_.id, number=list_.version, points=[asdict(i) for i in items],
                   by_id=by, at=now))  # fmt: skip
    await db.flush()


async def _places(db: AsyncSession, list_: List, places: Sequence[int]) -> None:
    await db.execute(delete(ListPlace).where(ListPlace.list_id == list_.id))
    rows = [{"list_id": list_.id, "place_id": id} for id in dict.fromkeys(places)]
    if rows:
        await db.execute(insert(ListPlace), rows)
