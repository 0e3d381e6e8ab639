"""Whom an announcement tells, how often, and that nobody gives orders beyond their buildings."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.campus.campaigns.models import Campaign, Stage
from app.campus.notify.models import Delivery, Message
from app.campus.people.me import Me
from app.campus.permission import Right, Role
from app.campus.places import Campus
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Conflict, Forbidden, Invalid
from app.services.outages import book
from tests.people import Somebody
from tests.services.outages.conftest import Write, filled, row_of, sent

pytestmark = pytest.mark.anyio
People = dict[str, Somebody]


async def told(database: Database) -> Sequence[tuple[str, str, str]]:
    """(notice, what, who) of every delivery that is not cancelled, in order."""
    query = (
        select(Message.notice, Message.fields["what"].astext, Delivery.who)
        .join(Message, Message.id == Delivery.message_id)
        .where(Delivery.state != "cancelled")
        .order_by(Delivery.id)
    )
    async with database.session() as db:
        return [tuple(row) for row in await db.execute(query)]  # type: ignore[misc]  # three columns


async def test_only_the_residents_are_told(database: Database, write: Write) -> None:
    await write(places="3号楼 501")
    assert await told(database) == [("outages.now", "停水", "o-alice")]


async def test_a_cut_of_the_building_reaches_all_who_live_there(
    database: Database, write: Write
) -> None:
    await write(places="3号楼")
    assert {who for _, _, who in await told(database)} == {"o-alice", "o-bob"}


async def test_a_cut_of_tomorrow_does_not_wake_anybody(database: Database, write: Write) -> None:
    await write(clock.now() + timedelta(hours=20), places="3号楼 501")
    assert [notice for notice, _, _ in await told(database)] == ["outages.planned"]


async def test_where_nobody_lives_nothing_is_sent(database: Database, write: Write) -> None:
    number = await write(places="4号楼")
    assert await told(database) == []
    assert (await row_of(database, number)).announced_at is not None


async def test_a_double_tap_tells_once(database: Database, operator: Me, houses: Campus) -> None:
    async with database.session() as db:
        row = await book.add(db, operator, filled(houses, places="3号楼 501"))

    async def tap() -> int | None:
        async with database.session() as db:
            return await book.announce(db, operator, row.id)

    campaigns = await asyncio.gather(tap(), tap(), tap())
    assert sorted(c is None for c in campaigns) == [False, True, True]
    assert len(await told(database)) == 1


async def test_that_it_is_back_is_told_to_the_same_people(
    database: Database, write: Write, operator: Me, people: People
) -> None:
    number = await write(places="3号楼 501")
    await sent(database)
    for _ in range(2):
        async with database.session() as db:
            await book.over(db, operator, number)
    assert await told(database) == [
        ("outages.now", "停水", "o-alice"), ("outages.over", "来水了", "o-alice"),
    ]  # fmt: skip


async def test_new_times_are_told_again_and_the_old_ones_no_longer(
    database: Database, write: Write, operator: Me, houses: Campus
) -> None:
    number = await write(places="3号楼 501")
    async with database.session() as db:
        later = filled(houses, clock.now() + timedelta(hours=2), places="3号楼 501")
        await book.change(db, operator, number, (await book.get(db, number)).version, later)
    async with database.session() as db:
        stages = list(await db.scalars(select(Campaign.stage).order_by(Campaign.id)))
    assert stages == [Stage.CANCELLED, Stage.RUNNING]
    assert [what for _, what, _ in await told(database)] == ["停水，时间地点有变"]


async def test_a_better_reason_bothers_nobody(
    database: Database, write: Write, operator: Me, houses: Campus
) -> None:
    number = await write(places="3号楼 501")
    row = await row_of(database, number)
    same = filled(houses, row.starts_at.astimezone(clock.SHANGHAI), places="3号楼 501",
                  reason="换水表和阀门")  # fmt: skip
    async with database.session() as db:
        assert await book.change(db, operator, number, row.version, same) is None
    assert len(await told(database)) == 1


async def test_who_was_told_hears_that_it_moved_elsewhere(
    database: Database, write: Write, operator: Me, houses: Campus
) -> None:
    number = await write(places="3号楼 501")
    async with database.session() as db:
        await book.change(db, operator, number, 1, filled(houses, places="3号楼 502"))
    assert {who for _, _, who in await told(database)} == {"o-alice", "o-bob"}


async def test_a_cut_that_does_not_happen_is_taken_back(
    database: Database, write: Write, operator: Me
) -> None:
    number = await write(places="3号楼 501")
    await sent(database)
    async with database.session() as db:
        await book.withdraw(db, operator, number)
        assert await book.over(db, operator, number) is None
    assert (await told(database))[-1] == ("outages.over", "不停水了", "o-alice")


async def test_the_second_of_two_who_change_it_is_told(
    database: Database, write: Write, operator: Me, houses: Campus
) -> None:
    number = await write(places="3号楼")
    with pytest.raises(Conflict, match="刚改过"):
        async with database.session() as db:
            await book.change(db, operator, number, 7, filled(houses))


async def test_an_operator_of_an_area_announces_for_its_buildings_alone(
    database: Database, people: People, houses: Campus, write: Write
) -> None:
    area = next(house.area_id for house in houses.houses if house.name == "3号楼")
    me = Me(1, None, person_id=people["operator"].person_id, rights=(Right(Role.OPERATOR, area),))
    async with database.session() as db:
        own = await book.add(db, me, filled(houses, places="3号楼 501"))
        assert await book.announce(db, me, own.id)
    far = await write(places="4号楼")
    for deed in (book.over, book.withdraw, book.announce, book.drop):
        with pytest.raises(Forbidden):
            async with database.session() as db:
                await deed(db, me, far)
    with pytest.raises(Forbidden):
        async with database.session() as db:
            await book.add(db, me, filled(houses, places="3号楼、4号楼"))
    with pytest.raises(Forbidden):
        async with database.session() as db:
            await book.change(db, me, own.id, 1, filled(houses, places="4号楼"))


async def test_what_has_passed_is_not_announced(
    database: Database, operator: Me, houses: Campus
) -> None:
    past = filled(houses, clock.now() - timedelta(hours=9))
    async with database.session() as db:
        row = await book.add(db, operator, past)
        with pytest.raises(Invalid, match="时间已经过了"):
            await book.announce(db, operator, row.id)


async def test_whom_the_cut_was_never_told_hears_nothing_of_its_end(
    database: Database, write: Write, operator: Me
) -> None:
    number = await write(places="3号楼 501")
    async with database.session() as db:
        assert await book.over(db, operator, number) is None
    assert await told(database) == []


async def test_a_draft_is_thrown_away_an_announcement_is_not(
    database: Database, operator: Me, houses: Campus, write: Write
) -> None:
    async with database.session() as db:
        draft = await book.add(db, operator, filled(houses))
        await book.drop(db, operator, draft.id)
    number = await write()
    with pytest.raises(Conflict, match="不能删"):
        async with database.session() as db:
            await book.drop(db, operator, number)
