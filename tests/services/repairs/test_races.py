"""Two people who act at once: one succeeds, the other reads what has become of the order."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.db import Database
from app.kit.errors import CampusError, Conflict
from app.services.repairs import (
    closing,
    dispatch,
    follows,
    hours,
    orders,
    rounds,
    stock,
    work,
)
from app.services.repairs.models import (
    Assignment,
    Follow,
    Hours,
    Kind,
    Material,
    Order,
    Stock,
)
from app.services.repairs.rules import Part, State
from tests.services.repairs.conftest import NOON, Scene, after

pytestmark = pytest.mark.anyio
Deed = Callable[[AsyncSession], Awaitable[object]]


async def race(database: Database, first: Deed, second: Deed) -> CampusError | None:
    """`second` begins while `first` is done and not committed; the refusal that it meets."""
    begun = asyncio.Event()

    async def late() -> CampusError | None:
        try:
            async with database.session() as db:
                await db.execute(select(1))
                begun.set()
                await second(db)
        except CampusError as refusal:
            return refusal
        return None

    async with database.session() as db:
        await first(db)
        other = asyncio.create_task(late())
        await begun.wait()
        await asyncio.sleep(0.15)  # so long it has to reach the row that `first` holds
        assert not other.done(), "it did not wait"
    return await asyncio.wait_for(other, 5)


def by(scene: Scene, name: str, verb: Callable[..., Awaitable[object]], **said: object) -> Deed:
    """`verb` to order 1, as the table shows it to whoever does not see the other's deed."""

    async def deed(db: AsyncSession) -> object:
        order = await db.get_one(Order, 1)
        return await verb(db, await scene.me(db, name), order, after(minutes=30), **said)

    return deed


async def test_of_two_who_grab_one_gets_it(scene: Scene) -> None:
    async with scene.database.session() as db:
        await db.execute(update(Kind).values(grab=True))
        await scene.report(db)
    first, second = by(scene, "second", dispatch.grab), by(scene, "third", dispatch.grab)
    assert str(await race(scene.database, first, second)) == "师傅已经接了这张单"
    async with scene.database.session() as db:
        parts = (await db.scalars(select(Assignment))).all()
        assert [(part.worker_id, part.state) for part in parts] == [
            (scene.ids["second"], Part.ACCEPTED)
        ]
        assert (await db.get_one(Order, 1)).worker_id == scene.ids["second"]


async def test_of_twenty_who_grab_at_once_one_gets_it(scene: Scene) -> None:
    async with scene.database.session() as db:
        await db.execute(update(Kind).values(grab=True))
        await scene.report(db)

    async def grab(name: str) -> bool:
        try:
            async with scene.database.session() as db:
                await by(scene, name, dispatch.grab)(db)
        except Conflict:
            return False
        return True

    names = ["worker", "second", "third", "hired"] * 5
    assert sum(await asyncio.gather(*map(grab, names))) == 1


