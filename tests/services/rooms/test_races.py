"""Many at once, through two engines as two processes have them."""

import asyncio
import random
from collections.abc import AsyncIterator
from itertools import chain

import pytest

from app.kit import clock
from app.kit.db import Database
from app.kit.errors import CampusError
from app.services.rooms import hands, line, pools, swaps, teams
from app.services.rooms.engine import Choice, Engine
from app.services.rooms.rules import What
from tests.services.rooms.dorm import CHIEF, Dorm, build

pytestmark = pytest.mark.anyio


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Engine]:
    """The engine of a second process."""
    second = Database(database.url, 2)
    engine = Engine(second)
    yield engine
    await engine.close()
    await second.close()


async def in_turn(engine: Engine, dorm: Dorm, who: int, *steps: tuple[What, list[int]]) -> str:
    """Ask for these one after the other until one is refused; what the last came to."""
    outcome = "done"
    for what, beds in steps:
        choice = Choice(dorm.round_id, who, what, tuple(beds))
        outcome = (await engine._decided(choice)).outcome
        if outcome not in ("done", "same"):
            break
    return outcome


async def test_of_two_for_one_bed_one_gets_it(dorm: Dorm, other: Engine) -> None:
    one, two = dorm.girls[:2]
    for bed in dorm.beds[0] + dorm.beds[1]:
        steps = ((What.HOLD, [bed]), (What.CONFIRM, [bed]))
        said = await asyncio.gather(
            in_turn(dorm.engine, dorm, one, *steps), in_turn(other, dorm, two, *steps)
        )
        assert said.count("done") + said.count("changes") >= 1
    assert len(await dorm.taken()) == 2
    assert (await dorm.proof()).broken == []


async def test_everybody_wants_the_same_room_and_nobody_is_doubled(database: Database) -> None:
    dorm = await build(database, rooms=6, girls=20, boys=2)
    engines = [dorm.engine, Engine(database), Engine(database)]
    dice = random.Random(6)

    async def choose(who: int) -> None:
        for _ in range(30):
            bed = dice.choice(dorm.beds[int(dice.random() ** 2 * 6)])
            engine = dice.choice(engines)
            if await in_turn(engine, dorm, who, (What.HOLD, [bed]), (What.CONFIRM, [])) == "done":
                return

    await asyncio.gather(*(choose(who) for who in dorm.girls for _ in range(2)))
    for engine in engines[1:]:
        await engine.close()
    taken = await dorm.taken()
    assert sorted(owner or 0 for owner in taken.values()) == dorm.girls
    assert (await dorm.proof()).broken == []


async def test_two_leaders_cannot_each_choose_for_one_team(dorm: Dorm, other: Engine) -> None:
    one, two, three, four = dorm.girls[:4]
    await dorm.team(one, two, three, four)
    await dorm.edit(together="any")
    await asyncio.gather(
        in_turn(dorm.engine, dorm, one, (What.HOLD, dorm.beds[0]), (What.CONFIRM, [])),
        in_turn(other, dorm, two, (What.HOLD, dorm.beds[1]), (What.CONFIRM, [])),
    )
    rooms = {bed in dorm.beds[0] for bed in await dorm.taken()}
    assert len(await dorm.taken()) in (0, 4)
    assert len(rooms) <= 1
    assert (await dorm.proof()).broken == []


async def test_a_member_who_chooses_alone_meanwhile_is_told_who_chooses(
    dorm: Dorm, other: Engine
) -> None:
    one, two, *_ = dorm.girls
    await dorm.team(one, two)
    alone, together = await asyncio.gather(
        in_turn(other, dorm, two, (What.HOLD, [dorm.beds[2][0]])),
        in_turn(dorm.engine, dorm, one, (What.HOLD, dorm.beds[0][:2]), (What.CONFIRM, [])),
    )
    assert (alone, together) in (("not_leader", "done"), ("same", "done"), ("done", "done"))
    assert sorted(p or 0 for p in (await dorm.taken()).values()) == [one, two]
    assert (await dorm.proof()).broken == []


