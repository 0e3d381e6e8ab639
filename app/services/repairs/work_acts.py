"""What the forms of a worker's page of an order do: each takes the form, and says what came of it.

Whether somebody may, and whether it is still possible, the verbs decide.
"""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import once
from app.kit.errors import Invalid
from app.services.repairs import closing, dispatch, hours, orders, promises, stock, work
from app.services.repairs.models import Order
from app.services.repairs.rules import Moment, Wait
from app.services.repairs.shown_words import say_when
from app.services.repairs.work_sent import Sent

Act = Callable[[AsyncSession, Sent, Order], Awaitable[str]]
DOOR = "/h5/places/"  # before the code in what a door's sign says


async def accept(db: AsyncSession, form: Sent, order: Order) -> str:
    await dispatch.accept(db, form.me, order, form.now)
    return "接了，先给报修的人打个电话"


async def grab(db: AsyncSession, form: Sent, order: Order) -> str:
    await dispatch.grab(db, form.me, order, form.now)
    return "抢到了，先给报修的人打个电话"


async def call(db: AsyncSession, form: Sent, order: Order) -> str:
    await work.call(db, form.me, order, form.now, words=form.text("agreed"))
    return "记下了"


async def arrive(db: AsyncSession, form: Sent, order: Order) -> str:
    """`code` as it was scanned, with or without the address before it."""
    code = form.text("code", 300).rpartition(DOOR)[2].split("?")[0]
    await work.arrive(db, form.me, order, form.now, code=code)
    return "到了，报修的人也知道了"


async def photos(db: AsyncSession, form: Sent, order: Order) -> str:
    """Photos from before or after the work."""
    moment = {"before": Moment.BEFORE, "after": Moment.AFTER}.get(form.text("moment"))
    if moment is None:
        raise Invalid("选一下是修之前还是修之后拍的")
    uploads = await form.uploads(db, "shots")
    await orders.add(db, form.me, order, form.now, uploads=uploads, moment=moment)
    return f"存了 {len(uploads)} 张"


async def material(db: AsyncSession, form: Sent, order: Order) -> str:
    """From stock (`stock`), or bought for it (`bought`, `price` for each)."""
    item: int | stock.Bought
    if bought := form.text("bought", 60):
        item = stock.Bought(bought, form.fen("price"))
    else:
        item = form.number("stock", "选库里的材料，或者写上自己买了什么")
    quantity, key = form.number("quantity", "写一下用了几个"), form.text(once.FIELD, 64)
    await stock.use(db, form.me, order, form.now, item=item, quantity=quantity, key=key)
    return "记上了"


async def timer(db: AsyncSession, form: Sent, order: Order) -> str:
    """Start it or stop it, as `run` says."""
    if form.text("run") == "start":
        await hours.start(db, form.me, order, form.now)
        return "开始计时"
    await hours.stop(db, form.me, order, form.now)
    return "计时停了，工时记上了"


async def typed(db: AsyncSession, form: Sent, order: Order) -> str:
    """Hours as they are remembered."""
    starts, ends = form.time("starts"), form.time("ends")
    await hours.typed(db, form.me, order, form.now, starts=starts, ends=ends)
    return "工时记上了"


async def wait(db: AsyncSession, form: Sent, order: Order) -> str:
    try:
        why = Wait(form.text("why"))
    except ValueError as error:
        raise Invalid("选一下在等什么") from error
    until = form.time("wait_until", "选一下等到什么时候")
    note = form.text("wait_note")
    await work.wait(db, form.me, order, form.now, why=why, until=until, words=note)
    return f"时限先停，{say_when(until, form.now)} 再提醒你"


async def go_on(db: AsyncSession, form: Sent, order: Order) -> str:
    await work.go_on(db, form.me, order, form.now)
    return "接着修，时限继续"


async def later(db: AsyncSession, form: Sent, order: Order) -> str:
    """Ask the leader for another date."""
    until = form.time("later_until", "选一下改到什么时候")
    reason = form.text("later_why")
    await promises.ask_later(db, form.me, order, form.now, until=until, reason=reason)
    return "班长会批，批了告诉报修的人"


async def finish(db: AsyncSession, form: Sent, order: Order) -> str:
    uploads = await form.uploads(db, "results")
    words = form.text("done_words")
    await work.finish(db, form.me, order, form.now, uploads=uploads, words=words)
    return "修好了，等报修的人点一下"


async def confirmed(db: AsyncSession, form: Sent, order: Order) -> str:
    """With the code that the reporter tells; or by a tap, of the keeper or the leader."""
    code = form.text("six", 20)
    if form.text("by") == "code" and not code:
        raise Invalid("问报修的人要六位确认码")
    await closing.confirm(db, form.me, order, form.now, code=code)
    return "确认好了"


async def give_back(db: AsyncSession, form: Sent, order: Order) -> str:
    await dispatch.give_back(db, form.me, order, form.now, reason=form.text("back_why"))
    return "退回了，班长知道了"


async def hand_over(db: AsyncSession, form: Sent, order: Order) -> str:
    to = form.number("to", "选一下转给谁")
    await dispatch.hand_over(db, form.me, order, form.now, to=to, reason=form.text("hand_why"))
    return "转过去了，他要接一下"


ACTS: Mapping[str, Act] = {
    "accept": accept, "grab": grab, "call": call, "arrive": arrive, "photos": photos,
    "material": material, "timer": timer, "hours": typed, "wait": wait, "go-on": go_on,
    "later": later, "finish": finish, "confirm": confirmed, "back": give_back, "hand": hand_over,
}  # fmt: skip
