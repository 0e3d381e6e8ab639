"""What counters push: the figure of now, and from it what is usual."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.campus.calendar import calendar
from app.kit.clock import SHANGHAI
from app.kit.errors import Invalid, NotFound
from app.services.bath.houses import Side, baths
from app.services.bath.models import Counter, Load
from app.services.bath.rules import Sex, Water, weight

SKEW = timedelta(minutes=1)


class Count(BaseModel):
    """A counter's figure: `free` places of `total` (what works), at one moment."""

    model_config = ConfigDict(extra="forbid")

    house: Annotated[str, Field(min_length=1, max_length=40)]
    sex: Sex
    free: Annotated[int, Field(ge=0, le=10_000)]
    total: Annotated[int, Field(ge=1, le=10_000)]
    water: Water
    at: AwareDatetime

    @model_validator(mode="after")
    def _free_within_total(self) -> Self:
        if self.free > self.total:
            raise ValueError("free is more than total")
        return self


async def take(db: AsyncSession, counts: Sequence[Count], now: datetime) -> int:
    """Keep figures that are newer than what is known; how many were.

    Raises NotFound for a house that we do not have, Invalid for a time in the future.
    """
    sides = {
        (name, side.sex): (house.id, side)
        for house in await baths.within(db)
        for name in (house.name, house.short)
        for side in house.sides
    }
    taken = 0
    for count in sorted(counts, key=lambda count: (count.house, count.sex, count.at)):
        if count.at > now + SKEW:
            raise Invalid(f"计数时间 {count.at.isoformat()} 还没到，检查那边的时钟")
        if (found := sides.get((count.house, count.sex))) is None:
            raise NotFound(f"没有「{count.house} {count.sex}」，先在浴室资料里加上")
        taken += await _keep(db, *found, count)
    if taken:
        await baths.changed(db)
    return taken


async def _keep(db: AsyncSession, house_id: int, side: Side, count: Count) -> bool:
    """False if an equal or newer figure is there."""
    row = {"house_id": house_id, **count.model_dump(exclude={"house"})}
    last = await db.scalar(
        select(Counter.at)
        .where(Counter.house_id == house_id, Counter.sex == count.sex)
        .with_for_update()
    )
    new = insert(Counter).values(row)
    changed = {name: new.excluded[name] for name in ("free", "total", "water", "at")}
    kept = await db.scalar(
        new.on_conflict_do_update(
            index_elements=["house_id", "sex"], set_=changed, where=Counter.at < new.excluded.at
        ).returning(Counter.house_id)
    )
    if kept is None:
        return False
    await _learn(db, house_id, side, count, count.at - last if last else None)
    return True


async def _learn(
    db: AsyncSession, house_id: int, side: Side, count: Count, gap: timedelta | None
) -> None:
    """Let an open hour's figure into what is usual at that hour."""
    at = count.at.astimezone(SHANGHAI)
    known = await calendar.within(db)
    if not side.status(at, known).open:
        return
    new = insert(Load).values(
        house_id=house_id,
        sex=count.sex,
        day_kind=known.day(at.date()).kind,
        hour=at.hour,
        share=100 * (count.total - count.free) / count.total,
    )
    moved = Load.share + weight(gap) * (new.excluded.share - Load.share)
    keys = ["house_id", "sex", "day_kind", "hour"]
    await db.execute(new.on_conflict_do_update(index_elements=keys, set_={"share": moved}))
