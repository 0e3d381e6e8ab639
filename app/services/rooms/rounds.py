"""Rounds: made, edited, opened to freshmen, closed, cancelled and put back, applied."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.audit import record, thing
from app.campus.people.me import Me
from app.kit.errors import Conflict, Invalid
from app.services.rooms import locks
from app.services.rooms.models import Bed, Eligible, Gate, Log, Pool, Round
from app.services.rooms.plan import plan_of
from app.services.rooms.rules import Outcome, RoundKind, Stage, Together, What
from app.services.rooms.view import states_of

EDITABLE = ("title", "kind", "opens_at", "closes_at", "hold", "changes", "together", "seed",
            "words")  # fmt: skip
_ROOMS = text("""
WITH now AS (
    SELECT b.person_id, b.bed_id, b.room_id, p.room_id AS old FROM rooms_beds b
    JOIN campus_people p ON p.id = b.person_id WHERE b.round_id = :round AND b.state = 'taken'),
moved AS (
    UPDATE campus_people p SET room_id = now.room_id FROM now WHERE p.id = now.person_id)
INSERT INTO rooms_log (round_id, at, person_id, by_id, what, outcome, data)
SELECT :round, clock_timestamp(), person_id, :by, 'apply', 'done',
    jsonb_build_object('room', room_id, 'before', old) FROM now
""")
_ROOMS_BACK = text("""
UPDATE campus_people p SET room_id = (l.data->>'before')::int FROM (
    SELECT DISTINCT ON (person_id) person_id, data FROM rooms_log
    WHERE round_id = :round AND what = 'apply' ORDER BY person_id, id DESC) l
WHERE p.id = l.person_id AND p.room_id = (l.data->>'room')::int
""")


async def create(  # noqa: PLR0917 - what it is about, in the order of the others
    db: AsyncSession, me: Me, title: str, kind: str, opens_at: datetime, closes_at: datetime, *,
    hold: int = 300, changes: int = 2, together: str = Together.LEADER, seed: int = 1,
    words: str = "",
) -> Round:  # fmt: skip
    """A new round, a draft: nobody sees it yet. Raises Invalid."""
    found = Round(
        title=title, kind=kind, stage=Stage.DRAFT, opens_at=opens_at, closes_at=closes_at,
        hold=hold, changes=changes, together=together, seed=seed, words=words,
        made_by=me.person_id,
    )  # fmt: skip
    _check(found)
    db.add(found)
    await db.flush()
    db.add(Gate(round_id=found.id, last=0, frontier=0))
    record(db, me, "rooms.round", thing("rooms_rounds", found.id), after={"title": title})
    await db.flush()
    return found


async def edit(db: AsyncSession, me: Me, round_id: int, version: int, **fields: Any) -> Round:
    """Change fields of a round, open or not: choices that come after the commit go by the new.

    Raises Conflict when somebody else edited it since `version`, Invalid for values that
    cannot be.
    """
    found = await locks.alone(db, round_id)
    if found.version != version:
        raise Conflict("这一轮刚被别的同事改过，刷新看看再改")
    if wrong := sorted(fields.keys() - set(EDITABLE)):
        raise Invalid(f"这几项改不了：{'、'.join(wrong)}")
    before = {name: getattr(found, name) for name in fields}
    for name, value in fields.items():
        setattr(found, name, value)
    _check(found)
    after = {name: getattr(found, name) for name in fields}
    record(db, me, "rooms.edit", thing("rooms_rounds", round_id), before=before, after=after)
    await wrote(db, me, found, What.EDIT)
    return found


async def ready(db: AsyncSession, me: Me, round_id: int, now: datetime) -> None:
    """Let freshmen see it; it opens by itself. Raises Conflict for a round that lacks something."""
    found = await locks.alone(db, round_id)
    if found.stage not in (Stage.DRAFT, Stage.CLOSED):
        raise Conflict("这一轮已经公布了")
    if found.closes_at <= now:
        raise Conflict("结束时间已经过了，先改时间")
    for table, words in ((Bed, "床位"), (Eligible, "学生名单")):
        if await db.scalar(select(literal(1)).where(table.round_id == round_id).limit(1)) is None:
            raise Conflict(f"还没有{words}，先导入再公布")
    for name in ("rooms_beds", "rooms_eligible", "rooms_turns", "rooms_members", "rooms_waiting"):
        await db.execute(text(f"ANALYZE {name}"))  # the minute it opens is no time to learn sizes
    await _stage(db, me, found, Stage.READY)


async def close(db: AsyncSession, me: Me, round_id: int) -> None:
    """End it before its time, or for good after it; what is held is let go."""
    found = await locks.alone(db, round_id)
    if found.stage != Stage.READY:
        raise Conflict("这一轮没有在进行")
    await _let_go(db, round_id)
    await _stage(db, me, found, Stage.CLOSED)


async def cancel(db: AsyncSession, me: Me, round_id: int, why: str) -> None:
    """As if it had not been: rooms that it gave to people go back. It can be put back."""
    found = await locks.alone(db, round_id)
    if found.stage == Stage.CANCELLED:
        raise Conflict("这一轮已经取消了")
    if not why.strip():
        raise Invalid("写一句为什么取消")
    if found.stage == Stage.APPLIED:
        await db.execute(_ROOMS_BACK, {"round": round_id})
    await _let_go(db, round_id)
    found.before = found.stage
    await _stage(db, me, found, Stage.CANCELLED, what=What.CANCEL,
                 data={"why": why.strip()})  # fmt: skip


async def put_back(db: AsyncSession, me: Me, round_id: int) -> None:
    """Put a cancelled round back as it was: its stage, everybody's beds, rooms if applied."""
    found = await locks.alone(db, round_id)
    if found.stage != Stage.CANCELLED:
        raise Conflict("这一轮没有取消")
    stage, found.before = found.before or Stage.DRAFT, ""
    if stage == Stage.APPLIED:
        await db.execute(_ROOMS, {"round": round_id, "by": me.person_id})
    await _stage(db, me, found, stage, what=What.RESTORE)


