"""What happens though nobody taps: calls before a round, holds that run out, beds for the line."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, update

from app.campus.notify.models import Delivery, Message
from app.kit import clock
from app.services.rooms import hands, line, placement, pools, rounds
from app.services.rooms.jobs import go_round, opening
from app.services.rooms.models import Bed, Waiting
from app.services.rooms.notices_opening import BEFORE
from app.services.rooms.rules import What
from tests.services.rooms.dorm import CHIEF, Dorm

pytestmark = pytest.mark.anyio


async def told(dorm: Dorm, person: int) -> list[str]:
    """The notices that somebody was told, oldest first."""
    query = select(Message.notice).join(Delivery, Delivery.message_id == Message.id)
    async with dorm.database.session() as db:
        return list(
            await db.scalars(query.where(Delivery.person_id == person).order_by(Message.id))
        )


async def minute(dorm: Dorm) -> None:
    context: Any = SimpleNamespace(additional_context={"database": dorm.database})
    await opening(context, 0)


async def test_those_who_may_choose_are_called_once_shortly_before(dorm: Dorm) -> None:
    now = clock.now()
    await dorm.edit(opens_at=now + 2 * BEFORE)
    await minute(dorm)
    assert await told(dorm, dorm.girls[0]) == []
    await dorm.edit(opens_at=now + BEFORE - timedelta(seconds=20))
    for _ in range(3):
        await minute(dorm)
    assert [await told(dorm, one) for one in (*dorm.girls, *dorm.boys)] == [["rooms.opening"]] * 12


async def test_a_round_that_is_moved_is_told_anew_and_who_withdrew_hears_nothing(
    dorm: Dorm,
) -> None:
    async with dorm.database.session() as db:
        await pools.withdraw(db, CHIEF, dorm.round_id, dorm.girls[1], "保留学籍")
    for minutes in (4, 3):
        await dorm.edit(opens_at=clock.now() + timedelta(minutes=minutes))
        await minute(dorm)
    assert await told(dorm, dorm.girls[0]) == ["rooms.opening"] * 2
    assert await told(dorm, dorm.girls[1]) == []


async def test_the_sweep_frees_what_was_never_confirmed(dorm: Dorm) -> None:
    await dorm.hold(dorm.girls[0], dorm.beds[0][0])
    assert await go_round(dorm.database) == 0
    assert (await dorm.owners())[dorm.beds[0][0]] == ("held", dorm.girls[0])
    await dorm.run_out()
    await go_round(dorm.database)
    assert (await dorm.owners())[dorm.beds[0][0]] == ("free", None)
    assert ("expire", "done") in await dorm.log()
    assert (await dorm.proof()).broken == []


async def waiting_for_room(dorm: Dorm, *people: int) -> int:
    """101 is full, these stand in its line, and its first bed is given up; that bed."""
    for who, bed in zip(dorm.girls[:4], dorm.beds[0], strict=True):
        await dorm.live(who, bed)
    async with dorm.database.session() as db:
        for one in people:
            await line.wait(db, dorm.round_id, one, dorm.rooms[0], clock.now())
    await dorm.ask(What.GIVEUP, dorm.girls[0])
    await dorm.engine.settled()
    return dorm.beds[0][0]


async def test_a_freed_bed_is_held_ten_minutes_for_the_first_who_is_told(dorm: Dorm) -> None:
    bed_id = await waiting_for_room(dorm, *dorm.girls[4:6])
    async with dorm.database.session() as db:
        bed = await db.get_one(Bed, (dorm.round_id, bed_id))
    assert bed.held_until is not None
    assert 9.8 < (bed.held_until - clock.now()).total_seconds() / 60 <= 10
    assert await told(dorm, dorm.girls[4]) == ["rooms.offered"]
    assert await told(dorm, dorm.girls[5]) == []


async def test_when_the_first_does_not_answer_it_goes_on_to_the_next(dorm: Dorm) -> None:
    first, second = dorm.girls[4:6]
    bed = await waiting_for_room(dorm, first, second)
    async with dorm.database.session() as db:  # ten minutes later
        late = {Waiting.offered_until: clock.now()}
        await db.execute(update(Waiting).where(Waiting.state == "offered").values(late))
    await dorm.run_out()
    assert await go_round(dorm.database) == 1
    assert (await dorm.owners())[bed] == ("held", second)
    assert await dorm.confirm(first) == "none"
    assert await dorm.confirm(second) == "done"
    assert await told(dorm, second) == ["rooms.offered"]
    assert (await dorm.proof()).broken == []


async def test_who_is_placed_or_moved_is_told_which_room(dorm: Dorm) -> None:
    id, (one, two, *_) = dorm.round_id, dorm.girls
    async with dorm.database.session() as db:
        await hands.place(db, CHIEF, id, one, dorm.beds[0][0], "行动不便")
        await hands.move(db, CHIEF, id, one, dorm.beds[1][0], "换到一楼")
    assert await told(dorm, one) == ["rooms.placed", "rooms.moved"]
    async with dorm.database.session() as db:
        await rounds.close(db, CHIEF, id)
        plan = await placement.plan(db, id)
        await placement.apply_plan(db, CHIEF, id, plan.seed, plan.digest)
    assert (await told(dorm, two))[-1] == "rooms.placed"
