"""How orders end: confirmed, by silence, rated later, withdrawn, rejected, and come back."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.ledger import Fact
from app.kit.errors import Conflict, Forbidden, Invalid, TooMany
from app.services.repairs import closing, dispatch, visits, work
from app.services.repairs.models import Assignment, Order, Rating, Visit
from app.services.repairs.rules import Part, State
from tests.services.repairs.conftest import NOON, Scene, after

pytestmark = pytest.mark.anyio


async def test_the_keeper_confirms_in_the_reporters_stead(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, keeper = await scene.done(db), await scene.me(db, "keeper")
        order = await closing.confirm(db, keeper, order, after(hours=1))
        assert (order.state, order.closed_at) == (State.CONFIRMED, after(hours=1))
        with pytest.raises(Conflict, match="这张单已经确认修好"):
            await closing.confirm(db, await scene.me(db, "alice"), order, after(hours=2))


async def test_the_worker_confirms_with_the_reporters_code_and_not_without(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.done(db), await scene.me(db, "worker")
        with pytest.raises(Forbidden):
            await closing.confirm(db, worker, order, after(hours=1))
        wrong = f"{(int(order.code) + 1) % 10**6:06}"
        with pytest.raises(Invalid, match="确认码不对"):
            await closing.confirm(db, worker, order, after(hours=1), code=wrong)
        order = await closing.confirm(db, worker, order, after(hours=1), code=order.code)
        assert order.state == State.CONFIRMED


async def test_codes_are_not_guessed(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.done(db), await scene.me(db, "worker")
        for _ in range(5):
            with pytest.raises(Invalid):
                await closing.confirm(db, worker, order, after(hours=1), code="wrong")
        with pytest.raises(TooMany):
            await closing.confirm(db, worker, order, after(hours=1), code=order.code)


async def test_silence_closes_after_seven_days_and_is_no_praise(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.done(db)
        assert await closing.close_silent(db, after(days=7)) == 0
        assert await closing.close_silent(db, after(days=7, hours=1)) == 1
        assert await closing.close_silent(db, after(days=9)) == 0
        await db.refresh(order)
        rating = (await db.scalars(select(Rating))).one()
        assert (order.state, rating.stars) == (State.CONFIRMED, None)
        assert "repairs.stars" not in set(await db.scalars(select(Fact.kind)))


async def test_who_says_nothing_is_asked_once_before_silence_closes(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.done(db)
        assert await closing.ask_silent(db, after(days=2)) == 0
        assert await closing.ask_silent(db, after(days=4)) == 1
        assert await closing.ask_silent(db, after(days=5)) == 0
        assert "再过 4 天算确认" in str(await scene.told(db, "alice", "done"))
        assert (await scene.steps(db, order))[-1] == "ask"


async def test_what_silence_closed_may_be_rated_later_once(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.done(db)
        await closing.close_silent(db, after(days=8))
        alice = await scene.me(db, "alice")
        await closing.rate(db, alice, order, after(days=20), stars=5, tags=["修得牢"], words="好")
        rating = (await db.scalars(select(Rating))).one()
        assert (rating.stars, rating.tags, rating.words) == (5, ["修得牢"], "好")
        with pytest.raises(Conflict, match="已经评过"):
            await closing.rate(db, alice, order, after(days=21), stars=1)
        assert rating.stars == 5


@pytest.mark.parametrize("said", [{"stars": 0}, {"stars": 6}, {"stars": 3, "tags": ["好"]}])
async def test_stars_are_one_to_five_and_tags_are_given(scene: Scene, said: dict[str, Any]) -> None:
    async with scene.database.session() as db:
        order, alice = await scene.done(db), await scene.me(db, "alice")
        with pytest.raises(Invalid):
            await closing.rate(db, alice, order, after(hours=1), **said)


async def test_within_the_warranty_it_comes_back_counted_with_new_clocks(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, alice = await scene.done(db), await scene.me(db, "alice")
        await closing.rate(db, alice, order, after(hours=1), stars=5)
        order = await closing.rework(db, alice, order, after(days=29), words="又漏了")
        assert (order.state, order.rework, order.worker_id) == (State.SUBMITTED, 1, None)
        assert (order.accepted_at, order.arrived_at, order.done_at) == (None, None, None)
        assert order.due_at == order.respond_by > after(days=29)
        fact = (await db.scalars(select(Fact).where(Fact.kind == "repairs.rework"))).one()
        assert (fact.person_id, fact.source) == (scene.ids["worker"], f"repairs:{order.id}")


async def test_after_the_warranty_it_is_a_new_order(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, alice = await scene.done(db), await scene.me(db, "alice")
        with pytest.raises(Conflict, match="30 天保修期"):
            await closing.rework(db, alice, order, after(days=31), words="又漏了")
        with pytest.raises(Invalid, match="写一句"):
            await closing.rework(db, alice, order, after(days=2), words=" ")
        assert (order.state, order.rework) == (State.DONE, 0)


async def test_each_time_it_is_mended_is_rated_and_counted_apart(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, alice = await scene.done(db), await scene.me(db, "alice")
        await closing.rate(db, alice, order, after(hours=1), stars=2)
        order = await closing.rework(db, alice, order, after(hours=2), words="又漏了")
        await _mend(db, scene, order)
        await closing.rate(db, alice, order, after(hours=4), stars=5)
        assert sorted(await db.scalars(select(Rating.stars))) == [2, 5]
        sources = select(Fact.source).where(Fact.kind == "repairs.finished").order_by(Fact.id)
        assert list(await db.scalars(sources)) == ["repairs:1", "repairs:1:rework:1"]


async def _mend(db: AsyncSession, scene: Scene, order: Order) -> None:
    worker, leader = await scene.me(db, "worker"), await scene.me(db, "leader")
    order = await dispatch.offer(db, leader, order, after(hours=2), worker_id=scene.ids["worker"])
    order = await dispatch.accept(db, worker, order, after(hours=2.1))
    order = await work.arrive(db, worker, order, after(hours=2.5), code=await scene.code(db))
    await work.finish(db, worker, order, after(hours=3))


async def test_withdrawn_the_worker_need_not_go(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await dispatch.dispatch(db, await scene.report(db), NOON)
        alice = await scene.me(db, "alice")
        order = await closing.withdraw(db, alice, order, after(minutes=1), reason="自己好了")
        assert (order.state, order.due_at, order.closed_at) == (
            State.WITHDRAWN, None, after(minutes=1),
        )  # fmt: skip
        assert list(await db.scalars(select(Assignment.state))) == [Part.ENDED]
        assert len(await scene.told(db, "worker", "gone")) == 1


async def test_rejected_the_reporter_reads_why(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, leader = await scene.report(db), await scene.me(db, "leader")
        with pytest.raises(Invalid, match="写一句原因"):
            await closing.reject(db, leader, order, NOON, reason="")
        await closing.reject(db, leader, order, NOON, reason="自己买的台灯不归我们修")
        said = (await scene.told(db, "alice", "later"))[0]["says"]
        assert said == "没有受理：自己买的台灯不归我们修"


async def test_follow_ups_are_every_rework_every_bad_rating_and_a_sample(scene: Scene) -> None:
    async with scene.database.session() as db:
        alice = await scene.me(db, "alice")
        plain, bad, again = [await scene.done(db, now=NOON) for _ in range(3)]
        await closing.rate(db, alice, bad, after(hours=1), stars=1)
        await closing.rework(db, alice, again, after(hours=1), words="又漏了")
        await _mend(db, scene, again)
        assert await visits.draw(db, after(hours=9)) == 2
        assert await visits.draw(db, after(hours=10)) == 0
        rules = dict((await db.execute(select(Visit.order_id, Visit.rule))).all())
        assert rules == {bad.id: "stars", again.id: "rework"}
        assert plain.id % visits.EVERY
