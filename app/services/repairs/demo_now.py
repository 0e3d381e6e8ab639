"""What is open on the demo campus right now."""

import io
from datetime import timedelta

from PIL import Image, ImageDraw
from sqlalchemy import select

from app.campus.calendar import say_deadline
from app.campus.people.demo import SHOWN
from app.campus.people.models import Person
from app.campus.uploads import save
from app.services.repairs.clocks import ALWAYS, Clocks, due
from app.services.repairs.demo_scene import Scene, note, reported, taken
from app.services.repairs.models import (
    Follow,
    Order,
    Photo,
    Worker,
)  # fmt: skip
from app.services.repairs.rules import Moment, Move, Part, State, Wait
from app.services.repairs.words import WAITS

# kind, sign, place, words, state, minutes since it was reported, and the numbers of who has it.
Now = tuple[str, str, str, str, State, int, str]
NOW: tuple[Now, ...] = (
    ("电路", "没电", "7号楼 302", "整间都没电，邻居有电", State.SUBMITTED, 73, ""),
    ("热水", "不热", "14号楼 214", "放了十分钟还是凉的", State.SUBMITTED, 26, ""),
    ("门窗", "锁不上", "11号楼 605", "锁芯转不动，人在门外", State.OFFERED, 4, "6104"),
    ("网络", "连不上", "19号楼 408", "整层都连不上", State.SUBMITTED, 9, ""),
    ("床桌", "床板断了", "8号楼 310", "睡觉前要修好", State.ACCEPTED, 50, "6104"),
    ("水管", "漏水", "3号楼 501", "洗手池下面的软管在滴水", State.ACCEPTED, 32, "6001"),
    ("灯", "不亮", "5号楼 118", "床头的灯", State.ACCEPTED, 95, "6102"),
    ("空调", "不制热", "12号楼 306", "开了就报 E4", State.WORKING, 260, "6105"),
    ("水管", "水太小", "4号楼 206", "", State.WORKING, 150, "6103"),
    ("灯", "一闪一闪", "2号楼 209", "楼道里的", State.WORKING, 210, "6102"),
    ("空调", "有响声", "一教 302", "上课听得见", State.WORKING, 1500, "6107"),
    ("门窗", "关不严", "9号楼 102", "要换门轴", State.WAITING, 2900, "6104"),
    ("空调", "不制热", "16号楼 511", "压缩机坏了，等厂家", State.WAITING, 4300, "6201"),
    ("床桌", "柜门掉了", "13号楼 207", "", State.WAITING, 1400, "6202"),
)  # fmt: skip


async def open_now(scene: Scene, one: Now, crew: dict[str, int]) -> None:
    name, sign, place, words, state, minutes, number = one
    door = scene.doors.get(place)
    if door is None:
        return
    at, urgent = scene.now - timedelta(minutes=minutes), name == "电路"
    kind = scene.kinds[name]
    order = reported(scene, kind, sign, door, at, words=words, urgent=urgent)
    if place == "3号楼 501":
        await _shown(scene, order)
    if not number:
        order.stuck_at = at + timedelta(minutes=1) if minutes > 20 else None
        return
    worker = next(w for w in scene.workers if w.person_id == crew[number])
    part = taken(scene, order, worker, at + timedelta(minutes=1))
    part.state = Part.ACCEPTED
    if state is State.OFFERED:
        order.accepted_at, part.state, part.answered_at = None, Part.OFFERED, None
        part.answer_by = scene.now + timedelta(minutes=6)
    elif state is not State.ACCEPTED and part.answered_at:
        order.arrived_at = part.answered_at + timedelta(minutes=15)
        note(scene, order, Move.ARRIVE, order.arrived_at, worker.person_id, place=place)
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
        note(scene, order, Move.PROMISE, at, worker.person_id, said=order.promise, until=said)
        return
    until = scene.now + timedelta(days=2)
    order.stopped_at, order.waiting_for, order.waiting_until = at, Wait.PARTS, until
    order.look_at = until
    said = say_deadline(until, scene.now).removesuffix(" 前")
    note(scene, order, Move.WAIT, at, worker.person_id, said="门轴下了单，后天到",
          why=WAITS[Wait.PARTS], until=said)  # fmt: skip


async def _shown(scene: Scene, order: Order) -> None:
    """The order of whom everything is shown as: a photo, and a room-mate who follows."""
    db = scene.db
    mine = await db.scalar(select(Person).where(Person.number == SHOWN))
    if mine is None:
        return
    order.reporter_id = order.by_id = mine.id
    others = select(Person.id).where(Person.room_id == order.room_id, Person.id != mine.id)
    scene.rest += [(order, Follow(person_id=person, at=order.created_at))
                   for person in await db.scalars(others.limit(1))]  # fmt: skip
    photo = await save(db, _photo(), person_id=mine.id, now=order.created_at)
    kept = Photo(upload_id=photo.id, moment=Moment.REPORT, position=0)
    scene.rest.append((order, kept))


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
