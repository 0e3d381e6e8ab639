"""What operators do with a cut: write, announce, change, say that it is over, take it back.

Each is done once however often its button is tapped, and only by whose right reaches every
building of it.
"""

from collections.abc import Iterable

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus import audit
from app.campus.people.me import Me
from app.campus.permission import Action, Role, Where
from app.campus.places import campus
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.services.outages import telling
from app.services.outages.board import as_cut, board, places_of
from app.services.outages.draft import Draft
from app.services.outages.models import Outage, Part
from app.services.outages.places import say_places
from app.services.outages.rules import Cut, Place

ANNOUNCE = Action("outages.announce", frozenset({Role.OPERATOR}))
TOLD = ("kind", "starts_at", "ends_at")  # a change of one of these, or of places, is told again


async def get(db: AsyncSession, number: int) -> Outage:
    """Raises NotFound."""
    row = await db.get(Outage, number, populate_existing=True)
    if row is None:
        raise NotFound("没有这次停水停电，可能被同事删了")
    return row


async def cut_of(db: AsyncSession, row: Outage) -> Cut:
    return as_cut(row, (await places_of(db, [row.id]))[row.id])


async def must(db: AsyncSession, me: Me, places: Iterable[Place]) -> None:
    """Raise Forbidden unless all these buildings are in the hands of `me`."""
    houses = await campus.within(db)
    for building_id in {place.building_id for place in places}:
        house = houses.house(building_id)
        me.must(ANNOUNCE, Where(house.area_id if house else None, building_id))


async def add(db: AsyncSession, me: Me, draft: Draft) -> Outage:
    """A new draft, which nobody sees but operators. Raises Forbidden."""
    await must(db, me, draft.places)
    row = Outage(**draft.values, made_by=me.person_id)
    db.add(row)
    await db.flush()
    await _put(db, row.id, draft.places)
    audit.record(db, me, "outages.add", f"outages:{row.id}", after=await _said(db, draft))
    return row


async def change(db: AsyncSession, me: Me, number: int, version: int, draft: Draft) -> int | None:
    """Write the form over it; whom it was told are told again of another time or place.

    The campaign that tells them, or None. Raises Conflict when it is no longer at `version`, or
    over; Forbidden, NotFound.
    """
    row = await get(db, number)
    before = await cut_of(db, row)
    await must(db, me, (*before.places, *draft.places))
    if row.over_at or row.withdrawn_at:
        raise Conflict("这次已经结束了，再停就另写一条")
    here = (Outage.id == number, Outage.version == version, Outage.over_at.is_(None))
    new = update(Outage).where(*here, Outage.withdrawn_at.is_(None))
    new = new.values(**draft.values, version=version + 1).returning(Outage.id)
    if await db.scalar(new) is None:
        raise Conflict("同事刚改过这次停水停电。下面是你写的，再存一次就用你的")
    await db.execute(delete(Part).where(Part.outage_id == number))
    await _put(db, number, draft.places)
    cut = await cut_of(db, await get(db, number))
    audit.record(db, me, "outages.change", f"outages:{number}",
                 before=await _told(db, before), after=await _told(db, cut))  # fmt: skip
    await board.changed(db)
    moved = set(before.places) != set(cut.places) or any(
        getattr(before, name) != getattr(cut, name) for name in TOLD
    )
    if row.announced_at is None or not moved:
        return None
    return await telling.changed(db, me, cut, before.places)


async def announce(db: AsyncSession, me: Me, number: int) -> int | None:
    """Show it to everybody and tell who lives there; the campaign, or None if it was done before.

    Raises Invalid for one that has passed, Forbidden, NotFound.
    """
    cut = await cut_of(db, await get(db, number))
    await must(db, me, cut.places)
    if cut.ends_at <= clock.now():
        raise Invalid("恢复的时间已经过了，先把时间改对再通知")
    if not await _once(db, number, "announced_at"):
        return None
    audit.record(db, me, "outages.announce", f"outages:{number}", after=await _told(db, cut))
    await board.changed(db)
    return await telling.announced(db, me, cut)


async def over(db: AsyncSession, me: Me, number: int) -> int | None:
    """It is back: say so on the page, and to whom it was told. As `announce`."""
    return await _end(db, me, number, "over_at")


async def withdraw(db: AsyncSession, me: Me, number: int) -> int | None:
    """It does not happen: say so to whom it was told. As `announce`."""
    return await _end(db, me, number, "withdrawn_at")


async def drop(db: AsyncSession, me: Me, number: int) -> None:
    """Throw a draft away. Raises Conflict for one that was announced, Forbidden, NotFound."""
    cut = await cut_of(db, row := await get(db, number))
    await must(db, me, cut.places)
    if row.announced_at:
        raise Conflict("已经通知过的不能删，可以点「不停了」")
    audit.record(db, me, "outages.drop", f"outages:{number}", before=await _told(db, cut))
    await db.execute(delete(Part).where(Part.outage_id == number))
    await db.execute(delete(Outage).where(Outage.id == number))


async def _end(db: AsyncSession, me: Me, number: int, column: str) -> int | None:
    row = await get(db, number)
    await must(db, me, (await cut_of(db, row)).places)
    if row.announced_at is None:
        raise Conflict("还没通知过，不用说恢复")
    if not await _once(db, number, column):
        return None
    verb = "over" if column == "over_at" else "withdraw"
    audit.record(db, me, f"outages.{verb}", f"outages:{number}")
    await board.changed(db)
    return await telling.ended(db, me, await cut_of(db, await get(db, number)))


async def _once(db: AsyncSession, number: int, column: str) -> bool:
    """Set a time that is set once; False if it was, or if the cut is over already."""
    open_ = (Outage.over_at.is_(None), Outage.withdrawn_at.is_(None))
    here = (Outage.id == number, getattr(Outage, column).is_(None), *open_)
    done = update(Outage).where(*here).values({column: clock.now()}).returning(Outage.id)
    return await db.scalar(done) is not None


async def _put(db: AsyncSession, number: int, places: Iterable[Place]) -> None:
    db.add_all(
        Part(outage_id=number, building_id=p.building_id, floor=p.floor, room_id=p.room_id)
        for p in places
    )
    await db.flush()


async def _said(db: AsyncSession, draft: Draft) -> dict[str, str]:
    where = say_places(draft.places, await campus.within(db))
    return {**{name: str(value) for name, value in draft.values.items()}, "places": where}


async def _told(db: AsyncSession, cut: Cut) -> dict[str, str]:
    names = ("kind", "starts_at", "ends_at", "reason", "contact")
    where = say_places(cut.places, await campus.within(db))
    return {**{name: str(getattr(cut, name)) for name in names}, "places": where}
