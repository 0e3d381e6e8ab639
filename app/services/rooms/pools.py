"""Pools: which beds are for whom, and who may choose among them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record, thing
from app.campus.people.me import Me
from app.campus.people.models import Person
from app.campus.places import Bed as PlaceBed
from app.campus.places import Building, Room
from app.kit import clock
from app.kit.errors import Conflict, Invalid, NotFound
from app.services.rooms import locks
from app.services.rooms.models import Bed, Eligible, Member, Pool, Team
from app.services.rooms.rounds import told, wrote
from app.services.rooms.rules import BedState, What

MANY = 5000  # rows of one statement


async def add_pool(
    db: AsyncSession, me: Me, round_id: int, name: str, sex: str, *, college: str = "",
    level: str = "", needs: str = "",
) -> Pool:  # fmt: skip
    """A new pool without beds. `sex`: 男, 女, or empty for any. Raises Conflict, Invalid."""
    await locks.alone(db, round_id)
    if not name.strip() or sex not in ("", "男", "女"):
        raise Invalid("给床位池起个名字，性别选男、女，或者不限")
    same = select(Pool.id).where(Pool.round_id == round_id, Pool.name == name.strip())
    if await db.scalar(same) is not None:
        raise Conflict(f"已经有「{name.strip()}」了")
    pool = Pool(round_id=round_id, name=name.strip(), college=college, sex=sex, level=level,
                needs=needs)  # fmt: skip
    db.add(pool)
    await db.flush()
    record(db, me, "rooms.pool", thing("rooms_pools", pool.id), after={"name": pool.name})
    return pool


async def add_beds(db: AsyncSession, me: Me, pool_id: int, bed_ids: Sequence[int]) -> int:
    """Put beds into a pool; how many were new. Raises Conflict that names a bed of another pool."""
    pool = await _pool(db, pool_id)
    found = await locks.alone(db, pool.round_id)
    wanted = sorted(set(bed_ids))
    for bed in await _places(db, pool.round_id, wanted):
        if bed.pool_id is not None and bed.pool_id != pool_id:
            raise Conflict(f"{bed.building} {bed.number} {bed.label}已经在「{bed.pool}」里了")
        if bed.gone_at is not None:
            raise Conflict(f"{bed.building} {bed.number} {bed.label}已经撤掉了")
    new = 0
    for at in range(0, len(wanted), MANY):
        rows = select(
            literal(pool.round_id), PlaceBed.id, PlaceBed.room_id, literal(pool_id)
        ).where(PlaceBed.id.in_(wanted[at : at + MANY]))
        added = insert(Bed).from_select(["round_id", "bed_id", "room_id", "pool_id"], rows)
        new += len(list(await db.scalars(added.on_conflict_do_nothing().returning(Bed.bed_id))))
    record(db, me, "rooms.beds", thing("rooms_pools", pool_id), after={"added": new})
    await wrote(db, me, found, What.EDIT, {"beds": new})
    return new


async def take_beds(db: AsyncSession, me: Me, round_id: int, bed_ids: Sequence[int]) -> int:
    """Take beds out of the round: those that nobody has or ever asked for; how many."""
    found = await locks.alone(db, round_id)
    gone = delete(Bed).where(
        Bed.round_id == round_id, Bed.bed_id.in_(bed_ids),
        Bed.state.in_((BedState.FREE, BedState.FROZEN)),
    )  # fmt: skip
    count = len(list(await db.scalars(gone.returning(Bed.bed_id))))
    record(db, me, "rooms.beds", thing("rooms_rounds", round_id), after={"taken out": count})
    await wrote(db, me, found, What.EDIT, {"beds": -count})
    return count


async def admit(db: AsyncSession, me: Me, round_id: int, people: Mapping[int, int]) -> int:
    """Let people choose: {person: pool}; how many are new or in another pool than before.

    Raises Conflict for somebody of the other sex, or who has a bed in the pool they are in.
    """
    found = await locks.alone(db, round_id)
    pools = {p.id: p for p in await db.scalars(select(Pool).where(Pool.round_id == round_id))}
    if strange := set(people.values()) - pools.keys():
        raise NotFound(f"这一轮没有编号 {min(strange)} 的床位池")
    changed = {id: people[id] for id in people.keys() - await _already(db, round_id, people)}
    for id, name, sex in await _sexes(db, changed):
        pool = pools[changed[id]]
        if pool.sex and sex != pool.sex:
            raise Conflict(f"{name}不能进「{pool.name}」：性别对不上")
    await _no_beds(db, round_id, changed)
    rows = [{"round_id": round_id, "person_id": id, "pool_id": changed[id]} for id in changed]
    for at in range(0, len(rows), MANY):
        new = insert(Eligible).values(rows[at : at + MANY])
        await db.execute(
            new.on_conflict_do_update(
                index_elements=["round_id", "person_id"],
                set_={"pool_id": new.excluded.pool_id, "withdrawn_at": None},
            )
        )
    record(db, me, "rooms.people", thing("rooms_rounds", round_id), after={"people": len(rows)})
    await wrote(db, me, found, What.EDIT, {"people": len(rows)})
    return len(rows)


async def withdraw(db: AsyncSession, me: Me, round_id: int, person_id: int, why: str) -> None:
    """They may not choose any more, and what they have or hold is freed. Raises NotFound."""
    found = await locks.alone(db, round_id)
    row = await _eligible(db, round_id, person_id)
    await db.execute(_OUT_OF, {"round": round_id, "person": person_id, "by": me.person_id})
    teams = select(Team.id).where(Team.round_id == round_id, Team.ended_at.is_(None))
    await db.execute(delete(Member).where(Member.person_id == person_id, Member.team_id.in_(teams)))
    await db.execute(_NEXT_LEADER, {"round": round_id, "person": person_id})
    row.withdrawn_at = clock.now()
    record(db, me, "rooms.withdraw", thing("person", person_id), after={"why": why})
    await wrote(db, me, found, What.EDIT, {"withdrawn": person_id, "why": why})


async def bring_back(db: AsyncSession, me: Me, round_id: int, person_id: int) -> None:
    """They may choose again; their bed went to the others. Raises NotFound."""
    found = await locks.alone(db, round_id)
    row = await _eligible(db, round_id, person_id)
    row.withdrawn_at = None
    record(db, me, "rooms.bring_back", thing("person", person_id))
    await wrote(db, me, found, What.EDIT, {"back": person_id})
    await told(db, round_id)


_OUT_OF = text("""
SELECT rooms_free(:round, array_agg(bed_id), 'withdraw', :by, clock_timestamp())
FROM rooms_beds WHERE round_id = :round AND person_id = :person
""")
# A team whose leader is gone is led by who agreed first; one of nobody is over.
_NEXT_LEADER = text("""
UPDATE rooms_teams t SET
    leader_id = coalesce((SELECT m.person_id FROM rooms_members m WHERE m.team_id = t.id
        AND m.agreed_at IS NOT NULL ORDER BY m.agreed_at, m.person_id LIMIT 1), leader_id),
    ended_at = CASE WHEN EXISTS (SELECT FROM rooms_members m WHERE m.team_id = t.id
        AND m.agreed_at IS NOT NULL) THEN NULL ELSE clock_timestamp() END
