"""Some weeks of orders with their whole story, and what is open right now."""

import io
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import Calendar, calendar, say_deadline
from app.campus.people.demo import SHOWN
from app.campus.people.models import Person
from app.campus.places import Building, BuildingKind, Room
from app.campus.uploads import save
from app.kit.clock import SHANGHAI
from app.services.repairs.clocks import ALWAYS, Clocks, calendar_of, clocks, due
from app.services.repairs.demo_now import NOW, Now
from app.services.repairs.models import (
    Assignment,
    Day,
    Follow,
    Kind,
    Material,
    Order,
    Photo,
    Rating,
    Step,
    Stock,
    StockMove,
    Worker,
)  # fmt: skip
from app.services.repairs.rules import Event, Moment, Move, Part, Source, State, Wait
from app.services.repairs.timing import started
from app.services.repairs.words import WAITS

PAST, WEEKS = 104, 3
SOURCES = (Source.H5,) * 9 + (Source.CODE,) * 5 + (Source.KEEPER,) * 3 + (Source.PHONE,) * 2
SAID = {5: ("来得快，修得好", "谢谢师傅", "", "", "顺手把地也拖了"), 4: ("挺好的", "", ""),
        3: ("修好了，就是等得有点久", ""), 2: ("没收拾干净",), 1: ("第二天又坏了",)}  # fmt: skip
TAGS = {5: ["来得及时", "修得牢"], 4: ["态度好"], 3: ["等得久"], 2: ["没收拾干净"], 1: ["没修好"]}
STARS = (5,) * 14 + (4,) * 7 + (3,) * 2 + (2, 1)


@dataclass(slots=True)
class Scene:
    """What the orders are made of."""

    db: AsyncSession
    dice: random.Random
    now: datetime
    works: Calendar
    kinds: dict[str, Kind]
    rooms: dict[str, tuple[Room, Building]]
    workers: list[Worker]
    names: dict[int, str]
    days: dict[date, int]
    stock: list[Stock]


async def fill_orders(db: AsyncSession, crew: dict[str, int], now: datetime) -> None:
    """About 120 orders: of the last three weeks, and those that are open now."""
    scene = await _scene(db, crew, now)
    for at in sorted(_moment(scene) for _ in range(PAST)):
        await _past(scene, at)
    for one in sorted(NOW, key=lambda one: -one[5]):
        await _open(scene, one, crew)
    await db.flush()
    db.add_all(Day(day=day, last=last) for day, last in scene.days.items())


async def _scene(db: AsyncSession, crew: dict[str, int], now: datetime) -> Scene:
    rooms = await db.execute(select(Room, Building).join(Building, Building.id == Room.building_id))
    people = await db.execute(select(Person.id, Person.name).where(Person.id.in_(crew.values())))
    return Scene(
        db, random.Random(20261010), now, await calendar.within(db),  # noqa: S311 the same demo every time is the point
        {kind.name: kind for kind in await db.scalars(select(Kind))},
        {f"{house.name} {room.number}": (room, house) for room, house in rooms},
        list(await db.scalars(select(Worker).order_by(Worker.person_id))),
        dict(people.all()), {}, list(await db.scalars(select(Stock))),
    )  # fmt: skip


def _moment(scene: Scene) -> datetime:
    """When students report: mostly in the evening, more in the last days."""
    back = scene.dice.triangular(1, WEEKS * 7, 2)
    hour = scene.dice.choice((8, 10, 12, 13, 17, 18, 19, 19, 20, 20, 21, 22))
    day = (scene.now - timedelta(days=back)).astimezone(SHANGHAI)
    return min(day.replace(hour=hour, minute=scene.dice.randrange(60)),
               scene.now - timedelta(hours=20))  # fmt: skip


async def _past(scene: Scene, at: datetime) -> None:
    """An order that is closed, or mended and not confirmed yet."""
    dice = scene.dice
    kind = dice.choice([*scene.kinds.values(), scene.kinds["水管"], scene.kinds["灯"]])
    dorms = [pair for pair in scene.rooms.values() if pair[1].kind == BuildingKind.DORMITORY]
    order = await _reported(scene, kind, dice.choice(kind.signs), dice.choice(dorms), at)
    if dice.random() < 0.06:
        await _dropped(scene, order, at + timedelta(minutes=dice.randrange(3, 40)))
        return
    able = [worker for worker in scene.workers if kind.trade in worker.trades]
    worker = dice.choice(able)
    accepted = await _taken(scene, order, worker, at + timedelta(minutes=dice.randrange(1, 9)))
    arrived = accepted + timedelta(minutes=dice.choice((12, 18, 25, 40, 55, 90, 160)))
    _note(scene, order, Move.ARRIVE, arrived, worker.person_id, place="")
    slow = timedelta(hours=dice.choice((20, 30, 52))) if dice.random() < 0.09 else timedelta(0)
    done = arrived + timedelta(minutes=dice.choice((8, 15, 20, 35, 60, 110))) + slow
    done = min(done, scene.now - timedelta(minutes=30))
    order.arrived_at, order.done_at = arrived, done
    order.due_at = order.look_at = None
    order.state = State.DONE
    _note(scene, order, Move.FINISH, done, worker.person_id)
    await _used(scene, order, worker, done)
    await _thought(scene, order, done)


