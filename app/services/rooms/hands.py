"""What operators do by hand, each with a reason: freeze, place, move, take out."""

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record, thing
from app.campus.notify import notify
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.places import Building, Room
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.services.rooms import locks
from app.services.rooms.models import Bed, Eligible, Log, Pool, Round
from app.services.rooms.notices import MOVED, PLACED
from app.services.rooms.rounds import told
from app.services.rooms.rules import BedState, Outcome, RoundKind, What

_FREE = text("""
SELECT rooms_free(:round, array_agg(bed_id), :what, :by, clock_timestamp()) FROM rooms_beds
WHERE round_id = :round AND bed_id = ANY(:beds)
""")


async def freeze_room(db: AsyncSession, me: Me, round_id: int, room_id: int, why: str) -> int:
    """Nobody chooses there for now; how many beds. Holds end, whoever has a bed there keeps it."""
    if not why.strip():
        raise Invalid("写一句为什么不开放")
    await locks.alone(db, round_id)
    beds = await _beds(db, round_id, room_id)
    held = [bed.bed_id for bed in beds if bed.state == BedState.HELD]
    await _free(db, me, round_id, held, What.RELEASE)
    ids = [bed.bed_id for bed in beds if bed.state not in (BedState.TAKEN, BedState.FROZEN)]
    await db.execute(
        update(Bed)
        .where(Bed.round_id == round_id, Bed.bed_id.in_(ids))
        .values(state=BedState.FROZEN, frozen=why.strip(), at=clock.now())
    )
    await _write(db, me, round_id, What.FREEZE, ids)
    record(db, me, "rooms.freeze", thing("room", room_id), after={"why": why, "beds": len(ids)})
    await told(db, round_id)
    return len(ids)


async def reopen_room(db: AsyncSession, me: Me, round_id: int, room_id: int) -> int:
    """Its frozen beds can be chosen again; how many. Those in its line come first."""
    await locks.alone(db, round_id)
    beds = await _beds(db, round_id, room_id)
    ids = [bed.bed_id for bed in beds if bed.state == BedState.FROZEN]
    await _write(db, me, round_id, What.THAW, ids)
    await db.execute(update(Bed).where(Bed.round_id == round_id, Bed.bed_id.in_(ids))
                     .values(state=BedState.FREE, frozen=""))  # fmt: skip
    await db.flush()
    await _kept_for_line(db, round_id, room_id, ids)
    record(db, me, "rooms.reopen", thing("room", room_id), after={"beds": len(ids)})
    await told(db, round_id)
    return len(ids)


async def place(  # noqa: PLR0917 - what it is about, in the order of the others
    db: AsyncSession, me: Me, round_id: int, person_id: int, bed_id: int, why: str
) -> None:
    """Give a bed to somebody who has none. Raises Conflict, NotFound, Invalid."""
    await locks.alone(db, round_id)
    if await _taken_by(db, round_id, person_id) is not None:
        raise Conflict("这位同学已经有床了，用「移动」")
    await _put(db, me, round_id, person_id, bed_id, why, What.PLACE)


async def move(  # noqa: PLR0917 - what it is about, in the order of the others
    db: AsyncSession, me: Me, round_id: int, person_id: int, bed_id: int, why: str
) -> None:
    """Give somebody another bed; the old one is freed. Raises Conflict, NotFound, Invalid."""
    await locks.alone(db, round_id)
    if await _taken_by(db, round_id, person_id) is None:
        raise Conflict("这位同学还没有床，用「安排」")
    await _put(db, me, round_id, person_id, bed_id, why, What.MOVE)


async def take_out(db: AsyncSession, me: Me, round_id: int, person_id: int, why: str) -> None:
    """Free somebody's bed; they may choose again. Raises Conflict, Invalid."""
    if not why.strip():
        raise Invalid("写一句为什么")
    await locks.alone(db, round_id)
    if (bed_id := await _taken_by(db, round_id, person_id)) is None:
        raise Conflict("这位同学没有床")
    await _free(db, me, round_id, [bed_id], What.OUT)
    record(db, me, "rooms.out", thing("person", person_id), after={"bed": bed_id, "why": why})
    await told(db, round_id)