async def test_who_leaves_the_team_as_it_chooses_is_in_or_out_but_never_half(
    dorm: Dorm, other: Engine
) -> None:
    one, two, three, *_ = dorm.girls
    await dorm.team(one, two, three)

    async def leave() -> None:
        async with dorm.database.session() as db:
            await teams.leave(db, dorm.round_id, two, clock.now())

    choose = in_turn(other, dorm, one, (What.HOLD, dorm.beds[0][:3]), (What.CONFIRM, []))
    said, left = await asyncio.gather(choose, leave(), return_exceptions=True)
    taken = set((await dorm.taken()).values())
    assert taken in (set(), {one, two, three})
    assert (said == "done") == bool(taken), (said, left)
    assert (await dorm.proof()).broken == []


async def test_somebody_withdrawn_in_the_rush_ends_without_a_bed(dorm: Dorm, other: Engine) -> None:
    her, bed = dorm.girls[0], dorm.beds[0][0]

    async def withdraw() -> None:
        async with dorm.database.session() as db:
            await pools.withdraw(db, CHIEF, dorm.round_id, her, "保留学籍")

    for _ in range(3):
        steps = ((What.HOLD, [bed]), (What.CONFIRM, [bed]))
        await asyncio.gather(in_turn(other, dorm, her, *steps), withdraw())
        assert await dorm.taken() == {}
        assert await dorm.hold(her, bed) == "withdrawn"
        async with dorm.database.session() as db:
            await pools.bring_back(db, CHIEF, dorm.round_id, her)
    assert (await dorm.proof()).broken == []


async def test_a_round_cut_short_while_open_takes_nobody_after_the_edit(
    dorm: Dorm, other: Engine
) -> None:
    beds = dorm.beds[0] + dorm.beds[1]

    async def many() -> list[str]:
        return [await in_turn(other, dorm, who, (What.HOLD, [bed]), (What.CONFIRM, []))
                for who, bed in zip(dorm.girls, beds, strict=True)]  # fmt: skip

    said, _ = await asyncio.gather(many(), dorm.edit(closes_at=clock.now()))
    assert said == sorted(said, key=lambda outcome: outcome == "closed")
    assert await dorm.hold(dorm.girls[-1], dorm.beds[2][0]) == "closed"
    assert len(await dorm.taken()) == said.count("done")


async def test_freezing_a_room_ends_holds_but_no_one_s_bed(dorm: Dorm, other: Engine) -> None:
    one, two = dorm.girls[:2]
    await dorm.live(one, dorm.beds[0][0])

    async def freeze() -> None:
        async with dorm.database.session() as db:
            await hands.freeze_room(db, CHIEF, dorm.round_id, dorm.rooms[0], "漏水")

    steps = ((What.HOLD, [dorm.beds[0][1]]), (What.CONFIRM, []))
    said, _ = await asyncio.gather(in_turn(other, dorm, two, *steps), freeze())
    owners = await dorm.owners()
    assert owners[dorm.beds[0][0]] == ("taken", one)
    assert owners[dorm.beds[0][1]] == (("taken", two) if said == "done" else ("frozen", None))
    assert (await dorm.proof()).broken == []


async def test_swaps_lines_and_changes_at_once_keep_one_bed_each(
    database: Database, other: Engine
) -> None:
    dorm = await build(database, rooms=3, girls=12, boys=2)
    for who, bed in zip(dorm.girls, chain(*dorm.beds[:3]), strict=True):
        await dorm.live(who, bed)
    await dorm.edit(changes=20)

    async def swap(one: int, two: int) -> None:
        async with database.session() as db:
            await swaps.ask(db, dorm.round_id, one, f"26990{two:03}", "", clock.now())
        for view_of in (one, two):
            async with database.session() as db:
                for view in await swaps.open_swaps(db, dorm.round_id, view_of):
                    if not view.mine:
                        await swaps.agree(db, view.id, view_of, clock.now())

    async def wait(who: int, room: int) -> None:
        async with database.session() as db:
            await line.wait(db, dorm.round_id, who, room, clock.now())

    wish = (What.HOLD, [dorm.beds[1][2]])
    work = [swap(dorm.girls[0], 5), swap(dorm.girls[4], 9), wait(dorm.girls[3], dorm.rooms[1]),
            wait(dorm.girls[5], dorm.rooms[0]),
            *(in_turn(other, dorm, who, (What.GIVEUP, [])) for who in dorm.girls[6:9]),
            *(in_turn(dorm.engine, dorm, who, wish) for who in dorm.girls)]  # fmt: skip
    done = await asyncio.gather(*work, return_exceptions=True)
    assert [e for e in done if isinstance(e, Exception) and not isinstance(e, CampusError)] == []
    assert (await dorm.proof()).broken == []
