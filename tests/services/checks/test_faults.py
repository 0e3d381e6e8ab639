"""The way of a fault, for every state and everybody; two at once; deadlines; what is kept."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.privacy import Subject, export, forget_person
from app.kit.errors import CampusError, Conflict, Forbidden, Invalid
from app.services.checks import faults, overdue
from app.services.checks.models import Fault, Photo, Step, Visit
from app.services.checks.rules import Move, State
from tests.services.checks.conftest import NOON, Scene, after

pytestmark = pytest.mark.anyio
Act = Callable[[Scene, AsyncSession, str, int], Awaitable[object]]


async def fix(scene: Scene, db: AsyncSession, name: str, id: int) -> object:
    shot = await scene.photo(db)
    return await faults.fix(db, await scene.me(db, name), id, NOON, words="", uploads=[shot])


async def good(scene: Scene, db: AsyncSession, name: str, id: int) -> object:
    return await faults.judge(db, await scene.me(db, name), id, NOON, good=True)


async def bad(scene: Scene, db: AsyncSession, name: str, id: int) -> object:
    return await faults.judge(db, await scene.me(db, name), id, NOON, good=False, words="还油")


async def drop(scene: Scene, db: AsyncSession, name: str, id: int) -> object:
    return await faults.drop(db, await scene.me(db, name), id, NOON, words="查错了")


async def hand(scene: Scene, db: AsyncSession, name: str, id: int) -> object:
    return await faults.hand(db, await scene.me(db, name), id, NOON, to=scene.ids["worker"])


async def later(scene: Scene, db: AsyncSession, name: str, id: int) -> object:
    me = await scene.me(db, name)
    return await faults.later(db, me, id, NOON, until=after(days=3), words="等配件")


ACTS: dict[Move, Act] = {
    Move.FIX: fix, Move.PASS: good, Move.FAIL: bad, Move.DROP: drop, Move.HAND: hand,
    Move.LATER: later,
}  # fmt: skip
# How a fault gets into each state.
WAYS: dict[State, tuple[tuple[Move, str], ...]] = {
    State.OPEN: (), State.FIXED: ((Move.FIX, "hired"),),
    State.FAILED: ((Move.FIX, "hired"), (Move.FAIL, "inspector")),
    State.PASSED: ((Move.FIX, "hired"), (Move.PASS, "inspector")),
    State.DROPPED: ((Move.DROP, "head"),),
}  # fmt: skip
MENDS = {State.OPEN, State.FAILED}
RUNS = {"head", "operator", "administrator"}
LOOKS = RUNS | {"inspector", "second"}
ALLOWED: dict[Move, tuple[set[State], set[str]]] = {
    Move.FIX: (MENDS, {"hired"} | RUNS), Move.PASS: ({State.FIXED}, LOOKS),
    Move.FAIL: ({State.FIXED}, LOOKS), Move.DROP: (MENDS, RUNS), Move.HAND: (MENDS, LOOKS),
    Move.LATER: (MENDS, RUNS),
}  # fmt: skip
KNOWN = LOOKS | {"hired"}
EVERYBODY = [*sorted(KNOWN), "rival", "stranger", "keeper", "worker", "leader", "supervisor",
             "contractor", "alice", "teacher"]  # fmt: skip


async def arrive(scene: Scene, db: AsyncSession, state: State) -> int:
    """A fault in `state`."""
    fault = await scene.fault(db)
    for move, name in WAYS[state]:
        await ACTS[move](scene, db, name, fault.id)
    return fault.id


async def outcome(scene: Scene, move: Move, name: str, id: int) -> str:
    """What becomes of it: the name of the refusal, or nothing; and nothing stays of it."""
    try:
        async with scene.database.session() as db:
            await ACTS[move](scene, db, name, id)
            raise Undone
    except Undone:
        return ""
    except CampusError as refusal:
        return type(refusal).__name__


class Undone(Exception):
    """Rolls back what went well."""


@pytest.mark.parametrize("state", State)
async def test_everybody_can_do_what_is_theirs_and_nothing_else(scene: Scene, state: State) -> None:
    async with scene.database.session() as db:
        id = await arrive(scene, db, state)
    for move, (states, people) in ALLOWED.items():
        for name in EVERYBODY:
            right = "" if state in states else "Conflict"
            wrong = "Forbidden" if name in KNOWN else "NotFound"
            expected = right if name in people else wrong
            assert await outcome(scene, move, name, id) == expected, (state, move, name)


async def test_the_story_of_a_fault_that_is_mended_twice(scene: Scene) -> None:
    async with scene.database.session() as db:
        id = await arrive(scene, db, State.FAILED)
        await fix(scene, db, "hired", id)
        await good(scene, db, "second", id)
        fault = await db.get_one(Fault, id, populate_existing=True)
        assert (fault.state, fault.tries, fault.closed_at) == ("passed", 1, NOON)
        steps = await db.scalars(select(Step.what).order_by(Step.id))
        assert list(steps) == ["found", "fix", "fail", "fix", "pass"]
        assert await scene.told(db, "hired") == ["found", "failed", "passed"]
        assert await scene.told(db, "inspector") == ["fixed", "fixed"]
        assert await db.scalar(select(func.count(Photo.id))) == 2


async def test_nobody_passes_what_they_mended_themselves(scene: Scene) -> None:
    async with scene.database.session() as db:
        fault = await scene.fault(db)
        await fix(scene, db, "head", fault.id)
        with pytest.raises(Forbidden, match="自己改的让同事来复查"):
            await good(scene, db, "head", fault.id)
        await good(scene, db, "inspector", fault.id)


async def test_mending_wants_a_photo_and_sending_back_a_word(scene: Scene) -> None:
    async with scene.database.session() as db:
        fault, hired = await scene.fault(db), await scene.me(db, "hired")
        with pytest.raises(Invalid, match="照片"):
            await faults.fix(db, hired, fault.id, NOON, words="好了", uploads=[])
        await fix(scene, db, "hired", fault.id)
        inspector = await scene.me(db, "inspector")
        with pytest.raises(Invalid, match="哪里还不行"):
            await faults.judge(db, inspector, fault.id, NOON, good=False, words=" ")


@pytest.mark.parametrize(
    ("state", "first", "second"),
    [
        (State.OPEN, (Move.FIX, "hired"), (Move.FIX, "head")),
        (State.OPEN, (Move.FIX, "hired"), (Move.DROP, "head")),
        (State.FIXED, (Move.PASS, "inspector"), (Move.FAIL, "second")),
        (State.FIXED, (Move.PASS, "inspector"), (Move.PASS, "second")),
    ],
)
async def test_of_two_at_once_one_succeeds(
    scene: Scene, state: State, first: tuple[Move, str], second: tuple[Move, str]
) -> None:
    async with scene.database.session() as db:
        id = await arrive(scene, db, state)
        steps = await db.scalar(select(func.count(Step.id))) or 0

    async def one(move: Move, name: str) -> str:
        try:
            async with scene.database.session() as db:
                await ACTS[move](scene, db, name, id)
        except Conflict:
            return "Conflict"
        return ""

    found = await asyncio.gather(one(*first), one(*second))
    assert sorted(found) == ["", "Conflict"]
    async with scene.database.session() as db:
        done = await db.scalar(select(func.count(Step.id))) or 0
    assert done - steps == 1


async def test_a_fault_that_was_none_counts_for_nobody(scene: Scene) -> None:
    async with scene.database.session() as db:
        fault = await scene.fault(db)
        assert await scene.fact(db, "fault") == 1
        await drop(scene, db, "head", fault.id)
        assert await scene.fact(db, "fault") == 0


async def test_who_takes_it_over_has_it_and_hears_of_it(scene: Scene) -> None:
    async with scene.database.session() as db:
        fault = await scene.fault(db)
        await hand(scene, db, "inspector", fault.id)
        assert await scene.told(db, "worker") == ["found"]
        assert await scene.fact(db, "fault") == 1
        me = await scene.me(db, "inspector")
        with pytest.raises(Invalid, match="换一位"):
            await faults.hand(db, me, fault.id, NOON, to=scene.ids["alice"])
        await fix(scene, db, "worker", fault.id)


async def test_what_is_late_is_told_to_the_owner_then_to_the_head_each_once(
    scene: Scene,
) -> None:
    async with scene.database.session() as db:
        fault = await scene.fault(db)
        assert await overdue.sweep(db, fault.due_at - (after(minutes=1) - NOON)) == 0
        for _ in range(2):
            await overdue.sweep(db, fault.due_at)
        assert await scene.told(db, "hired") == ["found", "overdue"]
        assert await scene.told(db, "head") == []
        for _ in range(2):
            await overdue.sweep(db, fault.head_at)
        assert await scene.told(db, "hired") == ["found", "overdue"]
        assert await scene.told(db, "head") == ["overdue_head"]
        assert await scene.fact(db, "overdue") == 1


async def test_another_deadline_is_another_chance(scene: Scene) -> None:
    async with scene.database.session() as db:
        fault = await scene.fault(db)
        await overdue.sweep(db, fault.due_at)
        await later(scene, db, "head", fault.id)
        await overdue.sweep(db, after(days=3, hours=1))
        assert await scene.told(db, "hired") == ["found", "overdue", "later", "overdue"]
        assert await scene.fact(db, "overdue") == 2


async def test_what_is_mended_is_not_late_while_it_waits(scene: Scene) -> None:
    async with scene.database.session() as db:
        id = await arrive(scene, db, State.FIXED)
        assert await overdue.sweep(db, after(days=9)) == 0
        assert id


async def test_of_who_is_deleted_the_check_stays_without_the_name(scene: Scene) -> None:
    async with scene.database.session() as db:
        await arrive(scene, db, State.FIXED)
        told = await export(db, Subject(person_id=scene.ids["inspector"]), NOON)
        assert told["检查"][0]["地方"] == "第二食堂"
        for name in ("inspector", "hired"):
            await forget_person(db, await scene.me(db, name), NOON)
        fault = (await db.scalars(select(Fault).execution_options(populate_existing=True))).one()
        assert (fault.found_by, fault.fixed_by, fault.state) == (None, None, "fixed")
        visit = select(Visit.by_id).where(Visit.state == "done")
        assert await db.scalar(visit) is None
        steps = select(func.count(Step.id)).where(Step.by_id.is_not(None))
        assert await db.scalar(steps) == 0
        await good(scene, db, "second", fault.id)
