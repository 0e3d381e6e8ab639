"""Teams: consent of each, no more than the room has, all beds or none."""

import pytest

from app.kit import clock
from app.kit.errors import Conflict, NotFound
from app.services.rooms import line, swaps, team_views, teams
from app.services.rooms.rules import What
from tests.services.rooms.dorm import Dorm

pytestmark = pytest.mark.anyio


async def test_a_team_gets_its_beds_in_one_room_or_none(dorm: Dorm) -> None:
    await dorm.live(dorm.girls[5], dorm.beds[0][0])
    await dorm.team(*dorm.girls[:4])
    leader = dorm.girls[0]
    assert (await dorm.ask(What.HOLD, leader, room=dorm.rooms[0])).outcome == "full"
    assert await dorm.hold(leader, *dorm.beds[0]) == "taken"
    assert await dorm.hold(leader, *dorm.beds[1][:3]) == "number"
    assert await dorm.hold(leader, *dorm.beds[1][:3], dorm.beds[2][0]) == "apart"
    assert len(await dorm.taken()) == 1
    assert (await dorm.ask(What.HOLD, leader, room=dorm.rooms[1])).beds == tuple(dorm.beds[1])
    assert await dorm.confirm(leader) == "done"
    assert {(await dorm.taken())[bed] for bed in dorm.beds[1]} == set(dorm.girls[:4])
    assert (await dorm.proof()).broken == []


async def test_only_the_leader_chooses_unless_any_may(dorm: Dorm) -> None:
    await dorm.team(*dorm.girls[:2])
    assert await dorm.hold(dorm.girls[1], *dorm.beds[0][:2]) == "not_leader"
    await dorm.edit(together="any")
    assert await dorm.hold(dorm.girls[1], *dorm.beds[0][:2]) == "done"
    assert await dorm.confirm(dorm.girls[0]) == "done"


async def test_who_joins_later_ends_what_the_team_holds(dorm: Dorm) -> None:
    await dorm.team(*dorm.girls[:2])
    await dorm.hold(dorm.girls[0], *dorm.beds[0][:2])
    async with dorm.database.session() as db:
        team = await team_views.team_of(db, dorm.round_id, dorm.girls[0])
        assert team is not None
        await teams.join(db, dorm.girls[2], team.code.lower(), clock.now())
    assert await dorm.confirm(dorm.girls[0]) == "none"
    assert await dorm.hold(dorm.girls[0], *dorm.beds[0][:3]) == "done"
    assert (await dorm.proof()).broken == []


async def test_a_team_is_no_larger_than_a_room_and_of_one_pool(dorm: Dorm) -> None:
    await dorm.team(*dorm.girls[:4])
    async with dorm.database.session() as db:
        team = await team_views.team_of(db, dorm.round_id, dorm.girls[0])
        assert team is not None
        for who, error in ((dorm.girls[4], Conflict), (dorm.boys[0], Conflict), (999, NotFound)):
            with pytest.raises(error):
                await teams.join(db, who, team.code, clock.now())


async def test_asking_says_the_same_whether_or_not_there_is_somebody(dorm: Dorm) -> None:
    await dorm.team(dorm.girls[0])
    async with dorm.database.session() as db:
        for number in ("26990001", "26990011", "nobody"):
            await teams.ask(db, dorm.round_id, dorm.girls[0], number, clock.now())
        asked = [await team_views.invitations(db, dorm.round_id, who) for who in dorm.girls[1:3]]
        assert [len(found) for found in asked] == [1, 0]
        await teams.agree(db, asked[0][0].team_id, dorm.girls[1], clock.now())
        team = await team_views.team_of(db, dorm.round_id, dorm.girls[1])
    assert team is not None
    assert [mate.agreed for mate in team.members] == [True, True]


async def test_when_the_leader_leaves_the_next_leads(dorm: Dorm) -> None:
    await dorm.team(*dorm.girls[:3])
    async with dorm.database.session() as db:
        await teams.leave(db, dorm.round_id, dorm.girls[0], clock.now())
        team = await team_views.team_of(db, dorm.round_id, dorm.girls[1])
    assert team is not None
    assert team.leader_id == dorm.girls[1]
    assert await dorm.hold(dorm.girls[0], dorm.beds[0][0]) == "done"


async def test_two_swap_in_one_step_when_both_want(dorm: Dorm) -> None:
    one, two = dorm.girls[:2]
    await dorm.live(one, dorm.beds[0][0])
    await dorm.live(two, dorm.beds[1][0])
    async with dorm.database.session() as db:
        await swaps.ask(db, dorm.round_id, one, "26990001", "想和同学住", clock.now())
        [view] = await swaps.open_swaps(db, dorm.round_id, two)
        assert (view.mine, view.their_bed) == (False, "12号楼 101 1号床")
        await swaps.agree(db, view.id, two, clock.now())
    assert await dorm.taken() == {dorm.beds[0][0]: two, dorm.beds[1][0]: one}
    assert (await dorm.proof()).broken == []


async def test_a_swap_of_beds_that_moved_on_is_refused(dorm: Dorm) -> None:
    one, two = dorm.girls[:2]
    await dorm.live(one, dorm.beds[0][0])
    await dorm.live(two, dorm.beds[1][0])
    async with dorm.database.session() as db:
        await swaps.ask(db, dorm.round_id, one, "26990001", "", clock.now())
        [view] = await swaps.open_swaps(db, dorm.round_id, two)
    await dorm.live(one, dorm.beds[2][0])
    async with dorm.database.session() as db:
        with pytest.raises(Conflict):
            await swaps.agree(db, view.id, two, clock.now())


async def full_room(dorm: Dorm) -> None:
    for who, bed in zip(dorm.girls[:4], dorm.beds[0], strict=True):
        await dorm.live(who, bed)


async def test_a_freed_bed_is_held_for_the_first_in_line_then_for_the_next(dorm: Dorm) -> None:
    await full_room(dorm)
    first, second = dorm.girls[4:6]
    async with dorm.database.session() as db:
        for place, who in enumerate((first, second), start=1):
            assert await line.wait(db, dorm.round_id, who, dorm.rooms[0], clock.now()) == place
    await dorm.ask(What.GIVEUP, dorm.girls[0])
    await dorm.engine.settled()
    bed = dorm.beds[0][0]
    assert (await dorm.owners())[bed] == ("held", first)
    assert await dorm.hold(second, bed) == "held"
    await dorm.ask(What.RELEASE, first)
    await dorm.engine.settled()
    assert (await dorm.owners())[bed] == ("held", second)
    assert await dorm.confirm(second) == "done"
    assert (await dorm.proof()).broken == []


async def test_who_does_not_answer_loses_the_offer(dorm: Dorm) -> None:
    await full_room(dorm)
    async with dorm.database.session() as db:
        await line.wait(db, dorm.round_id, dorm.girls[4], dorm.rooms[0], clock.now())
    await dorm.ask(What.GIVEUP, dorm.girls[0])
    await dorm.engine.settled()
    await dorm.run_out()
    async with dorm.database.session() as db:
        assert await line.offer(db, dorm.round_id) == 0
        assert await line.lines_of(db, dorm.round_id, dorm.girls[4]) == []
    assert (await dorm.owners())[dorm.beds[0][0]] == ("free", None)
    assert (await dorm.proof()).broken == []


async def test_nobody_queues_for_a_room_with_a_free_bed(dorm: Dorm) -> None:
    async with dorm.database.session() as db:
        with pytest.raises(Conflict):
            await line.wait(db, dorm.round_id, dorm.girls[0], dorm.rooms[0], clock.now())