async def apply(db: AsyncSession, me: Me, round_id: int) -> int:
    """Write everybody's new room to the roster; how many. Raises Conflict."""
    found = await locks.alone(db, round_id)
    if found.kind == RoundKind.REHEARSAL:
        raise Conflict("演练不改住宿名单")
    if found.stage != Stage.CLOSED:
        raise Conflict("先结束这一轮，再写进住宿名单")
    result = await db.execute(_ROOMS, {"round": round_id, "by": me.person_id})
    await _stage(db, me, found, Stage.APPLIED)
    return int(getattr(result, "rowcount", 0))


async def copy_for_rehearsal(
    db: AsyncSession, me: Me, round_id: int, opens_at: datetime, closes_at: datetime
) -> Round:
    """A rehearsal on the real data: the same pools, people and beds, all of them free."""
    found = await locks.alone(db, round_id)
    made = await create(
        db, me, f"{found.title} 演练", RoundKind.REHEARSAL, opens_at, closes_at, hold=found.hold,
        changes=found.changes, together=found.together, seed=found.seed, words=found.words,
    )  # fmt: skip
    pools: dict[int, int] = {}
    for pool in list(await db.scalars(select(Pool).where(Pool.round_id == round_id))):
        copy = Pool(round_id=made.id, name=pool.name, college=pool.college, sex=pool.sex,
                    level=pool.level, needs=pool.needs)  # fmt: skip
        db.add(copy)
        await db.flush()
        pools[pool.id] = copy.id
    for old, new in pools.items():
        of_pool = {"made": made.id, "new": new, "old": old}
        await db.execute(_COPY_BEDS, of_pool)
        await db.execute(_COPY_PEOPLE, of_pool)
    return made


_COPY_BEDS = text("""
INSERT INTO rooms_beds (round_id, bed_id, room_id, pool_id, state, frozen)
SELECT :made, bed_id, room_id, :new, CASE state WHEN 'frozen' THEN 'frozen' ELSE 'free' END, frozen
FROM rooms_beds WHERE pool_id = :old
""")
_COPY_PEOPLE = text("""
INSERT INTO rooms_eligible (round_id, person_id, pool_id)
SELECT :made, person_id, :new FROM rooms_eligible WHERE pool_id = :old AND withdrawn_at IS NULL
""")


async def wrote(
    db: AsyncSession, me: Me | None, found: Round, what: What, data: dict[str, Any] | None = None
) -> None:
    """After a change of the round or what belongs to it: a new version, and all processes hear."""
    found.version += 1
    await db.execute(
        insert(Log).values(
            round_id=found.id, by_id=me.person_id if me else None, what=what,
            outcome=Outcome.DONE, data=data,
        )
    )  # fmt: skip
    await told(db, found.id)


async def told(db: AsyncSession, round_id: int) -> None:
    """All processes read the round and its beds anew."""
    await plan_of(round_id).changed(db)
    await states_of(round_id).changed(db)


async def _stage(
    db: AsyncSession, me: Me, found: Round, stage: str, *, what: What = What.EDIT,
    data: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    before, found.stage = found.stage, stage
    record(db, me, "rooms.stage", thing("rooms_rounds", found.id), before={"stage": before},
           after={"stage": stage, **(data or {})})  # fmt: skip
    await wrote(db, me, found, what, {"stage": stage, **(data or {})})


_LET_GO = text("""
SELECT rooms_free(:round, array_agg(bed_id), 'expire', NULL, clock_timestamp())
FROM rooms_beds WHERE round_id = :round AND state = 'held'
""")


async def _let_go(db: AsyncSession, round_id: int) -> None:
    await db.execute(_LET_GO, {"round": round_id})


def _check(found: Round) -> None:
    """Raises Invalid."""
    if not found.title.strip():
        raise Invalid("给这一轮起个名字")
    if found.kind not in set(RoundKind) or found.together not in set(Together):
        raise Invalid("选一种轮次")
    if found.opens_at >= found.closes_at:
        raise Invalid("结束要比开始晚")
    if not 30 <= found.hold <= 3600:
        raise Invalid("留床时间在 30 秒到 1 小时之间")
    if not 0 <= found.changes <= 20:
        raise Invalid("改的次数在 0 到 20 之间")
