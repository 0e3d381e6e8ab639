"""What operators do: pools, hands, placement, cancelling, and the proof that finds faults."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Person
from app.kit import clock
from app.kit.errors import CampusError, Conflict
from app.services.rooms import board, commands, hands, placement, pools, rounds
from app.services.rooms.models import Round
from app.services.rooms.rules import What
from tests.services.rooms.dorm import CHIEF, HOUR, Dorm

pytestmark = pytest.mark.anyio


async def doing(dorm: Dorm, work: Callable[[AsyncSession], Awaitable[object]]) -> object:
    async with dorm.database.session() as db:
        return await work(db)


async def test_a_bed_in_two_pools_is_refused_by_its_name(dorm: Dorm) -> None:
    with pytest.raises(Conflict, match="12号楼 101 1号床已经在「女生」里了"):
        await doing(dorm, lambda db: pools.add_beds(db, CHIEF, dorm.pools[1], dorm.beds[0]))


async def test_nobody_gets_into_a_pool_of_the_other_sex(dorm: Dorm) -> None:
    people = {dorm.girls[0]: dorm.pools[1]}
    with pytest.raises(Conflict, match="性别对不上"):
        await doing(dorm, lambda db: pools.admit(db, CHIEF, dorm.round_id, people))


async def test_an_edit_of_what_somebody_else_edited_is_refused(dorm: Dorm) -> None:
    await dorm.edit(changes=5)
    with pytest.raises(Conflict):
        await doing(dorm, lambda db: rounds.edit(db, CHIEF, dorm.round_id, 1, changes=3))


async def test_placing_and_moving_by_hand_are_written_down(dorm: Dorm) -> None:
    her, (one, two, *_) = dorm.girls[0], dorm.beds[0]
    await doing(dorm, lambda db: hands.place(db, CHIEF, dorm.round_id, her, one, "行动不便"))
    with pytest.raises(Conflict):
        await doing(dorm, lambda db: hands.place(db, CHIEF, dorm.round_id, her, two, "又一次"))
    await doing(dorm, lambda db: hands.move(db, CHIEF, dorm.round_id, her, two, "换下铺"))
    assert await dorm.taken() == {two: her}
    await doing(dorm, lambda db: hands.take_out(db, CHIEF, dorm.round_id, her, "不来了"))
    assert await dorm.taken() == {}
    assert (await dorm.proof()).broken == []


async def test_a_frozen_room_is_chosen_again_when_it_is_reopened(dorm: Dorm) -> None:
    await doing(dorm, lambda db: hands.freeze_room(db, CHIEF, dorm.round_id, dorm.rooms[0], "漏水"))
    assert await dorm.hold(dorm.girls[0], dorm.beds[0][0]) == "frozen"
    await doing(dorm, lambda db: hands.reopen_room(db, CHIEF, dorm.round_id, dorm.rooms[0]))
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    assert (await dorm.proof()).broken == []


async def test_those_left_over_are_placed_as_it_was_shown(dorm: Dorm) -> None:
    await dorm.live(dorm.girls[0], dorm.beds[1][0])
    await doing(dorm, lambda db: rounds.close(db, CHIEF, dorm.round_id))
    async with dorm.database.session() as db:
        shown = await placement.plan(db, dorm.round_id, 7)
        again = await placement.plan(db, dorm.round_id, 7)
    assert (shown, len(shown.placed), shown.left) == (again, 11, [])
    for digest in ("other", shown.digest):
        try:
            await doing(dorm, lambda db, d=digest: placement.apply_plan(
                db, CHIEF, dorm.round_id, 7, d))  # fmt: skip
        except Conflict:
            assert digest == "other"
    taken = await dorm.taken()
    assert {one.bed_id: one.person_id for one in shown.placed}.items() <= taken.items()
    assert (len(taken), (await dorm.proof()).broken) == (12, [])


async def test_a_round_is_applied_cancelled_and_put_back_as_it_was(dorm: Dorm) -> None:
    her = dorm.girls[0]
    await dorm.live(her, dorm.beds[1][0])

    async def room() -> int | None:
        async with dorm.database.session() as db:
            person = await db.get(Person, her)
            return person.room_id if person else None

    steps: list[tuple[Callable[[AsyncSession], Awaitable[object]], int | None]] = [
        (lambda db: rounds.close(db, CHIEF, dorm.round_id), None),
        (lambda db: rounds.apply(db, CHIEF, dorm.round_id), dorm.rooms[1]),
        (lambda db: rounds.cancel(db, CHIEF, dorm.round_id, "名单错了"), None),
        (lambda db: rounds.put_back(db, CHIEF, dorm.round_id), dorm.rooms[1]),
    ]
    for step, lives_in in steps:
        await doing(dorm, step)
        assert await room() == lives_in
    assert await dorm.taken() == {dorm.beds[1][0]: her}


async def test_a_cancelled_round_takes_nobody(dorm: Dorm) -> None:
    await dorm.hold(dorm.girls[0], dorm.beds[0][0])
    await doing(dorm, lambda db: rounds.cancel(db, CHIEF, dorm.round_id, "停水"))
    assert await dorm.confirm(dorm.girls[0]) == "stopped"
    await doing(dorm, lambda db: rounds.put_back(db, CHIEF, dorm.round_id))
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    assert (await dorm.proof()).broken == []


async def test_a_rehearsal_has_its_own_beds_and_changes_nothing(dorm: Dorm) -> None:
    async with dorm.database.session() as db:
        now = clock.now()
        copy = await rounds.copy_for_rehearsal(db, CHIEF, dorm.round_id, now - HOUR, now + HOUR)
        await rounds.ready(db, CHIEF, copy.id, now)
    real, dorm.round_id = dorm.round_id, copy.id
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    await doing(dorm, lambda db: rounds.close(db, CHIEF, copy.id))
    with pytest.raises(Conflict):
        await doing(dorm, lambda db: rounds.apply(db, CHIEF, copy.id))
    dorm.round_id = real
    assert await dorm.taken() == {}


async def test_the_board_counts(dorm: Dorm) -> None:
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    await dorm.hold(dorm.girls[1], dorm.beds[0][1])
    await dorm.hold(dorm.girls[2], dorm.beds[0][0])
    async with dorm.database.session() as db:
        found = await board.stats(db, dorm.round_id)
        rows = await board.residents(db, dorm.round_id)
    girls = found.pools[0]
    assert (girls.beds, girls.taken, girls.held, girls.free, girls.people) == (16, 1, 1, 14, 8)
    assert (found.refusals, found.holding, found.housed) == ({"taken": 1}, 1, 1)
    assert [(row.name, row.room, row.bed) for row in rows] == [("新生0", "101", "1号床")]


BREAKS = {
    "someone who may not choose": "UPDATE rooms_eligible SET withdrawn_at = now()",
    "a bed of another pool": "UPDATE rooms_eligible SET pool_id = :pool",
    "by the log": "UPDATE rooms_beds SET state = 'free', person_id = NULL WHERE state = 'taken'",
    "other sex": "UPDATE campus_people SET sex = '男'",
    "more changes": "UPDATE rooms_eligible SET used = 9",
}


@pytest.mark.parametrize("fault", BREAKS)
async def test_the_proof_finds(dorm: Dorm, fault: str) -> None:
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    async with dorm.database.session() as db:
        assert "都对得上" in await commands.prove(db, [str(dorm.round_id)])
        values = {"pool": dorm.pools[1]} if ":pool" in BREAKS[fault] else {}
        await db.execute(text(BREAKS[fault]), values)
        with pytest.raises(CampusError):
            await commands.prove(db, [str(dorm.round_id)])


async def test_nobody_mends_the_log(dorm: Dorm) -> None:
    await dorm.ask(What.RELEASE, dorm.girls[0])
    for statement in ("UPDATE rooms_log SET outcome = 'done'", "DELETE FROM rooms_log"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with dorm.database.session() as db:
                await db.execute(text(statement))


async def test_the_database_itself_keeps_one_bed_one_person(dorm: Dorm) -> None:
    await dorm.live(dorm.girls[0], dorm.beds[0][0])
    twice = text("UPDATE rooms_beds SET state = 'taken', person_id = :her WHERE bed_id = :bed")
    with pytest.raises(DBAPIError, match="uq_rooms_beds_taken"):
        async with dorm.database.session() as db:
            await db.execute(twice, {"her": dorm.girls[0], "bed": dorm.beds[0][1]})
    async with dorm.database.session() as db:
        assert await db.get(Round, dorm.round_id) is not None
