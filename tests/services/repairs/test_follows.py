"""The same fault twice: seen, followed, merged."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.services.repairs import closing, follows, parts
from app.services.repairs.models import Follow, Kind, Order
from app.services.repairs.rules import State, Who
from tests.services.repairs.conftest import NOON, Scene, after

pytestmark = pytest.mark.anyio


async def corridor(db: AsyncSession, scene: Scene, name: str) -> Order:
    return await scene.report(db, name, building_id=scene.building_id, spot="三层楼道")


async def test_while_reporting_one_sees_what_is_known_here(scene: Scene) -> None:
    async with scene.database.session() as db:
        known, bob = await corridor(db, scene, "alice"), await scene.me(db, "bob")
        found = await follows.alike(db, bob, scene.kind_id, building_id=scene.building_id)
        assert [order.id for order in found] == [known.id]
        assert await follows.alike(db, bob, 99, building_id=scene.building_id) == []
        await closing.withdraw(db, await scene.me(db, "alice"), known, NOON)
        assert await follows.alike(db, bob, scene.kind_id, building_id=scene.building_id) == []


async def test_a_students_room_is_only_shown_to_who_lives_there(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, room = await scene.report(db), scene.rooms["501"]
        for name, seen in (("alice", 1), ("bob", 0), ("charlie", 0), ("keeper", 1)):
            me = await scene.me(db, name)
            assert len(await follows.alike(db, me, scene.kind_id, room_id=room)) == seen, name
        with pytest.raises(NotFound, match="没有这张单"):
            await follows.follow(db, await scene.me(db, "bob"), order, NOON)


async def test_who_follows_sees_the_order_and_hears_every_step(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, bob = await corridor(db, scene, "alice"), await scene.me(db, "bob")
        assert await follows.follow(db, bob, order, after(minutes=1))
        assert not await follows.follow(db, bob, order, after(minutes=2))
        assert not await follows.follow(db, await scene.me(db, "alice"), order, NOON)
        assert await parts.parts(db, bob, order) == {Who.FOLLOWER}
        await closing.reject(db, await scene.me(db, "leader"), order, NOON, reason="明天停水修")
        assert len(await scene.told(db, "bob", "later")) == 1
        with pytest.raises(Conflict, match="没有受理"):
            await follows.follow(db, await scene.me(db, "teacher"), order, NOON)


async def test_who_no_longer_follows_hears_nothing(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, bob = await corridor(db, scene, "alice"), await scene.me(db, "bob")
        await follows.follow(db, bob, order, NOON)
        await follows.unfollow(db, bob, order)
        await closing.reject(db, await scene.me(db, "leader"), order, NOON, reason="停水")
        assert await scene.told(db, "bob") == []


async def test_three_become_one_and_all_of_them_are_told(scene: Scene) -> None:
    async with scene.database.session() as db:
        one, two, three = [await corridor(db, scene, n) for n in ("alice", "bob", "teacher")]
        await follows.follow(db, await scene.me(db, "fresh"), two, NOON)
        leader = await scene.me(db, "leader")
        await follows.merge(db, leader, one, [two, three], after(minutes=5))
        people = set(await db.scalars(select(Follow.person_id).where(Follow.order_id == one.id)))
        assert people == {scene.ids[name] for name in ("bob", "teacher", "fresh")}
        assert (two.state, two.merged_into_id, two.due_at) == (State.MERGED, one.id, None)
        for name in ("alice", "bob", "teacher", "fresh"):
            said = (await scene.told(db, name, "step"))[-1]
            assert (said["order"], said["says"]) == (one.number, "和别的单并成一件，3 人在跟进")


async def test_what_was_merged_before_moves_along(scene: Scene) -> None:
    async with scene.database.session() as db:
        one, two, three = [await corridor(db, scene, n) for n in ("alice", "bob", "teacher")]
        leader = await scene.me(db, "leader")
        await follows.merge(db, leader, two, [three], NOON)
        await follows.merge(db, leader, one, [two], NOON)
        await db.refresh(three)
        assert three.merged_into_id == one.id
        people = set(await db.scalars(select(Follow.person_id).where(Follow.order_id == one.id)))
        assert people == {scene.ids["bob"], scene.ids["teacher"]}


async def test_the_worker_of_a_merged_order_need_not_go(scene: Scene) -> None:
    async with scene.database.session() as db:
        mine, other = await scene.accepted(db), await scene.report(db, "bob")
        leader = await scene.me(db, "leader")
        await follows.merge(db, leader, other, [mine], NOON)
        assert (await scene.told(db, "worker", "gone"))[0]["says"] == f"并到 {other.number} 了"


async def test_only_dispatchers_merge_and_only_what_is_alike(scene: Scene) -> None:
    async with scene.database.session() as db:
        one, two = await corridor(db, scene, "alice"), await corridor(db, scene, "bob")
        with pytest.raises(Forbidden):
            await follows.merge(db, await scene.me(db, "alice"), one, [two], NOON)
        leader = await scene.me(db, "leader")
        with pytest.raises(Invalid, match="至少两张"):
            await follows.merge(db, leader, one, [one], NOON)
        lamp = Kind(name="灯", icon="lamp", trade="电", signs=["不亮"])
        db.add(lamp)
        await db.flush()
        dark = await scene.report(db, kind_id=lamp.id, sign="不亮")
        with pytest.raises(Invalid, match="同一类"):
            await follows.merge(db, leader, one, [two, dark], NOON)
