"""What of repairs stands on the desk's dashboard."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places import Building, Room
from app.desk.figures import Chart, Figure, Shown, Todo
from app.desk.today import midnight
from app.kit.clock import SHANGHAI
from app.services.repairs.figures_count import Count, Counted, count
from app.services.repairs.models import IS_OPEN, Kind, Leave, Order, Stock
from app.services.repairs.rules import Answer, State
from app.services.repairs.words import say_fault, say_left

DAYS, TODOS = 14, 3
BOARD = "/desk/repairs/board"


async def figures(db: AsyncSession, now: datetime) -> Sequence[Shown]:
    """Today and the two weeks before, and what needs somebody."""
    today = midnight(now)
    found = await count(db, today - timedelta(days=DAYS - 1), now + timedelta(seconds=1), [])
    waiting = select(func.count(), func.min(Order.created_at)).where(
        IS_OPEN, Order.state == State.SUBMITTED
    )
    free, oldest = (await db.execute(waiting)).one()
    day = found.steps.get(now.astimezone(SHANGHAI).date(), Count())
    before = found.steps.get((today - timedelta(days=1)).date(), Count())
    weeks = f"/desk/repairs/figures?since={(today - timedelta(days=DAYS - 1)).date()}"
    worst = f"最久等了 {say_left(oldest, now).removeprefix('超时 ')}" if oldest else "都派出去了"
    return [
        Figure("今天报修", str(day.reported), f"昨天 {before.reported}",
               href=f"/desk/repairs/orders?since={today.date()}"),
        Figure("还没派出去", str(free), worst, bad=free > 0,
               href="/desk/repairs/orders?state=free"),
        Figure("多久有人接", say_minutes(day.respond), f"两周里 {say_minutes(found.all.respond)}",
               href=weeks),
        Figure("按时修好", say_share(found.all.on_time), f"两周里 {found.all.late} 单晚了",
               href=weeks),
        Figure("满意", say_share(found.all.content),
               f"{say_share(found.all.answered)} 评了，没评的不算", href=weeks),
        _chart(found, now), *await _late(db, now), *await _rest(db),
    ]  # fmt: skip


def _chart(found: Counted, now: datetime) -> Chart:
    today = now.astimezone(SHANGHAI).date()
    days = [today - timedelta(days=n) for n in range(DAYS - 1, -1, -1)]
    rows = [found.steps.get(day, Count()) for day in days]
    labels = (*(f"{day.month}/{day.day}" for day in days[:-1]), "今天")
    return Chart("近 14 天报修", "按报修那天数", labels, (
        ("按时修好", "ok", tuple(row.in_time for row in rows)),
        ("晚了才修好", "warn", tuple(row.late for row in rows)),
        ("还在修", "pale", tuple(row.open for row in rows)),
    ))  # fmt: skip


async def _late(db: AsyncSession, now: datetime) -> list[Todo]:
    """The orders that are late, the worst first."""
    query = (
        select(Order, Kind.name, Building.name, Room.number)
        .join(Kind, Kind.id == Order.kind_id)
        .join(Building, Building.id == Order.building_id)
        .outerjoin(Room, Room.id == Order.room_id)
        .where(IS_OPEN, Order.due_at < now, Order.stopped_at.is_(None))
        .order_by(Order.urgent.desc(), Order.due_at).limit(TODOS)
    )  # fmt: skip
    return [
        Todo(
            f"{house} {room or order.spot} {say_fault(kind, order.sign)}",
            f"{'急，' if order.urgent else ''}{say_left(order.due_at or now, now)}",
            f"/desk/repairs/orders/{order.number}", "派人" if order.worker_id is None else "看看",
            urgent=True,
        )
        for order, kind, house, room in await db.execute(query)
    ]  # fmt: skip


async def _rest(db: AsyncSession) -> list[Todo]:
    low = await db.scalar(select(func.count()).where(Stock.quantity <= Stock.low)) or 0
    leaves = await db.scalar(select(func.count()).where(Leave.state == Answer.ASKED)) or 0
    found = []
    if low:
        found.append(Todo(f"{low} 样材料快没了", "该进货了", "/desk/repairs/stock", "看看"))
    if leaves:
        found.append(Todo(f"{leaves} 个假等你批", "批了才不派单", "/desk/repairs/rota", "去批"))
    return found


def say_minutes(minutes: float | None) -> str:
    """「4 分」, 「3 时 20 分」, 「2.5 天」; 「—」 for nothing."""
    if minutes is None:
        return "—"
    whole = round(minutes)
    if whole < 60:
        return f"{whole} 分"
    if whole < 48 * 60:
        return f"{whole // 60} 时" + (f" {whole % 60} 分" if whole % 60 else "")
    return f"{minutes / 1440:.1f} 天"


def say_share(hundredths: float | None) -> str:
    """「94.9%」; 「—」 of nothing."""
    return "—" if hundredths is None else f"{hundredths:.1f}%".replace(".0%", "%")