async def _reported(
    scene: Scene, kind: Kind, sign: str, pair: tuple[Room, Building], at: datetime, *,
    words: str = "", urgent: bool = False,
) -> Order:  # fmt: skip
    (room, house), day = pair, at.astimezone(SHANGHAI).date()
    scene.days[day] = scene.days.get(day, 0) + 1
    home = select(Person).where(Person.room_id == room.id).order_by(Person.id).limit(1)
    reporter = await scene.db.scalar(home)
    on = calendar_of(kind, urgent, scene.works)
    set_to = clocks(kind, urgent, scene.works, at)
    order = Order(
        number=f"{day:%y%m%d}-{scene.days[day]}", kind_id=kind.id, sign=sign, words=words,
        room_id=room.id, building_id=house.id, area_id=house.area_id,
        source=scene.dice.choice(SOURCES), reporter_id=reporter.id if reporter else None,
        by_id=reporter.id if reporter else None, urgent=urgent, created_at=at,
        code=f"{scene.dice.randrange(1_000_000):06}", state=State.SUBMITTED,
        phone=f"139 0391 {scene.dice.randrange(10_000):04}", **started(set_to, at, on),
    )  # fmt: skip
    scene.db.add(order)
    await scene.db.flush()
    _note(scene, order, Event.REPORT, at, order.reporter_id, source=order.source)
    return order


async def _taken(scene: Scene, order: Order, worker: Worker, at: datetime) -> datetime:
    """Offered by the system, and accepted; when."""
    name = f"{scene.names[worker.person_id]}师傅"
    reasons = [f"会{worker.trades[0]}", "手上只有 1 单"]
    accepted = at + timedelta(minutes=scene.dice.randrange(1, 8))
    order.worker_id, order.contractor = worker.person_id, worker.contractor
    order.dispatched_at, order.accepted_at, order.state = at, accepted, State.ACCEPTED
    _note(scene, order, Move.OFFER, at, None, worker=name, reasons=reasons)
    _note(scene, order, Move.ACCEPT, accepted, worker.person_id)
    part = Part.ACCEPTED if scene.now - at < timedelta(minutes=1) else Part.DONE
    scene.db.add(Assignment(
        order_id=order.id, worker_id=worker.person_id, state=part, reasons=reasons, at=at,
        answered_at=accepted,
    ))  # fmt: skip
    return accepted


async def _used(scene: Scene, order: Order, worker: Worker, at: datetime) -> None:
    if scene.dice.random() > 0.4:
        return
    item = scene.dice.choice(scene.stock)
    if item.quantity <= item.low:
        return
    item.quantity -= 1
    scene.db.add_all([
        Material(order_id=order.id, stock_id=item.id, name=item.name, unit=item.unit, quantity=1,
                 fen=item.fen, by_id=worker.person_id, key=f"demo-{order.id}"),
        StockMove(stock_id=item.id, change=-1, order_id=order.id, by_id=worker.person_id,
                  why=order.number, at=at),
    ])  # fmt: skip


async def _thought(scene: Scene, order: Order, done: datetime) -> None:
    """Stars, silence for a week, or nothing yet."""
    dice, old = scene.dice, scene.now - done > timedelta(days=7)
    if dice.random() < 0.63:
        stars, at = (
            dice.choice(STARS),
            min(done + timedelta(hours=dice.randrange(1, 30)), scene.now),
        )
        order.state, order.closed_at = State.RATED, at
        _note(scene, order, Move.RATE, at, order.reporter_id)
        scene.db.add(Rating(order_id=order.id, stars=stars, tags=TAGS[stars],
                            words=dice.choice(SAID[stars]), at=at))  # fmt: skip
    elif old:
        order.state, order.closed_at = State.CONFIRMED, done + timedelta(days=7)
        _note(scene, order, Move.CONFIRM, done + timedelta(days=7), None, silent=True)
        scene.db.add(Rating(order_id=order.id, at=done + timedelta(days=7)))