async def _put(  # noqa: PLR0917 - what it is about, in the order of the others
    db: AsyncSession, me: Me, round_id: int, person_id: int, bed_id: int, why: str, what: What
) -> None:
    if not why.strip():
        raise Invalid("写一句为什么")
    bed = await db.get(Bed, (round_id, bed_id), populate_existing=True)
    if bed is None:
        raise NotFound("这一轮没有这张床")
    await _fits(db, round_id, person_id, bed)
    old = await _taken_by(db, round_id, person_id)
    if bed.state == BedState.TAKEN:
        raise Conflict("这张床有人了，先把人移走")
    held = select(Bed.bed_id).where(
        Bed.round_id == round_id, Bed.state == BedState.HELD,
        (Bed.bed_id == bed_id) | (Bed.person_id == person_id),
    )  # fmt: skip
    await _free(db, me, round_id, list(await db.scalars(held)), What.RELEASE)
    if bed.state == BedState.FROZEN:
        await _write(db, me, round_id, What.THAW, [bed_id])
    await db.execute(
        insert(Log).values(round_id=round_id, person_id=person_id, by_id=me.person_id, what=what,
                           outcome=Outcome.DONE, bed_id=bed_id, from_id=old, data={"why": why})
    )  # fmt: skip
    if old is not None:
        await db.execute(_FREE, {"round": round_id, "what": None, "by": None, "beds": [old]})
    new = {"state": BedState.TAKEN, "person_id": person_id, "team_id": None, "held_until": None,
           "frozen": "", "at": clock.now()}  # fmt: skip
    await db.execute(
        update(Bed).where(Bed.round_id == round_id, Bed.bed_id == bed_id).values(**new)
    )
    record(db, me, f"rooms.{what}", thing("person", person_id),
           before={"bed": old}, after={"bed": bed_id, "why": why})  # fmt: skip
    await told(db, round_id)
    await _tell(db, round_id, person_id, bed.room_id, why if what == What.MOVE else "")


async def _fits(db: AsyncSession, round_id: int, person_id: int, bed: Bed) -> None:
    """Raises Conflict unless they are on the round's list, in the bed's pool, and of its sex."""
    query = (
        select(Eligible, Person.sex, Person.gone_at)
        .join(Person, Person.id == Eligible.person_id)
        .where(Eligible.round_id == round_id, Eligible.person_id == person_id)
    )
    row = (await db.execute(query)).one_or_none()
    if row is None or row[0].withdrawn_at is not None or row[2] is not None:
        raise Conflict("这一轮的名单里没有这位同学，或者已经退出")
    pool = await db.get(Pool, bed.pool_id)
    if row[0].pool_id != bed.pool_id or (pool and pool.sex not in ("", row[1])):
        raise Conflict("这张床不在这位同学的床位池里，先调整名单")


async def _beds(db: AsyncSession, round_id: int, room_id: int) -> list[Bed]:
    query = select(Bed).where(Bed.round_id == round_id, Bed.room_id == room_id)
    fresh = query.order_by(Bed.bed_id).execution_options(populate_existing=True)
    found = list(await db.scalars(fresh))
    if not found:
        raise NotFound("这一轮没有这间的床")
    return found


async def _taken_by(db: AsyncSession, round_id: int, person_id: int) -> int | None:
    return await db.scalar(select(Bed.bed_id).where(
        Bed.round_id == round_id, Bed.person_id == person_id, Bed.state == BedState.TAKEN
    ))  # fmt: skip


async def _free(db: AsyncSession, me: Me, round_id: int, beds: list[int], what: What) -> None:
    if beds:
        by = {"round": round_id, "what": what, "by": me.person_id, "beds": beds}
        await db.execute(_FREE, by)


async def _write(db: AsyncSession, me: Me, round_id: int, what: What, beds: list[int]) -> None:
    if beds:
        await db.execute(insert(Log), [
            {"round_id": round_id, "by_id": me.person_id, "what": what, "outcome": Outcome.DONE,
             "bed_id": bed} for bed in beds
        ])  # fmt: skip


async def _kept_for_line(db: AsyncSession, round_id: int, room_id: int, beds: list[int]) -> None:
    query = text("""
        UPDATE rooms_beds SET state = 'kept' WHERE round_id = :round AND bed_id = ANY(:beds)
        AND EXISTS (SELECT FROM rooms_waiting w WHERE w.round_id = :round AND w.room_id = :room
            AND w.state = 'waiting')""")
    await db.execute(query, {"round": round_id, "room": room_id, "beds": beds})


async def _tell(db: AsyncSession, round_id: int, person_id: int, room_id: int, why: str) -> None:
    found = await db.get(Round, round_id)
    if found is not None and found.kind == RoundKind.REHEARSAL:
        return
    query = select(Building.name, Room.number).join(Room.building).where(Room.id == room_id)
    building, number = (await db.execute(query)).one()
    if why:
        await notify(db, MOVED, to=[person_id], room=f"{building} {number}", reason=why,
                     round=round_id)  # fmt: skip
    else:
        await notify(db, PLACED, to=[person_id], room=f"{building} {number}", round=round_id)