async def test_accepted_or_withdrawn_but_never_both(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.report(db)
        await dispatch.offer(
            db, await scene.me(db, "leader"), order, NOON, worker_id=scene.ids["worker"]
        )
    accept = by(scene, "worker", dispatch.accept)
    withdraw = by(scene, "alice", closing.withdraw)
    assert str(await race(scene.database, accept, withdraw)) == "师傅已经接了这张单"


async def test_withdrawn_and_then_not_accepted(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.report(db)
        await dispatch.offer(
            db, await scene.me(db, "leader"), order, NOON, worker_id=scene.ids["worker"]
        )
    accept = by(scene, "worker", dispatch.accept)
    withdraw = by(scene, "alice", closing.withdraw)
    assert str(await race(scene.database, withdraw, accept)) == "这张单已经撤了"


async def test_two_leaders_do_not_overrule_each_other_unseen(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.report(db)
    one = by(scene, "leader", dispatch.offer, worker_id=scene.ids["second"])
    other = by(scene, "operator", dispatch.offer, worker_id=scene.ids["third"])
    assert "刚刚有人动过" in str(await race(scene.database, one, other))
    async with scene.database.session() as db:
        refused = by(scene, "operator", dispatch.offer, worker_id=scene.ids["third"], had=None)
        with pytest.raises(Conflict, match="刚刚有人动过"):
            await refused(db)


async def test_the_rule_and_the_leader_do_not_both_send_somebody(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.report(db)

    async def rule(db: AsyncSession) -> object:
        return await dispatch.dispatch(db, await db.get_one(Order, 1), after(minutes=30))

    leader = by(scene, "leader", dispatch.offer, worker_id=scene.ids["second"])
    assert await race(scene.database, leader, rule) is not None
    async with scene.database.session() as db:
        assert await db.scalar(select(func.count(Assignment.id))) == 1


async def test_finished_or_merged_but_never_both(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.working(db)
        await scene.report(db, "bob")

    async def merge(db: AsyncSession) -> object:
        one, two = await db.get_one(Order, 1), await db.get_one(Order, 2)
        return await follows.merge(db, await scene.me(db, "leader"), two, [one], after(minutes=30))

    finish = by(scene, "worker", work.finish)
    assert str(await race(scene.database, finish, merge)) == "这张单已经修好了"
    async with scene.database.session() as db:
        assert (await db.get_one(Order, 1)).state == State.DONE


async def test_two_merges_that_cross_leave_one_order(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.report(db)
        await scene.report(db, "bob")

    def merge(into: int, other: int) -> Deed:
        async def deed(db: AsyncSession) -> object:
            kept, gone = await db.get_one(Order, into), await db.get_one(Order, other)
            leader = await scene.me(db, "leader")
            return await follows.merge(db, leader, kept, [gone], after(minutes=30))

        return deed

    assert str(await race(scene.database, merge(1, 2), merge(2, 1))) == "这张单并到别的单里了"


async def test_who_follows_while_it_is_merged_is_not_lost(scene: Scene) -> None:
    async with scene.database.session() as db:
        for name in ("alice", "bob"):
            await scene.report(db, name, room_id=None, building_id=scene.building_id, spot="楼道")

    async def merge(db: AsyncSession) -> object:
        one, two = await db.get_one(Order, 1), await db.get_one(Order, 2)
        return await follows.merge(db, await scene.me(db, "leader"), two, [one], after(minutes=30))

    follow = by(scene, "teacher", follows.follow)
    assert await race(scene.database, follow, merge) is None
    async with scene.database.session() as db:
        people = set(await db.scalars(select(Follow.person_id).where(Follow.order_id == 2)))
        assert people == {scene.ids["teacher"], scene.ids["alice"]}


async def test_the_last_piece_in_stock_goes_into_one_order(scene: Scene) -> None:
    async with scene.database.session() as db:
        db.add(Stock(name="阀芯", quantity=1, low=0, fen=1200))
        order = await scene.working(db)
        await db.flush()
    one = by(scene, "worker", stock.use, item=1, quantity=1, key="a")
    other = by(scene, "worker", stock.use, item=1, quantity=1, key="b")
    assert str(await race(scene.database, one, other)).startswith("阀芯只剩 0 个")
    async with scene.database.session() as db:
        assert (await db.get_one(Stock, 1)).quantity == 0
        used = await db.scalars(select(Material.key).where(Material.order_id == order.id))
        assert list(used) == ["a"]


async def test_what_a_phone_sends_twice_at_once_counts_once(scene: Scene) -> None:
    async with scene.database.session() as db:
        db.add(Stock(name="阀芯", quantity=9, low=0, fen=1200))
        await scene.working(db)
    same = by(scene, "worker", stock.use, item=1, quantity=2, key="a")
    assert await race(scene.database, same, same) is None
    async with scene.database.session() as db:
        assert (await db.get_one(Stock, 1)).quantity == 7


async def test_two_timers_of_one_worker_never_run_at_once(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.working(db)
        await scene.accepted(db)

    async def other(db: AsyncSession) -> object:
        order = await db.get_one(Order, 2)
        return await hours.start(db, await scene.me(db, "worker"), order, after(minutes=31))

    refusal = await race(scene.database, by(scene, "worker", hours.start), other)
    assert str(refusal).startswith("和 261118-1 的工时重了")
    async with scene.database.session() as db:
        assert await db.scalar(select(func.count(Hours.id))) == 1


async def test_two_who_urge_at_once_ring_once(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.accepted(db)
        await db.execute(update(Order).values(room_id=None, spot="楼道"))
        await db.refresh(order)
        await follows.follow(db, await scene.me(db, "bob"), order, NOON)
    alice, bob = by(scene, "alice", orders.urge), by(scene, "bob", orders.urge)
    assert "刚催过" in str(await race(scene.database, alice, bob))


async def test_two_rounds_at_once_tell_everybody_once(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.accepted(db)
    for late in (after(hours=5.5), after(hours=6.6)):  # the clock of arrival runs out at 16:30
        await asyncio.gather(*(rounds.go_round(scene.database, late) for _ in range(3)))
    async with scene.database.session() as db:
        assert len(await scene.told(db, "worker", "news")) == 1
        assert len(await scene.told(db, "leader", "overdue")) == 1
