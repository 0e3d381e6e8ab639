"""Figures that are nobody's in particular: followers, and work that waits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.people.models import Binding, Follower
from app.desk.figures import Figure, Shown, Todo
from app.kit.clock import SHANGHAI

_JOBS = text(
    "SELECT count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()),"
    " count(*) FILTER (WHERE status <> 'todo') FROM procrastinate_jobs"
    " WHERE status IN ('todo', 'failed', 'aborted')"
)


def midnight(now: datetime) -> datetime:
    """When today began in Shanghai."""
    return now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)


async def followers(db: AsyncSession, now: datetime) -> Sequence[Shown]:
    """Who came and who left today, and how many of those who follow are bound."""
    day = midnight(now)
    here = Follower.left_at.is_(None)
    row = (
        await db.execute(
            select(
                func.count().filter(Follower.joined_at >= day, here),
                func.count().filter(Follower.left_at >= day),
                func.count().filter(here),
                func.count(Binding.who).filter(here),
            ).outerjoin(Binding, Binding.who == Follower.who)
        )
    ).one()
    came, left, follow, bound = row
    share = f"{follow} 人关注，{bound} 人绑了学号" if follow else "还没有人关注"
    return [Figure("今天新关注", f"{came} 人", f"走了 {left} 人，{share}")]


async def jobs(db: AsyncSession, now: datetime) -> Sequence[Shown]:
    """Work in the queue: what waits though its time has come, and what failed."""
    waiting, failed = (await db.execute(_JOBS)).one()
    shown: list[Shown] = [
        Figure("后台的活", f"{waiting} 件", "排着队，该做还没做的", bad=waiting > 100)
    ]
    if failed:
        shown.append(Todo(f"{failed} 件后台的活没做成", "试过几次都不行，可以再试一次",
                          "/desk/jobs", "看看"))  # fmt: skip
    return shown
