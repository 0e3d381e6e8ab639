"""Who may report, and a dispatcher who puts a report right."""

import pytest

from app.kit.errors import Conflict, Forbidden, NotFound, TooMany
from app.services.repairs.classify import classify
from app.services.repairs.limits import MOST_OPEN
from app.services.repairs.models import Barred, Kind
from app.services.repairs.rules import Source
from tests.services.repairs.conftest import NOON, Scene, after

pytestmark = pytest.mark.anyio


async def test_who_is_barred_reads_why_and_the_telephone_still_takes_it(scene: Scene) -> None:
    async with scene.database.session() as db:
        alice = scene.ids["alice"]
        db.add(Barred(person_id=alice, until=after(days=2), reason="连着报了假的"))
        await db.flush()
        with pytest.raises(Forbidden, match="连着报了假的，周五 10:00 前不能在这里报"):
            await scene.report(db)
        await scene.report(db, "operator", reporter_id=alice, source=Source.PHONE)
        await scene.report(db, now=after(days=3))


async def test_ten_open_orders_of_one_reporter_are_enough(scene: Scene) -> None:
    async with scene.database.session() as db:
        for _ in range(MOST_OPEN):
            await scene.report(db)
        with pytest.raises(TooMany, match="10 张单还没修好"):
            await scene.report(db)
        await scene.report(db, "bob")


async def test_what_is_urgent_after_all_gets_its_clocks_from_the_start(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, leader = await scene.report(db), await scene.me(db, "leader")
        order = await classify(db, leader, order, after(minutes=3), urgent=True)
        assert (order.urgent, order.respond_by) == (True, after(minutes=5))
        assert order.sign == "漏水"
        with pytest.raises(Forbidden):
            await classify(db, await scene.me(db, "alice"), order, NOON, urgent=False)


async def test_another_kind_has_other_signs_and_another_trade(scene: Scene) -> None:
    async with scene.database.session() as db:
        lamp = Kind(name="灯", icon="lamp", trade="电", signs=["不亮"], arrive=60)
        db.add(lamp)
        await db.flush()
        order, leader = await scene.accepted(db), await scene.me(db, "leader")
        order = await classify(db, leader, order, after(minutes=3), kind_id=lamp.id)
        assert (order.kind_id, order.sign) == (lamp.id, "")
        assert order.due_at == order.arrive_by == after(hours=1)
        with pytest.raises(NotFound):
            await classify(db, leader, order, NOON, kind_id=99)


async def test_once_somebody_is_there_it_is_what_it_is(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, leader = await scene.working(db), await scene.me(db, "leader")
        with pytest.raises(Conflict, match="师傅已经在修了"):
            await classify(db, leader, order, NOON, urgent=True)


async def test_an_urgent_order_rings_at_night(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.report(db, urgent=True)
        assert len(await scene.told(db, "alice", "step_urgent")) == 1
        assert await scene.told(db, "alice", "step") == []
