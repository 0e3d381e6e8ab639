"""What the forms of a leader's page of an order do; the keeper's 「让师傅再来」 is among them."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.errors import Conflict
from app.services.repairs import closing, dispatch, promises
from app.services.repairs.models import Order, Postponement
from app.services.repairs.rules import Answer
from app.services.repairs.shown_words import say_when
from app.services.repairs.work_acts import ACTS, Act
from app.services.repairs.work_sent import Sent
from app.services.repairs.work_together import helpers, merge


async def send(db: AsyncSession, form: Sent, order: Order) -> str:
    """Give it to a worker; `had` is who had it when the page was drawn."""
    worker = form.number("worker", "选一位师傅")
    had = form.text("had", 20)
    holder = int(had) if had.isascii() and had.isdecimal() else None
    await dispatch.offer(db, form.me, order, form.now, worker_id=worker, had=holder)
    return "派过去了，10 分钟内没接会告诉你"


async def promise(db: AsyncSession, form: Sent, order: Order) -> str:
    until = form.time("promise_until", "选一下哪天修好")
    reason = form.text("promise_why")
    await promises.promise(db, form.me, order, form.now, until=until, reason=reason)
    return f"说好了，{say_when(until, form.now)} 前修好"


async def decide(db: AsyncSession, form: Sent, order: Order) -> str:
    """The other date that the worker asked for."""
    query = select(Postponement).where(
        Postponement.id == form.number("asked"), Postponement.order_id == order.id
    )
    if (asked := await db.scalar(query)) is None:
        raise Conflict(promises.NOT_ASKED)
    granted = form.text("answer") == Answer.GRANTED
    await promises.decide_later(db, form.me, order, form.now, asked=asked, granted=granted)
    return "同意了，报修的人知道了" if granted else "没同意，师傅知道了"


async def reject(db: AsyncSession, form: Sent, order: Order) -> str:
    await closing.reject(db, form.me, order, form.now, reason=form.text("reject_why"))
    return "没有受理，原因告诉报修的人了"


async def rework(db: AsyncSession, form: Sent, order: Order) -> str:
    await closing.rework(db, form.me, order, form.now, words=form.text("again_words"))
    return "让原来的师傅再来"


# Who leads the order shares it out, too.
LEAD_ACTS: Mapping[str, Act] = {
    "send": send, "promise": promise, "decide": decide, "reject": reject, "rework": rework,
    "merge": merge, "helpers": helpers,
}  # fmt: skip
EVERY: Mapping[str, Act] = {**ACTS, **LEAD_ACTS}
