"""An order from report to stars, and what each step rings."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.ledger import Fact
from app.campus.uploads import Upload
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.services.repairs import closing, dispatch, orders, parts, work
from app.services.repairs.clocks import Slot
from app.services.repairs.models import Photo
from app.services.repairs.rules import Event, Moment, Move, Source, State, Who
from tests.services.repairs.conftest import NOON, Scene, after

pytestmark = pytest.mark.anyio


async def test_a_report_has_a_number_clocks_and_a_promise(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, other = await scene.report(db), await scene.report(db, "bob")
        assert (order.number, other.number) == ("261118-1", "261118-2")
        assert order.respond_by == order.due_at == after(minutes=30)
        said = await scene.told(db, "alice")
        assert [line["says"] for line in said] == ["周一 11:30 前修好"]
        assert said[0]["place"] == "3号楼 501"
        assert said[0]["fault"] == "水管漏水"


async def test_the_whole_way_is_a_timeline_and_each_step_rings_the_reporter(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.done(db)
        await closing.rate(
            db, await scene.me(db, "alice"), order, after(hours=1), stars=4, tags=["态度好"]
        )
        assert await scene.steps(db, order) == [
            Event.REPORT, Move.OFFER, Move.ACCEPT, Move.ARRIVE, Move.FINISH, Move.RATE,
        ]  # fmt: skip
        assert (await db.get_one(type(order), order.id)).state == State.RATED
        assert [line["says"] for line in await scene.told(db, "alice")][1:] == [
            "派给worker师傅了", "worker师傅接单了，会联系你", "worker师傅到了",
            "worker师傅修好了，看看行不行",
        ]  # fmt: skip
        assert [line["says"] for line in await scene.told(db, "worker")] == ["10 分钟内点接单"]


async def test_the_ledger_learns_what_was_done_but_not_who_rated(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.done(db)
        await closing.rate(db, await scene.me(db, "alice"), order, after(hours=1), stars=4)
        facts = (await db.scalars(select(Fact).order_by(Fact.id))).all()
        assert [(fact.kind, fact.amount, fact.team) for fact in facts] == [
            ("repairs.finished", 100, "水电组"), ("repairs.standard_minutes", 45, "水电组"),
            ("repairs.on_time", 1, "水电组"), ("repairs.stars", 4, "水电组"),
        ]  # fmt: skip
        assert {fact.person_id for fact in facts} == {scene.ids["worker"]}
        assert facts[3].source == "repairs:rating:1"
        assert facts[3].data == {}


async def test_who_mended_it_never_sees_the_rating(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.done(db)
        await closing.rate(db, await scene.me(db, "alice"), order, after(hours=1), stars=1)
        seen = {}
        for name in ("alice", "leader", "supervisor", "worker", "keeper", "bob"):
            rating = await closing.rating_of(db, await scene.me(db, name), order)
            seen[name] = rating.stars if rating else None
        assert seen == {"alice": 1, "leader": 1, "supervisor": 1, "worker": None, "keeper": None,
                        "bob": None}  # fmt: skip


async def test_bob_never_sees_what_alice_reported(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.report(db)
        assert (await parts.find(db, await scene.me(db, "alice"), order.number)).id == order.id
        for name in ("bob", "charlie", "teacher", "painter"):
            with pytest.raises(NotFound, match="没有这张单"):
                await parts.find(db, await scene.me(db, name), order.number)


@pytest.mark.parametrize(
    ("name", "mine"),
    [
        ("alice", {Who.REPORTER}), ("worker", {Who.CREW}), ("second", {Who.CREW}),
        ("leader", {Who.DISPATCHER}), ("keeper", {Who.KEEPER}), ("supervisor", {Who.WATCHER}),
        ("operator", {Who.DISPATCHER}), ("administrator", {Who.DISPATCHER}), ("head", set()),
        ("contractor", set()), ("painter", set()), ("bob", set()), ("charlie", set()),
    ],
)  # fmt: skip
async def test_everybody_has_their_part(scene: Scene, name: str, mine: set[Who]) -> None:
    async with scene.database.session() as db:
        order = await scene.report(db)
        assert await parts.parts(db, await scene.me(db, name), order) == mine


async def test_photos_stay_with_their_order_and_never_more_than_six_of_a_kind(scene: Scene) -> None:
    async with scene.database.session() as db:
        photos = await _photos(db, 7)
        order = await scene.report(db, uploads=photos[:2])
        alice = await scene.me(db, "alice")
        await orders.add(db, alice, order, after(minutes=1), uploads=photos[2:4])
        kept = await db.scalars(select(Photo.position).where(Photo.order_id == order.id))
        assert sorted(kept) == [0, 1, 2, 3]
        with pytest.raises(Invalid, match="已经有 4 张"):
            await orders.add(db, alice, order, after(minutes=2), uploads=photos[4:])
        with pytest.raises(Forbidden):
            await orders.add(
                db, alice, order, after(minutes=2), uploads=photos[4:5], moment=Moment.AFTER
            )


async def _photos(db: AsyncSession, count: int) -> list[int]:
    made = [Upload(at=NOON, width=1, height=1, picture=b"", thumbnail=b"") for _ in range(count)]
    db.add_all(made)
    await db.flush()
    return [upload.id for upload in made]


async def test_a_report_says_what_is_missing(scene: Scene) -> None:
    early = Slot(after(hours=1), after(hours=2))
    night = Slot(after(hours=10), after(hours=12))
    wrong = [
        ({"sign": "着火"}, "列出来的毛病"), ({"sign": ""}, "写一句"),
        ({"words": "长" * 501}, "500"),
        ({"slot": early}, "提前 2 小时"), ({"slot": night}, "8:00–21:00"),
        ({"slot": Slot(after(hours=4), after(hours=5)), "urgent": True}, "马上就来"),
        ({"building_id": scene.building_id}, "在楼里哪儿"), ({"room_id": 999}, "没有这个地方"),
    ]  # fmt: skip
    for said, words in wrong:
        async with scene.database.session() as db:
            with pytest.raises((Invalid, NotFound), match=words):
                await scene.report(db, **said)


async def test_a_keeper_reports_for_somebody_and_a_student_does_not(scene: Scene) -> None:
    async with scene.database.session() as db:
        bob = scene.ids["bob"]
        order = await scene.report(db, "keeper", reporter_id=bob, source=Source.KEEPER)
        assert (order.reporter_id, order.by_id) == (bob, scene.ids["keeper"])
        assert await scene.told(db, "bob")
        with pytest.raises(Forbidden, match="替人报修"):
            await scene.report(db, "alice", reporter_id=bob)


async def test_somebody_on_the_telephone_is_but_a_number(scene: Scene) -> None:
    async with scene.database.session() as db:
        order = await scene.report(db, "operator", source=Source.PHONE, phone="8880 0123")
        assert (order.reporter_id, order.phone) == (None, "8880 0123")


async def test_it_can_be_edited_until_somebody_has_accepted(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, alice = await scene.report(db), await scene.me(db, "alice")
        visit = Slot(after(hours=5), after(hours=6))
        order = await orders.edit(db, alice, order, after(minutes=1), words="更大了", slot=visit)
        assert (order.words, order.arrive_by) == ("更大了", visit.ends)
        await dispatch.dispatch(db, order, after(minutes=2))
        worker = await scene.me(db, "worker")
        order = await dispatch.accept(db, worker, order, after(minutes=3))
        with pytest.raises(Conflict, match="师傅已经接了这张单，要改的写在补充说明里"):
            await orders.edit(db, alice, order, after(minutes=4), words="没了")
        assert order.words == "更大了"


async def test_urging_rings_worker_and_leader_once_per_period(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, alice = await scene.accepted(db), await scene.me(db, "alice")
        await orders.urge(db, alice, order, after(minutes=5))
        with pytest.raises(Conflict, match="刚催过"):
            await orders.urge(db, alice, order, after(minutes=60))
        await orders.urge(db, alice, order, after(minutes=126))
        assert len(await scene.told(db, "worker", "news")) == 2
        assert len(await scene.told(db, "leader", "news")) == 2


async def test_one_arrives_only_at_the_door_of_the_order(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.accepted(db), await scene.me(db, "worker")
        with pytest.raises(Invalid, match="这是3号楼 502的码"):
            await work.arrive(db, worker, order, after(minutes=9), code=await scene.code(db, "502"))
        code = await scene.code(db)
        order = await work.arrive(db, worker, order, after(minutes=9), code=code.upper())
        assert (order.state, order.arrived_at) == (State.WORKING, after(minutes=9))
        assert order.due_at == order.finish_by


async def test_a_forged_code_is_no_arrival(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.accepted(db), await scene.me(db, "worker")
        with pytest.raises(NotFound, match="不是我们贴的"):
            await work.arrive(db, worker, order, after(minutes=9), code="a" * 24)
        assert order.state == State.ACCEPTED
