"""One bed one person, one person one bed, by whoever chooses alone."""

from datetime import timedelta

import pytest

from app.kit import clock
from app.services.rooms.rules import What
from tests.services.rooms.dorm import Dorm

pytestmark = pytest.mark.anyio


async def test_a_tap_holds_and_another_confirms(dorm: Dorm) -> None:
    her, bed = dorm.girls[0], dorm.beds[0][0]
    held = await dorm.ask(What.HOLD, her, [bed])
    assert (held.outcome, held.beds, held.until is not None) == ("done", (bed,), True)
    assert await dorm.confirm(her) == "done"
    assert await dorm.taken() == {bed: her}
    assert (await dorm.proof()).broken == []


async def test_tapping_again_changes_nothing(dorm: Dorm) -> None:
    her, bed = dorm.girls[0], dorm.beds[0][0]
    assert [await dorm.hold(her, bed), await dorm.hold(her, bed)] == ["done", "same"]
    assert [await dorm.confirm(her), await dorm.confirm(her)] == ["done", "same"]
    assert await dorm.taken() == {bed: her}


async def test_what_is_held_or_taken_is_refused_by_its_name(dorm: Dorm) -> None:
    one, two = dorm.girls[:2]
    assert await dorm.hold(one, dorm.beds[0][0]) == "done"
    assert await dorm.hold(two, dorm.beds[0][0]) == "held"
    assert await dorm.confirm(one) == "done"
    assert await dorm.hold(two, dorm.beds[0][0]) == "taken"


async def test_a_bed_of_another_pool_is_outside(dorm: Dorm) -> None:
    assert await dorm.hold(dorm.girls[0], dorm.beds[-1][0]) == "outside"
    assert await dorm.hold(dorm.boys[0], dorm.beds[0][0]) == "outside"
    assert await dorm.hold(999_999, dorm.beds[0][0]) == "outside"


async def test_a_room_alone_gives_any_free_bed_of_it(dorm: Dorm) -> None:
    await dorm.live(dorm.girls[0], dorm.beds[1][0])
    found = await dorm.ask(What.HOLD, dorm.girls[1], room=dorm.rooms[1])
    assert (found.outcome, found.beds) == ("done", (dorm.beds[1][1],))


async def test_a_change_keeps_the_old_bed_until_the_new_one_is_sure(dorm: Dorm) -> None:
    her, (old, new, *_) = dorm.girls[0], dorm.beds[0]
    await dorm.live(her, old)
    assert await dorm.hold(her, new) == "done"
    states = await dorm.owners()
    assert (states[old], states[new]) == (("taken", her), ("held", her))
    assert await dorm.confirm(her) == "done"
    states = await dorm.owners()
    assert (states[old], states[new]) == (("free", None), ("taken", her))


async def test_changes_are_counted_and_giving_up_is_one(dorm: Dorm) -> None:
    her, beds = dorm.girls[0], dorm.beds[0] + dorm.beds[1]
    for bed in beds[:3]:
        await dorm.live(her, bed)
    assert await dorm.hold(her, beds[3]) == "changes"
    assert (await dorm.ask(What.GIVEUP, her)).outcome == "done"
    assert await dorm.hold(her, beds[3]) == "changes"
    assert await dorm.taken() == {}


async def test_a_hold_that_ran_out_cannot_be_confirmed(dorm: Dorm) -> None:
    one, two = dorm.girls[:2]
    await dorm.hold(one, dorm.beds[0][0])
    await dorm.run_out()
    assert await dorm.confirm(one) == "expired"
    assert await dorm.hold(two, dorm.beds[0][0]) == "done"
    assert (await dorm.proof()).broken == []


async def test_a_hold_that_ran_out_is_anybody_s(dorm: Dorm) -> None:
    one, two = dorm.girls[:2]
    await dorm.hold(one, dorm.beds[0][0])
    await dorm.run_out()
    await dorm.live(two, dorm.beds[0][0])
    assert await dorm.confirm(one) == "none"
    assert ("expire", "done") in await dorm.log()
    assert (await dorm.proof()).broken == []


async def test_a_second_hold_lets_the_first_go(dorm: Dorm) -> None:
    her, (one, two, *_) = dorm.girls[0], dorm.beds[0]
    await dorm.hold(her, one)
    await dorm.hold(her, two)
    states = await dorm.owners()
    assert (states[one], states[two]) == (("free", None), ("held", her))


async def test_before_and_after_nobody_chooses(dorm: Dorm) -> None:
    her, bed, now = dorm.girls[0], dorm.beds[0][0], clock.now()
    await dorm.edit(opens_at=now + timedelta(minutes=1))
    assert await dorm.hold(her, bed) == "early"
    await dorm.edit(opens_at=now - timedelta(hours=2), closes_at=now)
    assert await dorm.hold(her, bed) == "closed"
