"""Materials and hours."""

import pytest
from sqlalchemy import func, select

from app.campus.ledger import Fact
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.services.repairs import hours, stock, work
from app.services.repairs.models import Hours, Material, Price, Stock, StockMove
from app.services.repairs.stock import Bought
from tests.services.repairs.conftest import NOON, Scene, after

pytestmark = pytest.mark.anyio


async def shelf(scene: Scene, quantity: int = 5, low: int = 3) -> int:
    async with scene.database.session() as db:
        valve = Stock(name="阀芯", unit="只", quantity=quantity, low=low, fen=1200)
        db.add(valve)
        await db.flush()
        return valve.id


async def test_stock_falls_at_the_price_of_the_day_and_warns_once(scene: Scene) -> None:
    valve = await shelf(scene)
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        for key in ("a", "b", "b", "c"):
            await stock.use(db, worker, order, NOON, item=valve, quantity=1, key=key)
        used = (await db.execute(select(Material.quantity, Material.fen))).all()
        assert used == [(1, 1200)] * 3
        left = await db.scalar(select(Stock.quantity))
        assert left == 2
        assert [line["left"] for line in await scene.told(db, "leader", "stock")] == [3]


async def test_filled_up_it_warns_again(scene: Scene) -> None:
    valve = await shelf(scene, quantity=4)
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        await stock.use(db, worker, order, NOON, item=valve, quantity=2, key="a")
        assert await stock.receive(db, None, valve, NOON, change=10, why="进货") == 12
        await stock.use(db, worker, order, NOON, item=valve, quantity=10, key="b")
        assert len(await scene.told(db, "operator", "stock")) == 2
        moves = await db.scalars(select(StockMove.change).order_by(StockMove.id))
        assert list(moves) == [-2, 10, -10]


async def test_there_is_never_less_than_none(scene: Scene) -> None:
    valve = await shelf(scene, quantity=2)
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        undone = await db.begin_nested()
        with pytest.raises(Conflict, match="阀芯只剩 2 只"):
            await stock.use(db, worker, order, NOON, item=valve, quantity=3, key="a")
        await undone.rollback()
        with pytest.raises(Conflict, match="没有这么多"):
            await stock.receive(db, None, valve, NOON, change=-3)
        with pytest.raises(NotFound):
            await stock.receive(db, None, 99, NOON, change=1)
        assert await db.scalar(select(func.count(Material.id))) == 0


async def test_what_was_bought_touches_no_stock(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        item = Bought("合页", 850, "对")
        await stock.use(db, worker, order, NOON, item=item, quantity=2, key="a")
        found = (await db.scalars(select(Material))).one()
        assert (found.name, found.unit, found.fen, found.stock_id) == ("合页", "对", 850, None)
        with pytest.raises(Invalid):
            await stock.use(db, worker, order, NOON, item=item, quantity=0, key="b")


async def test_only_who_works_on_it_enters_materials(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, item = await scene.working(db), Bought("合页", 850)
        for name, refusal in (("alice", Forbidden), ("third", Forbidden), ("bob", NotFound)):
            me = await scene.me(db, name)
            with pytest.raises(refusal):
                await stock.use(db, me, order, NOON, item=item, quantity=1, key="a")


async def test_what_is_charged_adds_up(scene: Scene) -> None:
    async with scene.database.session() as db:
        db.add(Price(item="换锁芯", fen=3500))
        order, worker = await scene.working(db), await scene.me(db, "worker")
        for quantity in (1, 2):
            order = await stock.charge(db, worker, order, NOON, price_id=1, quantity=quantity)
        assert order.charge == 10500


async def test_a_timer_that_is_started_twice_runs_once_and_ends_with_the_order(
    scene: Scene,
) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        await hours.start(db, worker, order, after(minutes=20))
        await hours.start(db, worker, order, after(minutes=25))
        await work.finish(db, worker, order, after(minutes=65))
        spent = (await db.scalars(select(Hours))).one()
        assert (spent.starts_at, spent.ends_at) == (after(minutes=20), after(minutes=65))
        fact = (await db.scalars(select(Fact).where(Fact.kind == "repairs.minutes"))).one()
        assert (fact.amount, fact.person_id) == (45, scene.ids["worker"])


async def test_stopping_what_does_not_run_is_said(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        with pytest.raises(Conflict, match="没有在计时"):
            await hours.stop(db, worker, order, NOON)
        await hours.start(db, worker, order, NOON)
        await hours.stop(db, worker, order, NOON)
        assert (await db.scalars(select(Hours.ends_at))).one() == after(minutes=1)


async def test_typed_hours_count_once_and_overlaps_are_named(scene: Scene) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        span = {"starts": after(hours=1), "ends": after(hours=2)}
        for _ in range(2):
            await hours.typed(db, worker, order, after(hours=4), **span)
        assert await db.scalar(select(func.count(Hours.id))) == 1
        over = {"starts": after(hours=1.5), "ends": after(hours=3)}
        with pytest.raises(Conflict, match=r"和 261118-1 的工时重了（11月18日 11:00 起）"):
            await hours.typed(db, worker, order, after(hours=4), **over)
        beside = {"starts": after(hours=2), "ends": after(hours=3)}
        await hours.typed(db, worker, order, after(hours=4), **beside)
        assert await db.scalar(select(Fact.amount).where(Fact.kind == "repairs.minutes")) == 120


@pytest.mark.parametrize(("starts", "ends"), [(2, 1), (1, 5), (-20, 1), (-900, -899)])
async def test_hours_that_cannot_be_are_refused(scene: Scene, starts: int, ends: int) -> None:
    async with scene.database.session() as db:
        order, worker = await scene.working(db), await scene.me(db, "worker")
        span = {"starts": after(hours=starts), "ends": after(hours=ends)}
        with pytest.raises(Invalid):
            await hours.typed(db, worker, order, after(hours=4), **span)
