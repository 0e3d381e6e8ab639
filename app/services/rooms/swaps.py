"""Two who have beds change them, in one step, when both want to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.campus.notify import notify
from app.campus.people.models import Person
from app.campus.places import Bed as PlaceBed
from app.campus.places import Building, Room
from app.kit.errors import Conflict, Forbidden, NotFound
from app.services.rooms import locks
from app.services.rooms.models import Bed, Eligible, Swap
from app.services.rooms.notices import SWAP, SWAPPED
from app.services.rooms.rules import BedState, phase
from app.services.rooms.view import states_of

# First nobody's, then each the other's: a person has one bed at any moment.
_OFF = text("""
UPDATE rooms_beds SET state = 'free', person_id = NULL
WHERE round_id = :round AND bed_id IN (:one_bed, :two_bed)
""")
_ON = text("""
UPDATE rooms_beds SET state = 'taken', team_id = NULL, at = clock_timestamp(),
    person_id = CASE bed_id WHEN :one_bed THEN CAST(:two AS int) ELSE CAST(:one AS int) END
WHERE round_id = :round AND bed_id IN (:one_bed, :two_bed)
""")
_LOG = text("""
INSERT INTO rooms_log (round_id, at, person_id, by_id, what, outcome, bed_id, from_id) VALUES
(:round, clock_timestamp(), :one, :two, 'swap', 'done', :two_bed, :one_bed),
(:round, clock_timestamp(), :two, :two, 'swap', 'done', :one_bed, :two_bed)
""")


@dataclass(frozen=True, slots=True)
class SwapView:
    """A swap that is asked for. `mine`: asked by who looks. Names are of who asked or was asked."""

    id: int
    mine: bool
    other_name: str
    my_bed: str
    their_bed: str
    words: str


async def ask(  # noqa: PLR0917 - what it is about, in the order of the others
    db: AsyncSession, round_id: int, from_id: int, to_number: str, words: str, now: datetime
) -> None:
    """Ask whoever has this admission number for a swap.

    Says the same whether or not there is somebody who has a bed that fits. Raises Conflict.
    """
    found = await locks.shared(db, round_id)
    if phase(found.stage, found.opens_at, found.closes_at, now) != "open":
        raise Conflict("选房开着的时候才能换床")
    mine = await _taken(db, round_id, from_id)
    if mine is None:
        raise Conflict("你还没有床，选好再换")
    query = (
        select(Person.id, Bed.bed_id, Bed.room_id)
        .join(Bed, Bed.person_id == Person.id)
        .where(Person.number == to_number.strip(), Person.id != from_id,
               Bed.round_id == round_id, Bed.state == BedState.TAKEN, Bed.pool_id == mine.pool_id)
    )  # fmt: skip
    row = (await db.execute(query)).one_or_none()
    if row is None:
        return
    new = insert(Swap).values(
        round_id=round_id, from_id=from_id, to_id=row.id, from_bed_id=mine.bed_id,
        to_bed_id=row.bed_id, state="asked", words=words.strip()[:60], at=now,
    )  # fmt: skip
    if await db.scalar(new.on_conflict_do_nothing().returning(Swap.id)) is not None:
        name = await db.scalar(select(Person.name).where(Person.id == from_id)) or ""
        room = await _room_name(db, mine.room_id)
        await notify(db, SWAP, to=[row.id], who=name, room=room, round=round_id)


async def agree(db: AsyncSession, swap_id: int, person_id: int, now: datetime) -> None:
    """Say yes: both beds change hands at once. Raises NotFound, Forbidden, Conflict."""
    round_id = await db.scalar(select(Swap.round_id).where(Swap.id == swap_id))
    if round_id is None:
        raise NotFound("这次换床已经收回了")
    found = await locks.alone(db, round_id)
    swap = await db.get(Swap, swap_id, populate_existing=True)
    if swap is None or swap.state != "asked":
        raise Conflict("这次换床已经有结果了")
    if swap.to_id != person_id:
        raise Forbidden("要被问到的同学来点")
    if phase(found.stage, found.opens_at, found.closes_at, now) != "open":
        raise Conflict("选房开着的时候才能换床")
    one, two = await _taken(db, round_id, swap.from_id), await _taken(db, round_id, swap.to_id)
    if one is None or two is None or (one.bed_id, two.bed_id) != (
        swap.from_bed_id, swap.to_bed_id,
    ):  # fmt: skip
        raise Conflict("有一边已经换到别的床，这次换不成了")
    await _same_pool(db, round_id, swap)
    values = {"round": round_id, "one": swap.from_id, "two": swap.to_id,
              "one_bed": one.bed_id, "two_bed": two.bed_id}  # fmt: skip
    pair = {key: values[key] for key in ("round", "one_bed", "two_bed")}
    await db.execute(_OFF, pair)
    await db.execute(_ON, values)
    await db.execute(_LOG, values)
    swap.state = "agreed"
    await states_of(round_id).changed(db)
    for who, room_id in ((swap.from_id, two.room_id), (swap.to_id, one.room_id)):
        await notify(db, SWAPPED, to=[who], room=await _room_name(db, room_id), round=round_id)


async def refuse(db: AsyncSession, swap_id: int, person_id: int) -> None:
    """Say no, or take back what one asked. Raises NotFound, Conflict."""
    swap = await db.get(Swap, swap_id, with_for_update=True, populate_existing=True)
    if swap is None or person_id not in (swap.from_id, swap.to_id):
        raise NotFound("这次换床已经收回了")
    if swap.state != "asked":
        raise Conflict("这次换床已经有结果了")
    swap.state = "refused" if person_id == swap.to_id else "gone"


async def take_back(db: AsyncSession, round_id: int, person_id: int) -> None:
    """Take back all that one asked for and nobody answered yet."""
    await db.execute(
        update(Swap)
        .where(Swap.round_id == round_id, Swap.from_id == person_id, Swap.state == "asked")
        .values(state="gone")
    )


async def open_swaps(db: AsyncSession, round_id: int, person_id: int) -> list[SwapView]:
    """Swaps that somebody asked for or is asked for, while both still have those beds."""
    one, two = aliased(Bed), aliased(Bed)
    query = (
        select(Swap)
        .join(one, (one.round_id == round_id) & (one.bed_id == Swap.from_bed_id)
              & (one.person_id == Swap.from_id))
        .join(two, (two.round_id == round_id) & (two.bed_id == Swap.to_bed_id)
              & (two.person_id == Swap.to_id))
        .where(Swap.round_id == round_id, Swap.state == "asked",
               or_(Swap.from_id == person_id, Swap.to_id == person_id))
        .order_by(Swap.id)
    )  # fmt: skip
    views = []
    for swap in list(await db.scalars(query)):
        mine = swap.from_id == person_id
        other = swap.to_id if mine else swap.from_id
        beds = (swap.from_bed_id, swap.to_bed_id)
        name = await db.scalar(select(Person.name).where(Person.id == other)) or ""
        names = [await _bed_name(db, bed) for bed in (beds if mine else beds[::-1])]
        views.append(SwapView(swap.id, mine, name, names[0], names[1], swap.words))
    return views


async def _taken(db: AsyncSession, round_id: int, person_id: int) -> Row[int, int, int] | None:
    query = select(Bed.bed_id, Bed.room_id, Bed.pool_id).where(
        Bed.round_id == round_id, Bed.person_id == person_id, Bed.state == BedState.TAKEN
    )
    return (await db.execute(query)).one_or_none()


async def _same_pool(db: AsyncSession, round_id: int, swap: Swap) -> None:
    """Raises Conflict unless both may still choose, in one pool."""
    query = select(Eligible.pool_id).where(
        Eligible.round_id == round_id, Eligible.person_id.in_((swap.from_id, swap.to_id)),
        Eligible.withdrawn_at.is_(None),
    )  # fmt: skip
    pools = list(await db.scalars(query))
    if len(pools) != 2 or len(set(pools)) != 1:
        raise Conflict("你们能选的床位范围不一样，换不成")


async def _bed_name(db: AsyncSession, bed_id: int) -> str:
    query = (
        select(Building.name, Room.number, PlaceBed.label)
        .join(Room, Room.id == PlaceBed.room_id)
        .join(Building, Building.id == Room.building_id)
        .where(PlaceBed.id == bed_id)
    )
    building, number, label = (await db.execute(query)).one()
    return f"{building} {number} {label}"


async def _room_name(db: AsyncSession, room_id: int) -> str:
    query = select(Building.name, Room.number).join(Room.building).where(Room.id == room_id)
    building, number = (await db.execute(query)).one()
    return f"{building} {number}"
