"""What time alone does: warned before, escalated after, waits that end."""

import pytest
from sqlalchemy import update

from app.campus.permission import Grant
from app.kit.errors import Conflict, Invalid
from app.services.repairs import dispatch, promises, rounds, work
from app.services.repairs.models import Order
from app.services.repairs.rules import Event, State, Wait
from tests.services.repairs.conftest import NOON, Scene, after

pytestmark = pytest.mark.anyio


async def head_of_all(scene: Scene) -> None:
    async with scene.database.session() as db:
        theirs = update(Grant).where(Grant.person_id == scene.ids["head"])
        await db.execute(theirs.values(unit=None))


async def go(scene: Scene, *minutes: float) -> None:
    for minute in minutes:
        await rounds.go_round(scene.database, after(minutes=minute))


async def told(scene: Scene, notice: str) -> dict[str, int]:
    async with scene.database.session() as db:
        names = ("worker", "leader", "head", "operator", "supervisor")
        return {name: len(await scene.told(db, name, notice)) for name in names}


async def test_worker_then_leader_then_head_each_once(scene: Scene) -> None:
    await head_of_all(scene)
    async with scene.database.session() as db:
        order = await scene.accepted(db)  # to be there by 16:30, six and a half hours on
    await go(scene, 300)
    assert set((await told(scene, "news")).values()) == {0}
    await go(scene, 313, 314, 389)
    assert (await told(scene, "news"))["worker"] == 1
    await go(scene, 390, 391)
    assert await told(scene, "overdue") == {
        "worker": 1, "leader": 1, "head": 0, "operator": 0, "supervisor": 0,
    }  # fmt: skip
    await go(scene, 480, 24 * 60, 25 * 60, 48 * 60)
    assert (await told(scene, "overdue"))["head"] == 1
    assert (await told(scene, "overdue"))["leader"] == 1
    async with scene.database.session() as db:
        steps = await scene.steps(db, order)
        assert steps[-3:] == [Event.WARN, Event.LEADER, Event.HEAD]


async def test_nobody_accepts_and_it_reaches_the_head(scene: Scene) -> None:
    await head_of_all(scene)
    async with scene.database.session() as db:
        await scene.report(db, urgent=True)  # answered in five minutes, or else
    await go(scene, *range(60))
    assert (await told(scene, "overdue_urgent"))["leader"] == 1
    assert (await told(scene, "overdue_urgent"))["head"] == 1


