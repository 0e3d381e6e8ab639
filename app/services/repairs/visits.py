"""Follow-ups (回访): who is asked afterwards, drawn by rule, and what they said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.me import Me
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.services.repairs.models import Order, Visit
from app.services.repairs.parts import parts
from app.services.repairs.rules import Who

EVERY = 20  # one of so many finished orders, whatever became of them
DAYS = timedelta(days=3)  # drawn from what was finished since, so that a missed night is made up
MOST_WORDS = 500
WHY = {"rework": "返修过", "stars": "评价偏低", "sample": "抽到的"}
_DRAW = text("""
INSERT INTO repairs_visits (order_id, drawn_at, rule, how, words)
SELECT o.id, :now, CASE WHEN o.rework > 0 THEN 'rework' WHEN r.stars <= 2 THEN 'stars'
        ELSE 'sample' END, '', ''
FROM repairs_orders o
LEFT JOIN repairs_ratings r ON r.order_id = o.id AND r.rework = o.rework
WHERE o.done_at > :since AND o.done_at <= :now
    AND (o.rework > 0 OR r.stars <= 2 OR o.id % :every = 0)
ON CONFLICT (order_id) DO NOTHING
RETURNING id
""")


class How(StrEnum):
    """How somebody was asked."""

    PHONE = "phone"
    VISIT = "visit"
    MISSED = "missed"  # nobody answered: to be tried again


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard: 1 to 5 for attitude, quality and finishing (扫尾), and words."""

    how: How
    attitude: int | None = None
    quality: int | None = None
    finishing: int | None = None
    words: str = ""


async def draw(db: AsyncSession, now: datetime) -> int:
    """Draw the orders to follow up; how many. Every rework, every low rating, and a sample."""
    values = {"now": now, "since": now - DAYS, "every": EVERY}
    return len((await db.scalars(_DRAW, values)).all())


async def find(db: AsyncSession, me: Me, visit_id: int) -> tuple[Visit, Order]:
    """A follow-up in `me`'s area, never of one's own work. Raises NotFound, Forbidden."""
    visit = await db.get(Visit, visit_id)
    order = await db.get_one(Order, visit.order_id) if visit else None
    mine = await parts(db, me, order) if order else set()
    if visit is None or order is None or Who.DISPATCHER not in mine:
        raise NotFound("没有这条回访，回列表里再选")
    if mine & {Who.WORKER, Who.HELPER}:
        raise Forbidden("自己修的单要别人来回访")
    return visit, order


async def record(db: AsyncSession, me: Me, visit_id: int, now: datetime, heard: Heard) -> bool:
    """Write down what was heard, once; False if nobody could be reached, who is tried again.

    Raises NotFound, Forbidden, Invalid, Conflict (a colleague was faster).
    """
    await find(db, me, visit_id)
    reached = heard.how is not How.MISSED
    said = (heard.attitude, heard.quality, heard.finishing)
    if reached and any(score not in range(1, 6) for score in said):
        raise Invalid("态度、质量、扫尾各选 1 到 5 分")
    if len(heard.words) > MOST_WORDS:
        raise Invalid(f"记录最多 {MOST_WORDS} 个字")
    scores = dict(zip(("attitude", "quality", "finishing"), said, strict=True)) if reached else {}
    open_one = update(Visit).where(Visit.id == visit_id, Visit.done_at.is_(None))
    kept = open_one.values(
        by_id=me.person_id, how=heard.how, words=heard.words.strip(),
        done_at=now if reached else None, **scores,
    )  # fmt: skip
    if await db.scalar(kept.returning(Visit.id)) is None:
        raise Conflict("这一条已经有人回访过了")
    return reached
