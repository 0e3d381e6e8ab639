"""What the desk's first page shows of evaluations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.desk.figures import Figure, Ranking, Shown, Todo
from app.kit.clock import SHANGHAI
from app.services.evaluations import results
from app.services.evaluations.desk_low import SINCE, WAITING
from app.services.evaluations.desk_page import HOME
from app.services.evaluations.desk_words import unit_of
from app.services.evaluations.models import Answer
from app.services.evaluations.results import Slice
from app.services.evaluations.results_shown import hidden

URGENT_AFTER = 3  # days that a low rating may wait
FEW = 8


async def figures(db: AsyncSession, now: datetime) -> Sequence[Shown]:
    """This month's stars, of all and by unit, and low ratings that nobody answered."""
    today = now.astimezone(SHANGHAI).date()
    month = Slice(since=today.replace(day=1), until=today)
    units = await results.by_unit(db, month)
    shown: list[Shown] = []
    total = await results.total(db, month)
    if total.mean is not None and not hidden(total):
        words = f"这个月 {total.count} 次评价，{total.low} 次低分"
        shown.append(Figure("评价", f"{total.mean:.1f} 星", words, bad=total.mean < 3))
    rows = [(name, sum) for name, sum in units.items() if sum.starred and not hidden(sum)]
    if rows:
        rows.sort(key=lambda row: row[1].mean or 0)
        found = tuple((f"{unit_of(name)} {sum.mean:.1f} 星", sum.count,
                       f"{HOME}/figures?unit={name}") for name, sum in rows[:FEW])  # fmt: skip
        shown.append(Ranking("这个月的星", "低的在前，条是评了几次", found, "这个月还没有人评。"))
    return [*shown, *await _todo(db, now)]


async def _todo(db: AsyncSession, now: datetime) -> list[Todo]:
    """One line for all low ratings that wait."""
    today = now.astimezone(SHANGHAI).date()
    of = Slice(since=today - SINCE)
    query = results.over(func.count(), func.min(Answer.day))
    count, first = (await db.execute(query.where(*of.where(), Answer.low, WAITING))).one()
    if not count:
        return []
    days = (today - first).days
    waited = f"最早的等了 {days} 天" if days else "都是今天的"
    title, why = f"{count} 个低分没人回", f"{waited}，回一句他就知道有人看"
    return [Todo(title, why, f"{HOME}/low", "去看看", urgent=days >= URGENT_AFTER)]
