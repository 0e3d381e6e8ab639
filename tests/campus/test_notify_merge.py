"""Several of one kind within minutes become one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from app.campus.notify.merge import counts, merge
from app.campus.notify.models import Delivery, State
from app.kit.db import Database
from tests.campus.notices import FOUND, NOON, REPLY, deliveries, jobs, tell
from tests.people import Somebody

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]
MINUTE, DUE = timedelta(minutes=1), NOON + timedelta(minutes=2)


async def reply(database: Database, to: Sequence[Somebody], *minutes: int) -> None:
    for minute in minutes:
        await tell(database, REPLY, to, at=NOON + minute * MINUTE, words=f"第 {minute} 分钟")


async def claim(database: Database, *ids: int, now: datetime = DUE) -> set[int]:
    """As a worker does; which of `ids` it shall not send after all."""
    async with database.session() as db:
        held = update(Delivery).where(Delivery.id.in_(ids))
        await db.execute(held.values(state=State.SENDING, tries=1))
        return await merge(db, ids, [REPLY.name], now)


async def outcome(database: Database) -> list[tuple[str, int | None]]:
    return [(d.state, d.into_id) for d in await deliveries(database)]


async def test_news_joins_what_waits_already_and_is_due_with_it(
    database: Database, people: People
) -> None:
    await reply(database, [people["alice"]], 0, 1)
    await reply(database, [people["alice"], people["bob"]], 3)
    assert [d.due_at for d in await deliveries(database)] == [
        DUE, DUE, DUE + 3 * MINUTE, DUE + 3 * MINUTE,
    ]  # fmt: skip
    assert await jobs(database) == [DUE, DUE, DUE + 3 * MINUTE]


async def test_the_newest_is_told_and_stands_for_all(database: Database, people: People) -> None:
    await reply(database, [people["alice"], people["bob"]], 0)
    await reply(database, [people["alice"]], 1)
    first, other, newest = (d.id for d in await deliveries(database))
    assert await claim(database, first, other, newest) == {first}
    assert await outcome(database) == [
        (State.MERGED, newest), (State.SENDING, None), (State.SENDING, None),
    ]  # fmt: skip
    async with database.session() as db:
        assert await counts(db, [first, other, newest]) == {newest: 2}


async def test_what_nobody_has_claimed_yet_is_merged_too(
    database: Database, people: People
) -> None:
    await reply(database, [people["alice"]], 0, 1)
    first, newest = (d.id for d in await deliveries(database))
    assert await claim(database, first, now=NOON) == {first}
    assert await outcome(database) == [(State.MERGED, newest), (State.WAITING, None)]
    assert (await deliveries(database))[1].due_at == NOON


async def test_what_was_merged_follows_what_it_was_merged_into(
    database: Database, people: People
) -> None:
    await reply(database, [people["alice"]], 0, 1)
    a, b = (d.id for d in await deliveries(database))
    await claim(database, a)
    await reply(database, [people["alice"]], 1)
    c = (await deliveries(database))[2].id
    assert await claim(database, b, c) == {b}
    assert await outcome(database) == [(State.MERGED, c), (State.MERGED, c), (State.SENDING, None)]
    async with database.session() as db:
        assert await counts(db, [c]) == {c: 3}


async def test_what_may_have_been_told_before_is_left_alone(
    database: Database, people: People
) -> None:
    await reply(database, [people["alice"]], 0)
    [doubtful] = await deliveries(database)
    async with database.session() as db:
        await db.execute(update(Delivery).values(tries=1))
    await reply(database, [people["alice"]], 1)
    newest = (await deliveries(database))[1].id
    assert await claim(database, newest) == set()
    assert (await outcome(database))[0] == (State.WAITING, None)
    assert doubtful.due_at < (await deliveries(database))[1].due_at


async def test_notices_that_are_told_one_by_one_stay_so(database: Database, people: People) -> None:
    for _ in range(2):
        await tell(database, FOUND, [people["alice"]])
    ids = [d.id for d in await deliveries(database)]
    assert await claim(database, *ids) == set()
    async with database.session() as db:
        assert await counts(db, ids) == {}
        assert await merge(db, [], [REPLY.name], NOON) == set()
