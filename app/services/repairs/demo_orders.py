"""Some weeks of orders with their whole story."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import SHANGHAI
from app.services.repairs.demo_now import NOW, open_now
from app.services.repairs.demo_scene import Scene, note, reported, scene_of, taken
from app.services.repairs.models import (
    Day,
    Material,
    Order,
    Rating,
    StockMove,
    Worker,
)  # fmt: skip
from app.services.repairs.rules import Move, State

PAST, WEEKS = 104, 3
SAID = {5: ("来得快，修得好", "谢谢师傅", "", "", "顺手把地也拖了"), 4: ("挺好的", "", ""),
        3: ("修好了，就是等得有点久", ""), 2: ("没收拾干净",), 1: ("第二天又坏了",)}  # fmt: skip
TAGS = {5: ["来得及时", "修得牢"], 4: ["态度好"], 3: ["等得久"], 2: ["没收拾干净"], 1: ["没修好"]}
STARS = (5,) * 14 + (4,) * 7 + (3,) * 2 + (2, 1)


async def fill_orders(db: AsyncSession, crew: dict[str, int], now: datetime) -> None:
    """About 120 orders: of the last three weeks, and those that are open now."""
    scene = await scene_of(db, crew, now)
    for at in sorted(_moment(scene) for _ in range(PAST)):
        _past(scene, at)
    for one in sorted(NOW, key=lambda one: -one[5]):
        await open_now(scene, one, crew)
    db.add_all(scene.orders)
    await db.flush()
    for order, row in scene.rest:
        row.order_id = order.id
    db.add_all([row for _, row in scene.rest])
    db.add_all(Day(day=day, last=last) for day, last in scene.days.items())


def _moment(scene: Scene) -> datetime:
    """When students report: mostly in the evening, more in the last days."""
    back = scene.dice.triangular(1, WEEKS * 7, 2)
    hour = scene.dice.choice((8, 10, 12, 13, 17, 18, 19, 19, 20, 20, 21, 22))
    day = (scene.now - timedelta(days=back)).astimezone(SHANGHAI)
    return min(day.replace(hour=hour, minute=scene.dice.randrange(60)),
               scene.now - timedelta(hours=20))  # fmt: skip


def _past(scene: Scene, at: datetime) -> None:
    """An order that is closed, or mended and not confirmed yet."""
    dice = scene.dice
    kind = dice.choice([*scene.kinds.values(), scene.kinds["水管"], scene.kinds["灯"]])
    order = reported(scene, kind, dice.choice(kind.signs), dice.choice(scene.homes), at)
    if dice.random() < 0.06:
        _dropped(scene, order, at + timedelta(minutes=dice.randrange(3, 40)))
        return
    able = [worker for worker in scene.workers if kind.trade in worker.trades]
    worker = dice.choice(able)
    accepted = taken(scene, order, worker, at + timedelta(minutes=dice.randrange(1, 9))).answered_at
    assert accepted is not None  # noqa: S101 just set; for the type checker
    arrived = accepted + timedelta(minutes=dice.choice((12, 18, 25, 40, 55, 90, 160)))
    note(scene, order, Move.ARRIVE, arrived, worker.person_id, place="")
    slow = timedelta(hours=dice.choice((20, 30, 52))) if dice.random() < 0.09 else timedelta(0)
    done = arrived + timedelta(minutes=dice.choice((8, 15, 20, 35, 60, 110))) + slow
    done = min(done, scene.now - timedelta(minutes=30))
    order.arrived_at, order.done_at = arrived, done
    order.due_at = order.look_at = None
    order.state = State.DONE
    note(scene, order, Move.FINISH, done, worker.person_id)
    _used(scene, order, worker, done)
    _thought(scene, order, done)


def _used(scene: Scene, order: Order, worker: Worker, at: datetime) -> None:
    if scene.dice.random() > 0.4:
        return
    item = scene.dice.choice(scene.stock)
    if item.quantity <= item.low:
        return
    item.quantity -= 1
    scene.rest += [
        (order, Material(stock_id=item.id, name=item.name, unit=item.unit, quantity=1,
                         fen=item.fen, by_id=worker.person_id, key=f"demo-{order.number}")),
        (order, StockMove(stock_id=item.id, change=-1, by_id=worker.person_id, why=order.number,
                          at=at)),
    ]  # fmt: skip


def _thought(scene: Scene, order: Order, done: datetime) -> None:
    """Stars, silence for a week, or nothing yet."""
    dice, old = scene.dice, scene.now - done > timedelta(days=7)
    if dice.random() < 0.63:
        stars, at = (
            dice.choice(STARS),
            min(done + timedelta(hours=dice.randrange(1, 30)), scene.now),
        )
        order.state, order.closed_at = State.RATED, at
        note(scene, order, Move.RATE, at, order.reporter_id)
        said = Rating(stars=stars, tags=TAGS[stars], words=dice.choice(SAID[stars]), at=at)
        scene.rest.append((order, said))
    elif old:
        order.state, order.closed_at = State.CONFIRMED, done + timedelta(days=7)
        note(scene, order, Move.CONFIRM, done + timedelta(days=7), None, silent=True)
        scene.rest.append((order, Rating(at=done + timedelta(days=7))))


def _dropped(scene: Scene, order: Order, at: datetime) -> None:
    what, state = scene.dice.choice((
        (Move.WITHDRAW, State.WITHDRAWN), (Move.REJECT, State.REJECTED),
    ))  # fmt: skip
    order.state, order.closed_at, order.due_at, order.look_at = state, at, None, None
    words = "自己弄好了" if what is Move.WITHDRAW else "这是个人物品，后勤修不了"
    note(scene, order, what, at, order.reporter_id, said=words)