async def _dropped(scene: Scene, order: Order, at: datetime) -> None:
    what, state = scene.dice.choice((
        (Move.WITHDRAW, State.WITHDRAWN), (Move.REJECT, State.REJECTED),
    ))  # fmt: skip
    order.state, order.closed_at, order.due_at, order.look_at = state, at, None, None
    words = "自己弄好了" if what is Move.WITHDRAW else "这是个人物品，后勤修不了"
    _note(scene, order, what, at, order.reporter_id, said=words)


async def _open(scene: Scene, one: Now, crew: dict[str, int]) -> None:
    name, sign, place, words, state, minutes, number = one
    pair = scene.rooms.get(place)
    if pair is None:
        return
    at, urgent = scene.now - timedelta(minutes=minutes), name == "电路"
    kind = scene.kinds[name]
    order = await _reported(scene, kind, sign, pair, at, words=words, urgent=urgent)
    if place == "3号楼 501":
        await _shown(scene, order)
    if not number:
        order.stuck_at = at + timedelta(minutes=1) if minutes > 20 else None
        return
    worker = next(w for w in scene.workers if w.person_id == crew[number])
    accepted = await _taken(scene, order, worker, at + timedelta(minutes=1))
    part = (await scene.db.scalars(select(Assignment).where(Assignment.order_id == order.id))).one()
    part.state = Part.ACCEPTED
    if state is State.OFFERED:
        order.accepted_at, part.state, part.answered_at = None, Part.OFFERED, None
        part.answer_by = scene.now + timedelta(minutes=6)
    elif state is not State.ACCEPTED:
        order.arrived_at = accepted + timedelta(minutes=15)
        _note(scene, order, Move.ARRIVE, order.arrived_at, worker.person_id, place=place)
    order.state = state
    _run_on(scene, order)
    if state is State.WAITING:
        _waits(scene, order, worker, promised=name == "空调")


def _run_on(scene: Scene, order: Order) -> None:
    """The clock that runs now. Nobody has been told of it yet."""
    clock = [at for at in (order.respond_by, order.arrive_by, order.finish_by) if at]
    order.due_at = due(Clocks(*clock), order.accepted_at, order.arrived_at)
    order.look_at = order.due_at


def _waits(scene: Scene, order: Order, worker: Worker, *, promised: bool) -> None:
    at = (order.arrived_at or scene.now) + timedelta(minutes=25)
    if promised:
        until = ALWAYS.deadline(scene.now, 24 * 9)
        order.promised_for, order.promise = until, "压缩机要从厂家发货，到货当天就装"
        order.finish_by = order.due_at = order.look_at = until
        order.waiting_for = Wait.PROMISE
        said = say_deadline(until, scene.now)
        _note(scene, order, Move.PROMISE, at, worker.person_id, said=order.promise, until=said)
        return
    until = scene.now + timedelta(days=2)
    order.stopped_at, order.waiting_for, order.waiting_until = at, Wait.PARTS, until
    order.look_at = until
    said = say_deadline(until, scene.now).removesuffix(" 前")
    _note(scene, order, Move.WAIT, at, worker.person_id, said="门轴下了单，后天到",
          why=WAITS[Wait.PARTS], until=said)  # fmt: skip


async def _shown(scene: Scene, order: Order) -> None:
    """The order of whom everything is shown as: a photo, and a room-mate who follows."""
    db = scene.db
    mine = await db.scalar(select(Person).where(Person.number == SHOWN))
    if mine is None:
        return
    order.reporter_id = order.by_id = mine.id
    others = select(Person.id).where(Person.room_id == order.room_id, Person.id != mine.id)
    db.add_all(Follow(order_id=order.id, person_id=person, at=order.created_at)
               for person in await db.scalars(others.limit(1)))  # fmt: skip
    photo = await save(db, _photo(), person_id=mine.id, now=order.created_at)
    db.add(Photo(order_id=order.id, upload_id=photo.id, moment=Moment.REPORT, position=0))


def _photo() -> bytes:
    """A wet pipe, more or less."""
    image = Image.new("RGB", (960, 720), "#d9d4cb")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 430, 960, 720), fill="#b9b2a6")
    draw.ellipse((250, 560, 720, 690), fill="#8fa3ad")
    draw.rectangle((450, 0, 500, 470), fill="#8c9399")
    draw.rectangle((430, 300, 520, 350), fill="#6b7278")
    draw.ellipse((466, 480, 486, 520), fill="#5b8fae")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def _note(
    scene: Scene, order: Order, what: str, at: datetime, by: int | None, *, said: str = "",
    **data: Any,
) -> None:  # fmt: skip
    scene.db.add(Step(order_id=order.id, at=at, by_id=by, what=what, words=said, data=data))
