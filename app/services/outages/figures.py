"""What operators have to say a word about."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.places import campus
from app.desk.figures import Shown, Todo
from app.services.outages.board import board
from app.services.outages.places import say_places
from app.services.outages.rules import BACK, OFF, Phase, say_left


async def figures(db: AsyncSession, now: datetime) -> Sequence[Shown]:
    """Cuts past their time: is it back, or does it take longer?"""
    late = [cut for cut in await board.within(db) if cut.phase(now) is Phase.LATE]
    houses = await campus.within(db)
    return [
        Todo(
            f"{say_places(cut.places, houses)[:30]} {OFF[cut.kind]}，{BACK[cut.kind]}了吗",
            f"过了预计时间 {say_left(now - cut.ends_at)}，住户还在等一句话",
            f"/desk/outages/{cut.id}", "去说一声", urgent=True,
        )
        for cut in late
    ]  # fmt: skip
