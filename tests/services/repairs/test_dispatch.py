"""Who is sent by rule and by hand; not answered, given back, handed over, grabbed, helped."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.permission import Grant
from app.campus.places import Area, Building
from app.kit.errors import Conflict, Forbidden, Invalid
from app.services.repairs import closing, crew, dispatch, rounds, work
from app.services.repairs.candidates import candidates
from app.services.repairs.clocks import Slot
from app.services.repairs.models import Assignment, Kind, Leave, Order, Shift, Worker
from app.services.repairs.rules import Answer, Part, State, Wait
from tests.services.repairs.conftest import NOON, TRADE, Scene, after

pytestmark = pytest.mark.anyio


async def could(db: AsyncSession, scene: Scene, order: Order) -> set[str]:
    names = {person: name for name, person in scene.ids.items()}
    return {names[one.worker_id] for one in await candidates(db, order, NOON)}


async def chain(db: AsyncSession, scene: Scene, order: Order) -> list[tuple[str, str]]:
    names = {person: name for name, person in scene.ids.items()}
    query = select(Assignment).where(Assignment.order_id == order.id).order_by(Assignment.id)
    return [(names[part.worker_id], part.state) for part in await db.scalars(query)]


async def test_only_who_is_here_and_can_is_asked(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.report(db)
        assert await could(db, scene, order) == {"worker", "second", "third", "hired"}
        await db.execute(delete(Shift).where(Shift.person_id == scene.ids["second"]))
        away = {"person_id": scene.ids["third"], "starts_at": after(hours=-1)}
        db.add(Leave(**away, ends_at=after(hours=1), state=Answer.GRANTED))
        gone = update(Worker).where(Worker.person_id == scene.ids["hired"])
        await db.execute(gone.values(gone_at=NOON))
        await db.flush()
        assert await could(db, scene, order) == {"worker"}


async def test_leave_that_was_only_asked_for_keeps_nobody_away(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.report(db)
        db.add(Leave(person_id=scene.ids["third"], starts_at=NOON, ends_at=after(hours=9),
                     state=Answer.ASKED))  # fmt: skip
        await db.flush()
        assert "third" in await could(db, scene, order)


async def test_another_area_and_another_trade_are_not_asked(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.report(db)
        other = Area(name="北区")
        db.add(other)
        await db.flush()
        theirs = update(Grant).where(Grant.person_id == scene.ids["second"])
        await db.execute(theirs.values(area_id=other.id))
        third = update(Worker).where(Worker.person_id == scene.ids["third"])
        await db.execute(third.values(trades=["木工"]))
        assert await could(db, scene, order) == {"worker", "hired"}


async def test_the_rule_offers_to_the_best_and_keeps_its_reasons(scene: Scene) -> None:
    async with scene.database.session() as db:
        await scene.accepted(db, "worker")
        await db.execute(update(Building).values(latitude=35.19, longitude=113.265))
        await db.execute(update(Worker).values(most=1))
        order = await dispatch.dispatch(db, await scene.report(db, "bob"), after(minutes=3))
        part = (await db.scalars(select(Assignment).where(Assignment.order_id == order.id))).one()
        assert (order.state, part.worker_id) == (State.OFFERED, scene.ids["second"])
        assert part.reasons == ["他管 3号楼片区", f"会{TRADE}", "手上空着"]
        assert part.answer_by == after(minutes=13)
        step = await scene.told(db, "second", "offered")
        assert step[0]["says"] == "10 分钟内点接单"


async def test_what_waits_for_parts_is_no_load(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.accepted(db), await scene.me(db, "worker")
        loads = {one.worker_id: one.load for one in await candidates(db, order, NOON)}
        assert loads[scene.ids["worker"]] == 1
        await work.wait(db, worker, order, NOON, why=Wait.PARTS, until=after(days=2))
        loads = {one.worker_id: one.load for one in await candidates(db, order, NOON)}
        assert loads[scene.ids["worker"]] == 0


async def test_with_a_visit_agreed_on_who_is_on_shift_then_comes_first(scene: Scene) -> None:
    async with scene.database.session() as db:
        late = update(Shift).where(Shift.person_id == scene.ids["hired"])
        await db.execute(late.values(ends_at=after(days=2)))
        order = await scene.report(db, slot=Slot(after(hours=24), after(hours=25)))
        found = await candidates(db, order, NOON)
        assert found[0].worker_id == scene.ids["hired"]
        assert "约的时间他不在班" in found[1].reasons


async def test_who_does_not_answer_is_passed_over_and_the_leader_hears(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await dispatch.dispatch(db, await scene.report(db), NOON)
        first = order.worker_id
    await rounds.go_round(scene.database, after(minutes=9))
    await rounds.go_round(scene.database, after(minutes=10))
    async with scene.database.session() as db:
        order = await db.get_one(Order, order.id)
        assert order.state == State.OFFERED
        assert order.worker_id not in (None, first)
        assert [state for _, state in await chain(db, scene, order)] == [
            Part.LAPSED, Part.OFFERED,
        ]  # fmt: skip
        assert "10 分钟没接" in (await scene.told(db, "leader", "leader"))[0]["says"]


async def test_when_nobody_is_left_it_waits_and_the_leader_hears_once(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.report(db)
        await db.execute(delete(Shift))
    for minute in (1, 2, 3):
        await rounds.go_round(scene.database, after(minutes=minute))
    async with scene.database.session() as db:
        order = await db.get_one(Order, order.id)
        assert (order.state, order.stuck_at) == (State.SUBMITTED, after(minutes=1))
        assert len(await scene.told(db, "leader", "leader")) == 1
        db.add(Shift(person_id=scene.ids["third"], starts_at=NOON, ends_at=after(hours=9)))
    await rounds.go_round(scene.database, after(minutes=4))
    async with scene.database.session() as db:
        order = await db.get_one(Order, order.id)
        assert (order.worker_id, order.stuck_at) == (scene.ids["third"], None)


async def test_what_is_given_back_goes_to_the_next_with_its_reason(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.accepted(db), await scene.me(db, "worker")
        with pytest.raises(Invalid, match="写一句原因"):
            await dispatch.give_back(db, worker, order, after(minutes=5), reason=" ")
        order = await dispatch.give_back(db, worker, order, after(minutes=5), reason="要制冷证")
        assert order.worker_id != scene.ids["worker"]
        (name, state), (_, offered) = await chain(db, scene, order)
        assert (name, state, offered) == ("worker", Part.RETURNED, Part.OFFERED)
        assert (await scene.told(db, "leader", "leader"))[0]["says"] == "worker退回：要制冷证"


async def test_handed_over_it_has_to_be_accepted_again_and_the_chain_is_kept(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        second = scene.ids["second"]
        order = await dispatch.hand_over(
            db, worker, order, after(minutes=30), to=second, reason="换班了"
        )
        assert (order.state, order.worker_id) == (State.OFFERED, second)
        order = await dispatch.accept(db, await scene.me(db, "second"), order, after(minutes=31))
        assert order.accepted_at == after(minutes=2)  # the first answer is what counts
        assert await chain(db, scene, order) == [
            ("worker", Part.HANDED), ("second", Part.ACCEPTED),
        ]  # fmt: skip


async def test_a_worker_hands_over_to_their_own_people_only(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.accepted(db), await scene.me(db, "worker")
        with pytest.raises(Forbidden, match="自己队里"):
            await dispatch.hand_over(
                db, worker, order, NOON, to=scene.ids["hired"], reason="忙不过来"
            )


async def test_a_contractor_gives_it_to_their_own_people(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, painter = await scene.accepted(db, "hired"), await scene.me(db, "painter")
        assert order.contractor == "外包队"
        with pytest.raises(Forbidden, match="自己队里"):
            await dispatch.hand_over(db, painter, order, NOON, to=scene.ids["worker"], reason="忙")
        order = await dispatch.hand_over(
            db, painter, order, NOON, to=scene.ids["painter"], reason="我来"
        )
        assert order.worker_id == scene.ids["painter"]


async def test_nobody_is_sent_while_on_leave_not_even_by_the_leader(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, leader = await scene.report(db), await scene.me(db, "leader")
        db.add(Leave(person_id=scene.ids["second"], starts_at=NOON - timedelta(hours=1),
                     ends_at=after(hours=9), state=Answer.GRANTED))  # fmt: skip
        await db.flush()
        with pytest.raises(Invalid, match="请假"):
            await dispatch.offer(db, leader, order, NOON, worker_id=scene.ids["second"])
        with pytest.raises(Invalid, match="没有这位师傅"):
            await dispatch.offer(db, leader, order, NOON, worker_id=scene.ids["alice"])


async def test_given_to_another_the_first_is_told_not_to_go(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, leader = await scene.accepted(db), await scene.me(db, "leader")
        order = await dispatch.offer(db, leader, order, NOON, worker_id=scene.ids["second"])
        assert [line["says"] for line in await scene.told(db, "worker", "gone")] == [
            "换别的师傅去了"
        ]
        with pytest.raises(Conflict):
            await work.go_on(db, leader, order, NOON)


async def test_a_kind_that_is_grabbed_is_announced_and_given_out_after_ten_minutes(
    scene: Scene,
) -> None:
    async with scene.database.session() as db:
        await db.execute(update(Kind).values(grab=True))
        order = await dispatch.dispatch(db, await scene.report(db), NOON)
        assert order.state == State.SUBMITTED
        assert len(await scene.told(db, "third", "grab")) == 1
    for minute, state in ((9, State.SUBMITTED), (11, State.OFFERED)):
        await rounds.go_round(scene.database, after(minutes=minute))
        async with scene.database.session() as db:
            assert (await db.get_one(Order, order.id)).state == state
            assert len(await scene.told(db, "third", "grab")) == 1


async def test_where_the_leader_gives_them_out_nobody_grabs(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.report(db)
        with pytest.raises(Invalid, match="班长派单"):
            await dispatch.grab(db, await scene.me(db, "third"), order, NOON)


async def test_helpers_have_their_share_of_what_is_counted(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        second, third = scene.ids["second"], scene.ids["third"]
        await crew.helpers(db, worker, order, after(minutes=21), shares={second: 20, third: 40})
        await crew.helpers(db, worker, order, after(minutes=22), shares={second: 30})
        order = await work.finish(db, worker, order, after(minutes=40))
        query = select(Assignment.worker_id, Assignment.share).where(
            Assignment.order_id == order.id, Assignment.state == Part.DONE
        )
        assert dict((await db.execute(query)).all()) == {scene.ids["worker"]: 70, second: 30}
        for shares in ({second: 100}, {second: 0}, {scene.ids["worker"]: 10}):
            with pytest.raises(Invalid, match="份额"):
                await crew.helpers(db, worker, order, after(minutes=22), shares=shares)


async def test_rework_goes_back_to_who_mended_it(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.done(db, "third")
        alice = await scene.me(db, "alice")
        order = await closing.rework(db, alice, order, after(hours=2), words="又漏了")
        order = await dispatch.dispatch(db, order, after(hours=2))
        assert (order.worker_id, order.rework) == (scene.ids["third"], 1)
        reasons = await db.scalars(select(Assignment.reasons).order_by(Assignment.id.desc()))
        assert "上次就是他修的" in reasons.first()


async def test_rework_waits_for_who_mended_it_until_their_shift(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.done(db, "third")
        await db.execute(delete(Shift).where(Shift.person_id == scene.ids["third"]))
        tomorrow = {"starts_at": after(hours=22), "ends_at": after(hours=30)}
        db.add(Shift(person_id=scene.ids["third"], **tomorrow))
        alice = await scene.me(db, "alice")
        order = await closing.rework(db, alice, order, after(hours=2), words="又漏了")
        order = await dispatch.dispatch(db, order, after(hours=2))
        assert order.state == State.SUBMITTED
        order = await dispatch.dispatch(db, order, after(hours=23))
        assert order.worker_id == scene.ids["third"]
