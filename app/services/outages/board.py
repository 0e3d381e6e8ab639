"""What is off and what will be, in memory: all that pages, chat and 「我的」 ask."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places import Campus
from app.kit import clock
from app.kit.cache import Cached
from app.services.outages.models import Outage, Part
from app.services.outages.rules import Cut, Kind, Phase, Place, sorted_cuts

KEPT = timedelta(days=30)  # how long past ones are shown
Board = tuple[Cut, ...]


async def load(db: AsyncSession) -> Board:
    """Announced cuts that are not long past."""
    shown = Outage.announced_at.is_not(None) & (Outage.ends_at > clock.now() - KEPT)
    return await cuts(db, shown)


async def cuts(db: AsyncSession, which: object) -> Board:
    """The cuts that a condition names, with their places."""
    rows = (await db.scalars(select(Outage).where(which))).all()  # type: ignore[arg-type]  # a condition
    places = await places_of(db, [row.id for row in rows])
    return tuple(as_cut(row, places[row.id]) for row in rows)


async def places_of(db: AsyncSession, ids: Iterable[int]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = {id: [] for id in ids}
    parts = await db.scalars(select(Part).where(Part.outage_id.in_(found)).order_by(Part.id))
    for part in parts:
        found[part.outage_id].append(Place(part.building_id, part.floor, part.room_id))
    return found


def as_cut(row: Outage, places: Iterable[Place]) -> Cut:
    return Cut(
        row.id, Kind(row.kind), row.starts_at, row.ends_at, row.reason, row.contact,
        tuple(places), row.over_at, row.withdrawn_at,
    )  # fmt: skip


board = Cached("outages", load)


def open_cuts(board: Board, now: datetime) -> list[Cut]:
    """What is off or will be, in the order people want it."""
    return sorted_cuts((cut for cut in board if cut.phase(now) is not Phase.OVER), now)


def home(campus: Campus, room_id: int | None) -> Place | None:
    """Where somebody lives, as a place that a cut may reach."""
    if room_id is None or (house := campus.house_of(room_id)) is None:
        return None
    door = campus.room(room_id)
    return Place(house.id, door.floor if door else None, room_id)
