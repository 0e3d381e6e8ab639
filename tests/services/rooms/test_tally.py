"""The board counts a log that grows without reading it again from its beginning."""

import asyncio

import pytest
from sqlalchemy import text

from app.services.rooms import board
from app.services.rooms.board import Stats
from app.services.rooms.tally import tally_of
from tests.services.rooms.dorm import Dorm

pytestmark = pytest.mark.anyio
WHY = ("taken", "held", "taken", "stale")


async def refuse(dorm: Dorm, why: str, seconds_ago: int) -> None:
    query = """INSERT INTO rooms_log (round_id, at, person_id, what, outcome)
        VALUES (:round, now() - make_interval(secs => :ago), 1, 'hold', :why)"""
    async with dorm.database.session() as db:
        await db.execute(text(query), {"round": dorm.round_id, "why": why, "ago": seconds_ago})


async def stats(dorm: Dorm) -> Stats:
    async with dorm.database.session() as db:
        return await board.stats(db, dorm.round_id)


async def test_refusals_add_up_however_often_it_is_asked(dorm: Dorm) -> None:
    for why in WHY:
        await refuse(dorm, why, 60)
        for _ in range(2):
            found = await stats(dorm)
    assert found.refusals == {"taken": 2, "held": 1, "stale": 1}


async def test_what_is_older_is_not_read_again(dorm: Dorm) -> None:
    for why in WHY:
        await refuse(dorm, why, 60)
    await stats(dorm)
    await refuse(dorm, "full", 0)
    found = await stats(dorm)
    kept = tally_of(dorm.round_id).peek(dorm.database)
    assert kept is not None
    assert (sum(kept.refusals.values()), sum(found.refusals.values())) == (4, 5)


async def test_two_who_watch_at_once_count_nothing_twice(dorm: Dorm) -> None:
    for why in WHY:
        await refuse(dorm, why, 60)
    for found in await asyncio.gather(*(stats(dorm) for _ in range(6))):
        assert sum(found.refusals.values()) == 4
    assert sum((await stats(dorm)).refusals.values()) == 4


async def test_beds_are_counted_by_the_second_they_were_confirmed_in(dorm: Dorm) -> None:
    for who, bed in zip(dorm.girls[:3], dorm.beds[0][:3], strict=True):
        await dorm.live(who, bed)
    found = await stats(dorm)
    assert sum(count for _, count in found.per_second) == found.housed == 3
    assert found.refusals == {}
