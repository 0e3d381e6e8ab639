"""Materials: used for orders, taken from stock in one statement, and filled up again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.notify import notify
from app.campus.people.me import Me
from app.campus.permission import Role
from app.campus.permission.grants import people_with
from app.kit.errors import Conflict, Invalid, NotFound
from app.services.repairs import notices
from app.services.repairs.models import Material, Order, Price, Stock, StockMove
from app.services.repairs.moves import note, state_of
from app.services.repairs.parts import must
from app.services.repairs.rules import Event, State, Who
from app.services.repairs.telling import leaders
from app.services.repairs.words import now_it_is

USED_IN = (State.ACCEPTED, State.WORKING, State.WAITING, State.DONE)
MOST = 1000


@dataclass(frozen=True, slots=True)
class Bought:
    """What was bought for an order and never lay in stock; `fen` for each."""

    name: str
    fen: int
    unit: str = "个"


async def use(
    db: AsyncSession, me: Me, order: Order, now: datetime, *,
    item: int | Bought, quantity: int, key: str,
) -> None:  # fmt: skip
    """`quantity` of a thing in stock (its id), or of what was bought, went into the order.

    `key` is the phone's own: what is sent again with it counts once. Stock never falls below
    none, and warns once when it is low. Raises NotFound, Forbidden, Invalid, Conflict.
    """
    await must(db, me, order, Who.WORKER, Who.HELPER, Who.DISPATCHER)
    if not 1 <= quantity <= MOST or not key or len(key) > 64:
        raise Invalid(f"数量写 1 到 {MOST}")
    if order.state not in USED_IN:
        raise Conflict(now_it_is(await state_of(db, order)))
    kind = await _known(db, item)
    new = insert(Material).values(
        order_id=order.id, stock_id=None if isinstance(item, Bought) else item, name=kind.name,
        unit=kind.unit, quantity=quantity, fen=kind.fen, by_id=me.person_id, key=key,
    )  # fmt: skip
    made = await db.scalar(new.on_conflict_do_nothing().returning(Material.id))
    if made is not None and not isinstance(item, Bought):
        await _take(db, me, order, now, stock_id=item, quantity=quantity)


async def _known(db: AsyncSession, item: int | Bought) -> Stock | Bought:
    if isinstance(item, Bought):
        if not item.name.strip() or item.fen < 0:
            raise Invalid("写一下买了什么、多少钱")
        return item
    if (stock := await db.get(Stock, item)) is None:
        raise NotFound("库里没有这样材料，换一样")
    return stock


async def _take(
    db: AsyncSession, me: Me, order: Order, now: datetime, *, stock_id: int, quantity: int
) -> None:
    enough = update(Stock).where(Stock.id == stock_id, Stock.quantity >= quantity)
    taken = enough.values(quantity=Stock.quantity - quantity).returning(Stock.quantity)
    if await db.scalar(taken) is None:
        query = select(Stock.name, Stock.quantity, Stock.unit).where(Stock.id == stock_id)
        name, left, unit = (await db.execute(query)).one()
        raise Conflict(f"{name}只剩 {left} {unit}，少领几个或者记成自己买的")
    db.add(StockMove(stock_id=stock_id, change=-quantity, order_id=order.id, by_id=me.person_id,
                     why=order.number, at=now))  # fmt: skip
    await db.flush()
    await _warn(db, stock_id, await leaders(db, order), now)


async def _warn(db: AsyncSession, stock_id: int, people: list[int], now: datetime) -> None:
    """Tell once that it is low; again only after it was filled up."""
    low = update(Stock).where(
        Stock.id == stock_id, Stock.quantity <= Stock.low, Stock.warned_at.is_(None)
    )
    told = low.values(warned_at=now).returning(Stock.name, Stock.quantity)
    if (row := (await db.execute(told)).one_or_none()) is None:
        return
    to = {*people, *await people_with(db, Role.OPERATOR)}
    await notify(db, notices.STOCK, to=to, at=now, item=row.name, left=row.quantity, when=now)


async def receive(
    db: AsyncSession, me: Me | None, stock_id: int, now: datetime, *, change: int, why: str = ""
) -> int:
    """Stock came in, or was counted anew (`change` may be negative); what is there now.

    The route asks whether `me` may. Raises NotFound, Conflict when less than none would be left.
    """
    enough = update(Stock).where(Stock.id == stock_id, Stock.quantity + change >= 0)
    left: int | None = await db.scalar(
        enough.values(quantity=Stock.quantity + change).returning(Stock.quantity)
    )
    if left is None:
        if await db.get(Stock, stock_id) is None:
            raise NotFound("库里没有这样材料，换一样")
        raise Conflict("没有这么多，先核对一下数")
    db.add(StockMove(stock_id=stock_id, change=change, by_id=me.person_id if me else None,
                     why=why.strip(), at=now))  # fmt: skip
    filled = update(Stock).where(Stock.id == stock_id, Stock.quantity > Stock.low)
    await db.execute(filled.values(warned_at=None))
    await db.flush()
    return left


async def charge(
    db: AsyncSession, me: Me, order: Order, now: datetime, *, price_id: int, quantity: int = 1
) -> Order:
    """Charge the reporter a line of the price list. Raises NotFound, Forbidden, Invalid."""
    await must(db, me, order, Who.WORKER, Who.DISPATCHER)
    price = await db.get(Price, price_id)
    if price is None:
        raise NotFound("价目表里没有这一项，刷新再选")
    if not 1 <= quantity <= MOST:
        raise Invalid(f"数量写 1 到 {MOST}")
    if order.state not in USED_IN:
        raise Conflict(now_it_is(await state_of(db, order)))
    fen = price.fen * quantity
    more = update(Order).where(Order.id == order.id).values(charge=Order.charge + fen)
    fresh = {"populate_existing": True, "synchronize_session": False}
    changed = await db.scalars(more.returning(Order), execution_options=fresh)
    item = price.item if quantity == 1 else f"{price.item} ×{quantity}"
    note(db, me, order, Event.CHARGE, now, item=item, yuan=f"{fen / 100:.2f}")
    await db.flush()
    return changed.one()
