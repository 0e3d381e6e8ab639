"""What a dispatcher does to one order, by the name of the button. Each calls the verb."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData, UploadFile

from app.campus.people.me import Me
from app.campus.uploads import save_all
from app.kit import clock
from app.kit.errors import Invalid, NotFound
from app.services.repairs import closing, crew, dispatch, follows, orders, promises, stock, work
from app.services.repairs.desk_page import number
from app.services.repairs.models import Order, Postponement
from app.services.repairs.parts import find
from app.services.repairs.rules import Moment, Wait

Deed = Callable[[AsyncSession, Me, Order, FormData], Awaitable[object]]


def words(sent: FormData, name: str = "words") -> str:
    """What was written in a field, without blanks around it."""
    return str(sent.get(name, "")).strip()


def at(sent: FormData, name: str = "until") -> datetime:
    """What `<input type="datetime-local">` sends. Raises Invalid."""
    try:
        return datetime.fromisoformat(words(sent, name)).replace(tzinfo=clock.SHANGHAI)
    except ValueError:
        raise Invalid("选一个日子和钟点") from None


async def _offer(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    if (worker := number(sent.get("worker"))) is None:
        raise Invalid("选一位师傅")
    had = number(sent.get("had"))
    await dispatch.offer(db, me, order, clock.now(), worker_id=worker, had=had)


async def _auto(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    await dispatch.dispatch(db, order, clock.now())


async def _back(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    await dispatch.give_back(db, me, order, clock.now(), reason=words(sent))


async def _helpers(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    people = [number(one) for one in sent.getlist("helper")]
    shares = [number(one) for one in sent.getlist("share")]
    pairs = {p: s or 0 for p, s in zip(people, shares, strict=False) if p is not None}
    await crew.helpers(db, me, order, clock.now(), shares=pairs)


async def _wait(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    why = words(sent, "why")
    if why not in list(Wait):
        raise Invalid("选一下等什么")
    await work.wait(db, me, order, clock.now(), why=Wait(why), until=at(sent), words=words(sent))


async def _go_on(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    await work.go_on(db, me, order, clock.now())


async def _promise(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    await promises.promise(db, me, order, clock.now(), until=at(sent), reason=words(sent))


async def _later(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    asked = await db.get(Postponement, number(sent.get("asked")) or 0)
    if asked is None or asked.order_id != order.id:
        raise NotFound("没有这次申请，刷新看看")
    granted = words(sent, "answer") == "yes"
    await promises.decide_later(db, me, order, clock.now(), asked=asked, granted=granted)


async def _merge(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    others = [await find(db, me, str(one)) for one in sent.getlist("other")][:20]
    await follows.merge(db, me, order, others, clock.now())


async def _reject(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    await closing.reject(db, me, order, clock.now(), reason=words(sent))


async def _withdraw(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    await closing.withdraw(db, me, order, clock.now(), reason=words(sent))


async def _confirm(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    await closing.confirm(db, me, order, clock.now())


async def _rework(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    await closing.rework(db, me, order, clock.now(), words=words(sent))


async def _add(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    uploads = await photos(db, me, sent)
    await orders.add(
        db, me, order, clock.now(), words=words(sent), uploads=uploads, moment=Moment.REPORT
    )


async def _call(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    await work.call(db, me, order, clock.now(), words=words(sent))


async def _edit(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    await orders.edit(
        db, me, order, clock.now(), words=words(sent), spot=words(sent, "spot")[:60],
        phone=words(sent, "phone")[:20], key_with_keeper="key" in sent,
    )  # fmt: skip


async def _hide(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    photo, hidden = number(sent.get("photo")) or 0, words(sent, "hidden") == "yes"
    await orders.hide_photo(db, me, order, clock.now(), upload_id=photo, hidden=hidden)


async def _use(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    item: int | stock.Bought | None = number(sent.get("item"))
    if item is None:
        fen = round(float(words(sent, "yuan") or 0) * 100) if _amount(sent) else -1
        item = stock.Bought(words(sent, "bought")[:40], fen)
    await stock.use(
        db, me, order, clock.now(), item=item, quantity=number(sent.get("quantity")) or 0,
        key=words(sent, "once"),
    )  # fmt: skip


def _amount(sent: FormData) -> bool:
    return words(sent, "yuan").replace(".", "", 1).isdecimal() and len(words(sent, "yuan")) < 9


async def _charge(db: AsyncSession, me: Me, order: Order, sent: FormData) -> None:
    price, many = number(sent.get("price")) or 0, number(sent.get("quantity")) or 0
    await stock.charge(db, me, order, clock.now(), price_id=price, quantity=many)


async def photos(db: AsyncSession, me: Me, sent: FormData) -> list[int]:
    """Keep a form's photos; the ids of the uploads. Raises Invalid."""
    files = [file for file in sent.getlist("photos") if isinstance(file, UploadFile)]
    kept = await save_all(db, files, person_id=me.person_id, now=clock.now())  # type: ignore[arg-type]  # FastAPI's UploadFile is Starlette's, with the same methods
    return [upload.id for upload in kept]


DEEDS: Mapping[str, Deed] = {
    "offer": _offer, "auto": _auto, "back": _back, "helpers": _helpers, "wait": _wait,
    "go_on": _go_on, "promise": _promise, "later": _later, "merge": _merge, "reject": _reject,
    "withdraw": _withdraw, "confirm": _confirm, "rework": _rework, "add": _add, "call": _call,
    "edit": _edit, "hide": _hide, "use": _use, "charge": _charge,
}  # fmt: skip
SAID = {
    "offer": "派出去了，10 分钟内没接会换人", "auto": "系统派过了，看下面派给了谁",
    "back": "收回了，重新派", "helpers": "一起修的人记下了", "wait": "时限停了，报修的人知道",
    "go_on": "接着修，时限继续走", "promise": "承诺告诉报修的人和督察员了", "later": "批了",
    "merge": "并成一件了，报修的人都知道", "reject": "没有受理，原因告诉报修的人了",
    "withdraw": "撤了", "confirm": "确认修好了", "rework": "让原来的师傅再来",
    "add": "补上了", "call": "记下了", "edit": "改好了", "hide": "照片改好了",
    "use": "材料记上了，库存也减了", "charge": "收费记上了",
}  # fmt: skip
