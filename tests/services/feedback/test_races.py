"""Two people at once: one succeeds, the other hears what has become of it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.errors import CampusError, Conflict
from app.services.feedback import cases, office, rounds
from app.services.feedback.models import Case
from app.services.feedback.parts import Actor, actor
from tests.people import UNIT
from tests.services.feedback.conftest import NOON, OTHER, Scene, after

pytestmark = pytest.mark.anyio
Deed = Callable[[AsyncSession, Actor, Case], Awaitable[object]]

TAKE: Deed = lambda db, by, case: office.take(db, by, case, NOON)  # noqa: E731 a table of deeds
ANSWER: Deed = lambda db, by, case: office.answer(db, by, case, NOON, words="好")  # noqa: E731 a table
HAND: Deed = lambda db, by, case: office.hand(  # noqa: E731 a table of deeds
    db, by, case, NOON, unit=OTHER, reason="不归这里"
)
WITHDRAW: Deed = lambda db, by, case: cases.withdraw(db, by, case, NOON)  # noqa: E731 a table


@pytest.mark.parametrize(
    ("one", "other", "sentences"),
    [
        (("head", TAKE), ("operator", TAKE), {"这件刚被人接下了，刷新看看"}),
        (("head", ANSWER), ("operator", ANSWER), {"这件刚刚有人答复了，刷新看看"}),
        (("head", HAND), ("operator", HAND), {"这件刚刚有人动过，刷新看看再来"}),
        (("head", ANSWER), ("alice", WITHDRAW),
         {"这件刚刚有人答复了，刷新看看", "写信的人撤回了，不用再办"}),
        (("head", HAND), ("operator", ANSWER),
         {"这件刚刚有人答复了，刷新看看"}),
    ],
    ids=["take", "answer", "hand", "withdraw", "hand and answer"],
)  # fmt: skip
async def test_of_two_at_once_the_other_hears_why_not(
    scene: Scene, one: tuple[str, Deed], other: tuple[str, Deed], sentences: set[str]
) -> None:
    async with scene.database.session() as db:
        id = (await scene.ask(db)).id
    both = await asyncio.gather(*(_do(scene, id, *who) for who in (one, other)))
    refused = [said for said in both if said]
    if one[1] is HAND and other[1] is ANSWER and not refused:
        return  # handed over first, and then answered by an operator: both were right
    assert len(refused) == 1
    assert refused[0] in sentences


async def _do(scene: Scene, id: int, name: str, deed: Deed) -> str:
    """What was refused, or empty."""
    try:
        async with scene.database.session() as db:
            case = await db.get_one(Case, id)
            by = actor(await scene.me(db, name), case)
            await asyncio.sleep(0.05)  # both have read before either writes
            await deed(db, by, case)
    except Conflict as refusal:
        return str(refusal)
    return ""


async def test_escalation_goes_up_step_by_step_and_each_once(scene: Scene) -> None:
    async with scene.database.session() as db:
        case = await scene.ask(db)  # due Monday 10:00
        await office.take(db, actor(await scene.me(db, "head"), case), case, NOON)
    times = ((1, 0), (2, 1), (2, 7), (5, 1), (5, 2), (6, 2), (9, 0))
    moments = [after(days=days, hours=hours) for days, hours in times]
    done = [await rounds.go_round(scene.database, at) for at in moments]
    assert done == [0, 0, 1, 1, 0, 1, 0]
    async with scene.database.session() as db:
        told = [notice for notice, _ in await scene.told(db, "head")]
        assert told == ["received", "soon", "overdue"]
        assert [notice for notice, _ in await scene.told(db, "operator")] == ["raised"]
        assert (await scene.steps(db, case))[-1] == "late"


async def test_two_rounds_at_once_tell_once(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.ask(db)
    at = after(days=5, hours=1)
    for _ in range(2):
        await asyncio.gather(*(rounds.go_round(scene.database, at) for _ in range(3)))
    async with scene.database.session() as db:
        told = [notice for notice, _ in await scene.told(db, "head")]
    assert told == ["received", "soon", "overdue"]


async def test_an_answer_ends_the_clock_and_silence_closes(scene: Scene) -> None:
    async with scene.database.session() as db:
        case = await scene.answer(db, await scene.ask(db))
        assert case.next_at is None
    assert await rounds.go_round(scene.database, after(days=30)) == 0
    async with scene.database.session() as db:
        assert await rounds.close_silent(db, after(days=6)) == 0
        assert await rounds.close_silent(db, after(days=8)) == 1
        closed = await db.get_one(Case, case.id, populate_existing=True)
        assert (closed.state, (await scene.steps(db, case))[-1]) == ("closed", "close")


async def test_a_reopened_case_has_a_clock_of_its_own(scene: Scene) -> None:
    async with scene.database.session() as db:
        case = await scene.answer(db, await scene.ask(db))
        by = actor(await scene.me(db, "alice"), case)
        case = await cases.reopen(db, by, case, after(days=5), words="又有")
        assert case.due_at > after(days=7)
    assert await rounds.go_round(scene.database, after(days=6)) == 0
    assert await rounds.go_round(scene.database, case.due_at) == 1
    assert await rounds.go_round(scene.database, case.due_at) == 1


async def test_who_may_not_is_refused_before_the_database_is_asked(scene: Scene) -> None:
    async with scene.database.session() as db:
        case = await scene.ask(db, unit=UNIT)
        for name, deed in (("bob", TAKE), ("alice", TAKE), ("head", WITHDRAW), ("bob", WITHDRAW)):
            with pytest.raises(CampusError) as refused:
                await deed(db, actor(await scene.me(db, name), case), case)
            assert refused.value.status in (403, 404)