WHERE t.round_id = :round AND t.leader_id = :person AND t.ended_at IS NULL
""")


async def _pool(db: AsyncSession, pool_id: int) -> Pool:
    if (pool := await db.get(Pool, pool_id)) is None:
        raise NotFound("没有这个床位池")
    return pool


async def _eligible(db: AsyncSession, round_id: int, person_id: int) -> Eligible:
    row = await db.get(Eligible, (round_id, person_id), populate_existing=True)
    if row is None:
        raise NotFound("这一轮的名单里没有这位同学")
    return row


async def _places(
    db: AsyncSession, round_id: int, bed_ids: Sequence[int]
) -> Sequence[Row[*tuple[Any, ...]]]:
    query = (
        select(PlaceBed.label, PlaceBed.gone_at, Room.number, Building.name.label("building"),
               Bed.pool_id, Pool.name.label("pool"))
        .join(Room, Room.id == PlaceBed.room_id)
        .join(Building, Building.id == Room.building_id)
        .outerjoin(Bed, (Bed.bed_id == PlaceBed.id) & (Bed.round_id == round_id))
        .outerjoin(Pool, Pool.id == Bed.pool_id)
        .where(PlaceBed.id.in_(bed_ids))
        .order_by(PlaceBed.id)
    )  # fmt: skip
    return (await db.execute(query)).all()


async def _already(db: AsyncSession, round_id: int, people: Mapping[int, int]) -> set[int]:
    query = select(Eligible.person_id, Eligible.pool_id).where(
        Eligible.round_id == round_id, Eligible.withdrawn_at.is_(None)
    )
    return {id for id, pool_id in await db.execute(query) if people.get(id) == pool_id}


async def _sexes(db: AsyncSession, people: Mapping[int, int]) -> Sequence[Row[int, str, str]]:
    query = select(Person.id, Person.name, Person.sex).where(Person.id.in_(list(people)))
    return (await db.execute(query)).all()


async def _no_beds(db: AsyncSession, round_id: int, people: Mapping[int, int]) -> None:
    """Raises Conflict if one of them has a bed already; what they hold is let go."""
    query = (
        select(Person.name)
        .join(Bed, Bed.person_id == Person.id)
        .where(Bed.round_id == round_id, Bed.state == BedState.TAKEN, Person.id.in_(list(people)))
        .limit(1)
    )
    if (name := await db.scalar(query)) is not None:
        raise Conflict(f"{name}已经选好床了，先把床位移走再换床位池")
    await db.execute(_LET_GO, {"round": round_id, "people": list(people)})


_LET_GO = text("""
SELECT rooms_free(:round, array_agg(bed_id), 'release', NULL, clock_timestamp())
FROM rooms_beds WHERE round_id = :round AND state = 'held' AND person_id = ANY(:people)
""")