async def test_a_clock_that_is_met_starts_the_next_with_nobody_told(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.accepted(db)
    await go(scene, 390)
    async with scene.database.session() as db:
        order = await db.get_one(Order, order.id)
        worker, code = await scene.me(db, "worker"), await scene.code(db)
        order = await work.arrive(db, worker, order, after(hours=7), code=code)
        assert (order.escalated, order.due_at) == (0, order.finish_by)
        assert order.look_at > after(hours=7)


async def test_while_waiting_no_clock_runs_and_afterwards_as_much_is_left(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        finish_by = order.finish_by
        order = await work.wait(
            db, worker, order, after(hours=2), why=Wait.PARTS, until=after(days=1), words="门轴"
        )
        assert (order.state, order.stopped_at) == (State.WAITING, after(hours=2))
    await go(scene, 200, 20 * 60)
    assert set((await told(scene, "overdue")).values()) == {0}
    await go(scene, 24 * 60)
    async with scene.database.session() as db:
        order = await db.get_one(Order, order.id)
        assert (order.state, order.stopped_at, order.waiting_for) == (State.ACCEPTED, None, "")
        # From noon to ten next day five and a half working hours passed: Monday 11:30 and those.
        assert (finish_by, order.finish_by) == (after(days=5, hours=1.5), after(days=5, hours=23.5))


async def test_who_waits_goes_on_as_soon_as_they_scan_the_door_again(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        until = after(days=3)
        order = await work.wait(db, worker, order, after(hours=1), why=Wait.NOBODY, until=until)
        code = await scene.code(db)
        order = await work.arrive(db, worker, order, after(hours=2), code=code)
        assert (order.state, order.stopped_at) == (State.WORKING, None)
        assert order.arrived_at == after(minutes=20)
        assert order.due_at == order.finish_by


async def test_a_wait_needs_a_reason_and_an_end(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        wrong = [(Wait.OTHER, after(days=1)), (Wait.PROMISE, after(days=1)),
                 (Wait.PARTS, NOON), (Wait.PARTS, after(days=90))]  # fmt: skip
        for why, until in wrong:
            with pytest.raises(Invalid):
                await work.wait(db, worker, order, after(hours=1), why=why, until=until)


async def test_a_hard_repair_is_promised_watched_and_kept(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, leader = await scene.working(db), await scene.me(db, "leader")
        until = after(days=12)
        order = await promises.promise(
            db, leader, order, after(hours=1), until=until, reason="要换整根立管"
        )
        assert (order.state, order.due_at, order.promise) == (State.WAITING, until, "要换整根立管")
        said = (await scene.told(db, "alice", "later"))[0]["says"]
        assert said == "11月30日 周一 10:00 前修好：要换整根立管"
        assert len(await scene.told(db, "supervisor", "promised")) == 1
        worker, code = await scene.me(db, "worker"), await scene.code(db)
        order = await work.arrive(db, worker, order, after(days=11), code=code)
        order = await work.finish(db, worker, order, after(days=11, hours=1))
        assert order.done_at < order.promised_for


async def test_a_promise_that_is_broken_is_its_supervisors_business(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, leader = await scene.accepted(db), await scene.me(db, "leader")
        await promises.promise(db, leader, order, NOON, until=after(days=1), reason="等设备")
    await go(scene, 24 * 60 - 5, 24 * 60)
    assert (await told(scene, "overdue"))["supervisor"] == 1


async def test_an_offer_ends_with_a_promise_and_may_be_given_again(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, leader = await scene.report(db), await scene.me(db, "leader")
        second = scene.ids["second"]
        order = await dispatch.offer(db, leader, order, NOON, worker_id=second)
        order = await promises.promise(
            db, leader, order, NOON, until=after(days=5), reason="等设备"
        )
        assert (order.worker_id, order.waiting_for) == (None, Wait.PROMISE)
        with pytest.raises(Conflict):
            await work.go_on(db, leader, order, NOON)
        order = await dispatch.offer(db, leader, order, after(days=4), worker_id=second)
        assert (order.state, order.waiting_for) == (State.OFFERED, "")
        assert order.finish_by == after(days=5)


async def test_a_later_date_is_asked_for_once_and_decided_once(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        leader, until = await scene.me(db, "leader"), after(days=9)
        ask = {"until": until, "reason": "配件在路上"}
        asked = await promises.ask_later(db, worker, order, after(hours=1), **ask)
        with pytest.raises(Conflict, match="已经申请过"):
            await promises.ask_later(db, worker, order, after(hours=1), **ask)
        order = await promises.decide_later(
            db, leader, order, after(hours=2), asked=asked, granted=True
        )
        assert order.finish_by == order.due_at == until
        assert "改到11月27日 周五 10:00" in (await scene.told(db, "alice", "later"))[0]["says"]
        with pytest.raises(Conflict, match="已经有人批过"):
            await promises.decide_later(
                db, leader, order, after(hours=2), asked=asked, granted=False
            )


async def test_a_later_date_that_is_refused_changes_nothing(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        before, leader = order.finish_by, await scene.me(db, "leader")
        with pytest.raises(Invalid, match="比现在的时限晚"):
            await promises.ask_later(db, worker, order, NOON, until=after(hours=9), reason="忙")
        asked = await promises.ask_later(db, worker, order, NOON, until=after(days=9), reason="忙")
        order = await promises.decide_later(db, leader, order, NOON, asked=asked, granted=False)
        assert order.finish_by == before
        assert await scene.told(db, "alice", "later") == []
        assert (await scene.told(db, "worker", "news"))[0]["says"] == "班长没同意改期"
